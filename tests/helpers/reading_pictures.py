"""One picture read by itself, as the program reads those of a folder."""

import numpy as np
from numpy.typing import NDArray

from dae_core.datasets.meaning.image_options import ImageOptions
from dae_core.datasets.picture import PictureError, each_page, finished_page


def read_picture(path: str, options: ImageOptions, page: int = 0) -> NDArray[np.uint8]:
    """Return a grey image, uint8 (options.height, options.width); raises PictureError."""
    ((_, result),) = each_page(path, [page], lambda image: finished_page(image, options))
    if isinstance(result, PictureError):
        raise result
    return result
