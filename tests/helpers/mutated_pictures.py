"""Pictures with sound checksums and absurd contents: sizes, depths, frames, tables and chunks that nobody checked."""

import io
import struct
import zlib
from collections.abc import Callable

import numpy as np
from numpy.random import Generator
from PIL import Image

from helpers.mutated_files import Files, one_of

LENGTHS = (0, 1, 2, 3, 9, 28, 100, 4096, 2**15, 2**16 - 1, 2**20, 2**31 - 1, 2**31, 2**32 - 1)
MODES = ("L", "RGB", "RGBA", "P", "1", "LA", "I", "F", "CMYK", "I;16")


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def png(rng: Generator) -> bytes:
    """Return a PNG whose every chunk has its right checksum, and of which anything else may be wrong."""
    small = (1, 2, 3, 9, 12, 28)
    width, height = (int(one_of(rng, LENGTHS if rng.random() < 0.2 else small)) for _ in range(2))
    depth, colour = int(one_of(rng, (1, 2, 4, 8, 8, 8, 16, 0, 7))), int(one_of(rng, (0, 0, 2, 3, 4, 6, 1, 255)))
    samples = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}.get(colour, 1)
    row = 1 + (min(width, 4096) * depth * samples + 7) // 8
    pixels = bytearray(rng.bytes(min(row * min(height, 4096), 60_000)))
    pixels[::row] = bytes(int(one_of(rng, (0, 1, 4, 9))) for _ in range(len(pixels[::row])))
    if rng.random() < 0.2:
        pixels = pixels[: int(rng.integers(0, len(pixels) + 1))]
    interlace = int(one_of(rng, (0, 0, 0, 1, 7)))
    chunks = [_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, interlace))]
    if colour == 3 or rng.random() < 0.1:
        chunks.append(_chunk(b"PLTE", rng.bytes(int(one_of(rng, (0, 3, 6, 768, 7, 3000))))))
    further: tuple[tuple[bytes, Callable[[], bytes]], ...] = (
        (b"tRNS", lambda: rng.bytes(int(one_of(rng, (0, 1, 2, 6, 256, 999))))),
        (b"gAMA", lambda: struct.pack(">I", int(one_of(rng, LENGTHS)))),
        (b"acTL", lambda: struct.pack(">II", int(one_of(rng, LENGTHS)), int(one_of(rng, LENGTHS)))),
        (b"fcTL", lambda: struct.pack(">5I2H2B", 0, *(int(one_of(rng, LENGTHS)) for _ in range(4)), 1, 0, 3, 3)),
        (b"fdAT", lambda: struct.pack(">I", 1) + zlib.compress(bytes(pixels))),
        (b"zTXt", lambda: b"note\0\0" + zlib.compress(bytes(int(one_of(rng, (10, 3_000_000)))))),
        (b"iCCP", lambda: b"profile\0\0" + zlib.compress(rng.bytes(200))),
        (
            b"eXIf",
            lambda: b"II*\0\x08\0\0\0\1\0\x12\1\3\0\1\0\0\0" + struct.pack("<I", int(one_of(rng, LENGTHS))) + bytes(4),
        ),
        (b"pHYs", lambda: struct.pack(">IIB", 0, 2**32 - 1, 9)),
        (b"iTXt", lambda: b"XML:com.adobe.xmp\0\0\0\0\0" + b"<x>" * 1000),
        (b"IHDR", lambda: struct.pack(">IIBBBBB", 60_000, 60_000, 8, 0, 0, 0, 0)),
        (b"xyzw", lambda: b""),
    )
    for name, content in further:
        if rng.random() < 0.12:
            chunks.append(_chunk(name, content()))
    data = zlib.compress(bytes(pixels) + (bytes(5_000_000) if rng.random() < 0.05 else b""))
    parts = int(one_of(rng, (1, 1, 2, 300)))
    step = max(1, len(data) // parts + 1)
    chunks += [_chunk(b"IDAT", data[k : k + step]) for k in range(0, len(data), step)]
    if rng.random() < 0.1:
        rng.shuffle(chunks)  # type: ignore[arg-type]  # a list of bytes is shuffled as well
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks) + (b"" if rng.random() < 0.1 else _chunk(b"IEND", b""))


