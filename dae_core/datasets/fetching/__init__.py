"""Published data sets: the catalogue, downloads by several ways, checksums."""
