"""A run as a film: its filters, or what it makes of digits, one frame for each snapshot of the weights."""

from dae_core.film.frames import (
    MAX_DIGITS,
    SCALES,
    Contrast,
    Film,
    FilmError,
    FilmLook,
    Kind,
    frame_size,
    grey_picture,
)
from dae_core.film.pictures import PictureFilm
from dae_core.film.write import find_ffmpeg, write_film

__all__ = [
    "MAX_DIGITS",
    "SCALES",
    "Contrast",
    "Film",
    "FilmError",
    "FilmLook",
    "Kind",
    "PictureFilm",
    "find_ffmpeg",
    "frame_size",
    "grey_picture",
    "write_film",
]
