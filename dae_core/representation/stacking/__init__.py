"""Layers on top of one another: the code of one is what the next one is trained on."""
