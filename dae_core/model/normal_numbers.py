"""NumPy's standard normal numbers, drawn in a compiled loop: the same bits in a third of the time.

The numbers are those of ``Generator.standard_normal(dtype=float32)`` on ``PCG64`` (O'Neill 2014): the ziggurat of
Marsaglia and Tsang (2000) with 256 layers, on words of 32 bits. NumPy calls a function through a pointer for each word,
and branches on the sign, which is guessed wrongly half the time. A run draws one number for each pixel of each
iteration, so that on two cores this decides how much is left for everything else.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dae_core.model.compiled import compiled
from dae_core.model.instructions import upper_product

Words = NDArray[np.uint64]

_LAYERS = 256
_TAIL = 3.6541528853610088
"""Where the lowest layer ends and the tail begins (Marsaglia and Tsang's r, for 256 layers)."""
_SCALE = 2.0**23
"""A layer is met by a fraction of 23 bits."""


def _layers() -> tuple[NDArray[np.uint32], NDArray[np.float32], NDArray[np.float32]]:
    """Return, for each layer, the fraction below which it is inside, its width over 2**23, and exp(-x²/2) at its end.

    All layers have the area of the lowest, the tail included, whose width is that of a rectangle as high as itself.
    """

    def density(x: float) -> float:
        return math.exp(-0.5 * x * x)

    area = _TAIL * density(_TAIL) + math.sqrt(math.pi / 2) * math.erfc(_TAIL / math.sqrt(2))
    ends = [0.0] * (_LAYERS - 1) + [_TAIL]
    for i in range(_LAYERS - 2, 0, -1):
        ends[i] = math.sqrt(-2 * math.log(area / ends[i + 1] + density(ends[i + 1])))
    widths = [area / density(_TAIL), *ends[1:]]
    inside = [_TAIL / widths[0], *(ends[i - 1] / ends[i] for i in range(1, _LAYERS))]
    fractions = np.array([round(share * _SCALE) for share in inside], np.uint32)
    return (
        fractions,
        np.array(widths, np.float32) / np.float32(_SCALE),
        np.array([density(x) for x in ends], np.float32),
    )


_INSIDE, _WIDTH, _DENSITY = _layers()
# Bit 8 of a word is the sign, bits 0 to 7 the layer, so nine bits find the width with its sign. As a branch, the sign
# would be guessed wrongly every other time.
_INSIDE, _WIDTH = np.concatenate([_INSIDE, _INSIDE]), np.concatenate([_WIDTH, -_WIDTH])
_TAIL_32, _OVER_TAIL = np.float32(_TAIL), np.float32(1 / _TAIL)

# The multiplier of PCG64, 0x2360ED051FC65DA44385DF649FCCF645, in halves. Numba has no integers of 128 bits.
_UPPER, _LOWER = np.uint64(0x2360ED051FC65DA4), np.uint64(0x4385DF649FCCF645)
_32, _58, _63, _64 = np.uint64(32), np.uint64(58), np.uint64(63), np.uint64(64)
_HALF = np.uint64(0xFFFFFFFF)
_8, _9, _ONE, _NINE_BITS = np.uint32(8), np.uint32(9), np.uint32(1), np.uint32(0x1FF)
_PER_24_BITS = np.float32(2.0**-24)

# The places in the array that a generator's state is kept in.
_HIGH, _LOW, _ADD_HIGH, _ADD_LOW, _HAS_HALF, _KEPT_HALF = range(6)


def fill_normal(out: NDArray[np.float32], rng: np.random.Generator) -> None:
    """Do what ``rng.standard_normal(dtype=np.float32, out=out)`` does, to the same bits, and leave ``rng`` as it does.

    ``out`` is C-contiguous, of any shape. A generator that is no PCG64 draws for itself.
    """
    generator = rng.bit_generator
    if type(generator) is not np.random.PCG64:
        rng.standard_normal(dtype=np.float32, out=out)
        return
    state: Any = generator.state
    numbers: Any = state["state"]
    (high, low), (add_high, add_low) = divmod(numbers["state"], 1 << 64), divmod(numbers["inc"], 1 << 64)
    words = np.array([high, low, add_high, add_low, state["has_uint32"], state["uinteger"]], np.uint64)
    fill(out.reshape(-1), words)
    high, low, _, _, has_half, half = words.tolist()
    numbers["state"] = high << 64 | low  # the dictionaries are copies, made for this call
    state["has_uint32"], state["uinteger"] = has_half, half
    generator.state = state


_loop = compiled()


@_loop
def _stepped(high: np.uint64, low: np.uint64, add_high: np.uint64, add_low: np.uint64) -> tuple[np.uint64, np.uint64]:
    """Return state * multiplier + increment, modulo 2**128."""
    new_low = low * _LOWER + add_low
    carry = np.uint64(new_low < add_low)
    return upper_product(low, _LOWER) + high * _LOWER + low * _UPPER + add_high + carry, new_low


@_loop
def _word(high: np.uint64, low: np.uint64) -> np.uint64:
    """Return the 64 bits that a state stands for: its halves mixed, and turned right by its upper six bits."""
    mixed, turn = high ^ low, high >> _58
    return (mixed >> turn) | (mixed << ((_64 - turn) & _63))


@_loop
def _next_half(words: Words) -> np.uint32:
    """Return the generator's next 32 bits: the lower half of a word, or the upper half that was kept."""
    if words[_HAS_HALF]:
        words[_HAS_HALF] = 0
        return np.uint32(words[_KEPT_HALF])
    words[_HIGH], words[_LOW] = _stepped(words[_HIGH], words[_LOW], words[_ADD_HIGH], words[_ADD_LOW])
    word = _word(words[_HIGH], words[_LOW])
    words[_HAS_HALF], words[_KEPT_HALF] = 1, word >> _32
    return np.uint32(word & _HALF)


@_loop
def _uniform(words: Words) -> np.float32:
    """Return a number in [0, 1) of 24 bits."""
    return np.float32(_next_half(words) >> _8) * _PER_24_BITS


@_loop
def _from_tail(words: Words) -> Any:
    """Return the magnitude of a number beyond the lowest layer (Marsaglia 1964)."""
    while True:
        beyond = -_OVER_TAIL * math.log1p(-_uniform(words))
        other = -math.log1p(-_uniform(words))
        if other + other > beyond * beyond:
            return _TAIL_32 + beyond


@_loop
def _number(words: Words) -> Any:
    """Return the next number, wherever it lies."""
    while True:
        bits = _next_half(words)
        place, fraction = bits & _NINE_BITS, bits >> _9
        x = np.float32(np.int32(fraction)) * _WIDTH[place]
        if fraction < _INSIDE[place]:
            return x
        layer = place % _LAYERS
        if layer == 0:
            beyond = _from_tail(words)
            return -beyond if (fraction >> _8) & _ONE else beyond
        lower, upper = _DENSITY[layer], _DENSITY[layer - 1]
        if (upper - lower) * _uniform(words) + lower < math.exp(-0.5 * np.float64(x) * np.float64(x)):
            return x


@_loop
def _fill_inside(out: NDArray[np.float32], first: int, words: Words) -> int:
    """Fill from ``first`` on as long as both numbers of a word are inside their layers; return how far that was."""
    high, low, add_high, add_low = words[_HIGH], words[_LOW], words[_ADD_HIGH], words[_ADD_LOW]
    i = first
    while i + 1 < len(out):
        new_high, new_low = _stepped(high, low, add_high, add_low)
        word = _word(new_high, new_low)
        p, q = np.uint32(word & _HALF), np.uint32(word >> _32)
        at_p, at_q, part_p, part_q = p & _NINE_BITS, q & _NINE_BITS, p >> _9, q >> _9
        out[i], out[i + 1] = np.float32(np.int32(part_p)) * _WIDTH[at_p], np.float32(np.int32(part_q)) * _WIDTH[at_q]
        if not (part_p < _INSIDE[at_p]) & (part_q < _INSIDE[at_q]):
            break
        high, low = new_high, new_low
        i += 2
    words[_HIGH], words[_LOW] = high, low
    return i


@_loop
def fill(out: NDArray[np.float32], words: Words) -> None:
    """Fill ``out`` (n,) with standard normal numbers; ``words`` (6,) are the generator's state, and changed."""
    i = 0
    while i < len(out):
        if not words[_HAS_HALF]:
            i = _fill_inside(out, i, words)
        if i < len(out):
            out[i] = _number(words)
            i += 1


def warm_up() -> None:
    """Compile for the type that training has, or load from numba's cache on disk."""
    fill(np.empty(1, np.float32), np.zeros(6, np.uint64))
