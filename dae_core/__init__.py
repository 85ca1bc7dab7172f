"""The computing half of Denoising Autoencoder Studio: NumPy only, nothing of Qt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dae_core.estimator import DenoisingAutoencoder

__all__ = ["DenoisingAutoencoder"]


def __getattr__(name: str) -> Any:
    """Return the estimator, which is imported when it is asked for: scikit-learn takes a second."""
    if name == "DenoisingAutoencoder":
        from dae_core.estimator import DenoisingAutoencoder

        return DenoisingAutoencoder
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
