"""Folders of pictures, stacks and animations: found, measured and read."""
