"""The autoencoder: the specification, the compiled kernels that do the same, corruption, the gradient check."""
