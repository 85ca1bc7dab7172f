"""Whether the best linear denoiser fits into memory, which is estimated before any of it is computed."""

from __future__ import annotations

BUDGET = 1_000_000_000
"""Bytes that the denoiser may take while it is computed: enough for images of 67x67."""

# At the peak of the fit six matrices of doubles are there at once: the covariance, that of the noisy images, the
# right-hand side, LAPACK's copies of both, and the solution. Principal components take no more than that.
_BYTES = 6 * 8


class TooLargeError(ValueError):
    """The images have too many pixels for the best linear denoiser; a sentence that says how much it would need."""


def needed_bytes(n_inputs: int) -> int:
    """Return how many bytes fitting the best linear denoiser takes at its peak: 48 n² for images of n pixels.

    What takes memory in proportion to the images themselves comes on top of it; they are in memory anyway.
    """
    return _BYTES * n_inputs**2


def reason_to_leave_out(shape: tuple[int, int], *, with_pca: bool = False) -> str:
    """Return a sentence that says why the best linear denoiser is left out, or an empty text where it fits.

    Parameters
    ----------
    shape
        Rows and columns of one image.
    with_pca
        Whether PCA is left out with it, which needs the same covariance.
    """
    needed = needed_bytes(shape[0] * shape[1])
    if needed <= BUDGET:
        return ""
    subject = "PCA and the best linear denoiser are" if with_pca else "The best linear denoiser is"
    size = f"{needed / 1e9:,.1f} GB"
    return (
        f"{subject} left out: {'they' if with_pca else 'it'} would need {size} of memory "
        f"for images of {shape[0]}x{shape[1]}."
    )
