"""Smaller PNG files of screenshots: a palette of 256 colours has all of a page but some edges of its letters."""

from __future__ import annotations

import struct
import zlib
from collections import Counter
from collections.abc import Iterator

SIGNATURE = b"\x89PNG\r\n\x1a\n"
COLOURS = 256

Colour = tuple[int, int, int]


def with_palette(png: bytes) -> bytes:
    """The same picture in at most 256 colours: the most common ones; each other colour is the nearest of them.

    Raises:
        ValueError: it is not an RGB or RGBA picture of 8 bits without interlacing, as browsers write them.
    """
    chunks = list(_chunks(png))
    width, height, depth, kind, _, _, interlaced = struct.unpack(">IIBBBBB", chunks[0][1])
    if depth != 8 or kind not in {2, 6} or interlaced:
        raise ValueError("only RGB and RGBA pictures of 8 bits can be read")
    size = 3 if kind == 2 else 4
    data = zlib.decompress(b"".join(content for name, content in chunks if name == b"IDAT"))
    rows = [list(zip(row[0::size], row[1::size], row[2::size], strict=True)) for row in _rows(data, width * size, size)]
    counted = Counter(colour for row in rows for colour in row)
    palette = [colour for colour, _ in counted.most_common(COLOURS)]
    places = {colour: place for place, colour in enumerate(palette)}
    for colour in counted.keys() - places.keys():
        places[colour] = _nearest(colour, palette)
    packed = b"".join(b"\0" + bytes(map(places.__getitem__, row)) for row in rows)
    return (
        SIGNATURE
        + _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0))
        + _chunk(b"PLTE", b"".join(map(bytes, palette)))
        + _chunk(b"IDAT", zlib.compress(packed, 9))
        + _chunk(b"IEND", b"")
    )


def _nearest(colour: Colour, palette: list[Colour]) -> int:
    red, green, blue = colour
    distances = [(r - red) ** 2 + (g - green) ** 2 + (b - blue) ** 2 for r, g, b in palette]
    return distances.index(min(distances))


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Name and content of each chunk."""
    if not png.startswith(SIGNATURE):
        raise ValueError("this is no PNG file")
    at = len(SIGNATURE)
    while at < len(png):
        length = int.from_bytes(png[at : at + 4])
        yield png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        at += length + 12


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def _rows(data: bytes, length: int, size: int) -> Iterator[bytearray]:
    """The rows of a picture as they were before each was filtered; `size` is the number of bytes of a pixel."""
    before = bytearray(length)
    for at in range(0, len(data), length + 1):
        row = bytearray(data[at + 1 : at + 1 + length])
        _unfilter(data[at], row, before, size)
        yield row
        before = row


def _unfilter(kind: int, row: bytearray, above: bytearray, size: int) -> None:
    if kind == 1:
        for at in range(size, len(row)):
            row[at] = (row[at] + row[at - size]) & 255
    elif kind == 2:
        row[:] = bytes((value + up) & 255 for value, up in zip(row, above, strict=True))
    elif kind == 3:
        for at, value in enumerate(row):
            left = row[at - size] if at >= size else 0
            row[at] = (value + (left + above[at]) // 2) & 255
    elif kind == 4:
        for at, value in enumerate(row):
            left, corner = (row[at - size], above[at - size]) if at >= size else (0, 0)
            row[at] = (value + _paeth(left, above[at], corner)) & 255


def _paeth(left: int, up: int, corner: int) -> int:
    guess = left + up - corner
    return min((abs(guess - left), 0, left), (abs(guess - up), 1, up), (abs(guess - corner), 2, corner))[2]