def tiff(rng: Generator) -> bytes:
    """Return a TIFF of some directories, whose tags may be anything, and which may follow one another for ever."""
    order = one_of(rng, ("<", "<", ">"))
    data = bytearray((b"II*\0" if order == "<" else b"MM\0*") + struct.pack(order + "I", 8))
    pages = int(one_of(rng, (1, 1, 2, 3, 40)))
    for page in range(pages):
        width, height = (int(one_of(rng, LENGTHS if rng.random() < 0.15 else (2, 9, 12))) for _ in range(2))
        bits, samples = int(one_of(rng, (8, 8, 8, 16, 32, 1, 12, 64, 0))), int(one_of(rng, (1, 1, 1, 3, 4, 2, 60_000)))
        size = min(max(1, bits // 8) * min(samples, 4) * min(width, 4096) * min(height, 4096), 20_000)
        pixels = rng.bytes(size)
        begin = len(data)
        tags = {
            256: width, 257: height, 258: bits, 259: int(one_of(rng, (1, 1, 1, 1, 5, 7, 8, 32773, 2, 9))),
            262: int(one_of(rng, (0, 1, 1, 2, 3, 5, 6, 99))), 273: 0, 277: samples,
            278: int(one_of(rng, (height, height, 0, 1, 2**31))) % 2**32, 279: size,
            339: int(one_of(rng, (1, 1, 2, 3, 4, 9))), 274: int(one_of(rng, (1, 1, 3, 6, 8, 0, 99))),
            284: int(one_of(rng, (1, 1, 2))),
        }  # fmt: skip
        if rng.random() < 0.15:
            del tags[one_of(rng, sorted(tags))]
        if rng.random() < 0.1:
            tags |= {322: int(one_of(rng, LENGTHS)), 323: 16, 324: 8, 325: 10}  # tiles
        if rng.random() < 0.2:
            tags[one_of(rng, sorted(tags))] = int(one_of(rng, LENGTHS))
        after = begin + 2 + 12 * len(tags) + 4
        if 273 in tags:
            tags[273] = after
        data += struct.pack(order + "H", len(tags) if rng.random() < 0.95 else 60_000)
        for tag, value in sorted(tags.items()):
            count = 1 if rng.random() < 0.97 else int(one_of(rng, LENGTHS))
            kind = 4 if rng.random() < 0.95 else int(one_of(rng, (1, 2, 3, 5, 7, 11, 12, 13, 99)))
            data += struct.pack(order + "HHII", tag, kind, count, value)
        onward = after + size if page < pages - 1 else 0
        if rng.random() < 0.08:
            onward = int(one_of(rng, (8, begin, 2**31, 3)))
        data += struct.pack(order + "I", onward) + pixels
    return bytes(data)


def gif(rng: Generator) -> bytes:
    """Return a GIF of frames that lie anywhere on a screen of any size."""
    lengths = (0, 1, 3, 9, 12, 28, 300, 65535)
    screen = [int(one_of(rng, (9, 12, 28) if rng.random() < 0.8 else lengths)) for _ in range(2)]
    data = bytearray(b"GIF89a" + struct.pack("<HHBBB", *screen, 0xF0 | 7, 0, 0) + rng.bytes(768))
    for _ in range(int(one_of(rng, (0, 1, 1, 3, 200)))):
        if rng.random() < 0.4:
            data += b"\x21\xf9\x04" + bytes((int(rng.integers(256)), 0, 0, int(rng.integers(256)))) + b"\0"
        inside = rng.random() < 0.7
        place = [0, 0, *screen] if inside else [int(one_of(rng, lengths)) for _ in range(4)]
        data += b"," + struct.pack("<4HB", *place, int(one_of(rng, (0, 0, 0x40, 0x87))))
        data += bytes((int(one_of(rng, (8, 8, 2, 0, 13))),))
        for _ in range(rng.integers(0, 4)):
            block = rng.bytes(int(rng.integers(1, 256)))
            data += bytes((len(block),)) + block
        data += b"\0"
    return bytes(data + b";")


def webp(rng: Generator) -> bytes:
    """Return an animated WebP, of which sizes and places of frames may be anything."""
    stream = io.BytesIO()
    frames = [Image.fromarray(rng.integers(0, 256, (12, 12, 4), np.uint8)) for _ in range(int(rng.integers(1, 5)))]
    frames[0].save(stream, "WEBP", save_all=True, append_images=frames[1:], lossless=bool(rng.integers(2)))
    data = bytearray(stream.getvalue())
    for name, least, most in ((b"VP8X", 12, 18), (b"ANMF", 8, 20), (b"ANIM", 8, 14), (b"VP8L", 9, 13), (b"RIFF", 4, 8)):
        at = data.find(name)
        if at >= 0 and rng.random() < 0.35:
            place = at + int(rng.integers(least, most))
            data[place : place + 3] = int(one_of(rng, (0, 1, 11, 2**14 - 1, 2**24 - 1))).to_bytes(3, "little")
    return bytes(data)


def bmp(rng: Generator) -> bytes:
    """Return a BMP of any stated size, depth and compression."""
    width, height = (int(one_of(rng, (9, 12, 28, 9, 0, 1, 2**31 - 1, -9, -(2**31), 40_000))) for _ in range(2))
    depth, packing = int(one_of(rng, (1, 4, 8, 8, 16, 24, 24, 32, 0, 64))), int(one_of(rng, (0, 0, 0, 1, 2, 3, 9)))
    body = rng.bytes(int(one_of(rng, (0, 500, 5000))))
    offset = int(one_of(rng, (54, 54 + 1024, 0, 2**31)))
    colours = int(one_of(rng, (0, 2, 256, 2**31)))
    head = struct.pack("<IiiHHIIiiII", 40, width, height, 1, depth, packing, 0, 0, 0, colours, 0)
    return b"BM" + struct.pack("<IHHI", 54 + len(body), 0, 0, offset) + head + body


def jpeg(rng: Generator) -> bytes:
    """Return a JPEG whose frame header may tell another size, or with many notes before it."""
    stream = io.BytesIO()
    mode = one_of(rng, ("L", "RGB", "CMYK"))
    Image.fromarray(rng.integers(0, 256, (16, 16, 4), np.uint8)).convert(mode).save(
        stream, "JPEG", progressive=bool(rng.integers(2))
    )
    data = bytearray(stream.getvalue())
    at = max(data.find(b"\xff\xc0"), data.find(b"\xff\xc2"))
    if rng.random() < 0.7:
        where, value = one_of(rng, ((5, 0), (5, 65535), (7, 0), (7, 65535), (5, 30_000), (4, 4096), (9, 0x0122)))
        data[at + where : at + where + 2] = value.to_bytes(2, "big")
    notes = b"".join(
        b"\xff\xe1" + struct.pack(">H", 2 + len(note)) + note for note in [rng.bytes(60)] * int(rng.integers(0, 9))
    )
    return bytes(data[:2]) + notes + bytes(data[2:])


def any_mode(rng: Generator) -> tuple[str, bytes]:
    """Return a sound picture of any mode, size and format; the ending that belongs to it comes first."""
    mode, ending = one_of(rng, MODES), one_of(rng, ("png", "tif", "bmp", "webp", "jpg", "gif"))
    height, width = (int(one_of(rng, (1, 2, 9, 12, 28, 3000))) for _ in range(2))
    if height * width > 100_000:
        height = 9
    picture = Image.fromarray(rng.integers(0, 256, (height, width, 3), np.uint8))
    stream = io.BytesIO()
    try:
        picture.convert("I").convert(mode) if mode == "I;16" else picture.convert(mode)
        converted = picture.convert("L").convert("I").convert(mode) if mode == "I;16" else picture.convert(mode)
        converted.save(stream, {"tif": "TIFF", "jpg": "JPEG"}.get(ending, ending.upper()))
    except (OSError, ValueError, KeyError):  # this format has no such mode
        stream = io.BytesIO()
        picture.save(stream, "PNG")
    return ending, stream.getvalue()


_MAKERS: dict[str, Callable[[Generator], bytes]] = {
    "png": png, "tif": tiff, "gif": gif, "webp": webp, "bmp": bmp, "jpg": jpeg,
}  # fmt: skip


def picture_files(rng: Generator) -> Files:
    """Return a folder of pictures of all kinds, in classes or not, under their own endings or others'."""
    files: dict[str, bytes] = {"": b""}
    for number in range(int(rng.integers(1, 7))):
        place = one_of(rng, ("", "", "a/", "b/", "train/a/", "test/a/"))
        if rng.random() < 0.3:
            ending, content = any_mode(rng)
        else:
            ending = one_of(rng, sorted(_MAKERS))
            content = _MAKERS[ending](rng)
        shown = ending if rng.random() < 0.9 else one_of(rng, sorted(_MAKERS))
        files[f"{place}{number}.{shown}"] = content
    return files
