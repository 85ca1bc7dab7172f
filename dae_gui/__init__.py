"""The desktop window of Denoising Autoencoder Studio: draws and asks, never computes."""
