"""The mosaics of W and V."""
