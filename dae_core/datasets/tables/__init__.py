"""Text tables of images: lines, dialects, numbers, and which columns are pixels and which labels."""
