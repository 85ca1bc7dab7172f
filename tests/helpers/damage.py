"""Damages files as disks, transfers and strangers do."""

import numpy as np


def damaged(data, rng):
    """Return the file with one to four things done to it."""
    data = bytearray(data)
    for _ in range(rng.integers(1, 5)):
        if not data:
            break
        near_start = rng.random() < 0.5  # headers are where the lies do harm
        at = int(rng.integers(0, min(len(data), 128) if near_start else len(data)))
        match rng.integers(0, 8):
            case 0:
                data[at] ^= 1 << int(rng.integers(0, 8))
            case 1:
                data[at] = int(rng.integers(0, 256))
            case 2:
                del data[at:]
            case 3:
                del data[at : at + int(rng.integers(1, 20))]
            case 4:
                data[at:at] = rng.bytes(int(rng.integers(1, 20)))
            case 5:
                data[at : at + 4] = rng.choice([b"\xff" * 4, bytes(4), b"\x7f\xff\xff\xff", b"\x80\0\0\0"])
            case 6:
                data[at:at] = data[at : at + int(rng.integers(1, 40))]
            case 7:
                data[at] = int(rng.choice(np.frombuffer(b"0123456789-+.,eE()'[]{}|<>\n\0", np.uint8)))
    return bytes(data)
