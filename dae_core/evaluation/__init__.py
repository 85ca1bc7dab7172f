"""How good a model is on held-out digits, beside other denoisers on the same noisy digits."""
