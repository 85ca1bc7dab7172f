"""Small controls: number boxes, tables, banners, lines of progress."""
