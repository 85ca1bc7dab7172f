"""The computing half of Denoising Autoencoder Studio: NumPy only, nothing of Qt."""
