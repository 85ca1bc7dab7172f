"""What stored numbers mean: layouts, grey levels, labels, orientation, polarity; how images come to one size."""
