"""scikit-learn's interface to the studio: a denoising autoencoder as an estimator."""

from dae_core.estimator.estimator import DenoisingAutoencoder

__all__ = ["DenoisingAutoencoder"]
