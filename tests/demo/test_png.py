"""Pictures with a palette are the same pictures."""

from __future__ import annotations

import struct
import zlib

import pytest

from demo.png import SIGNATURE, _chunk, _chunks, with_palette

WIDTH, HEIGHT = 4, 5
PIXELS = [[(x * 60, y * 50, 7) for x in range(WIDTH)] for y in range(HEIGHT)]


def filtered(kind: int, row: list[tuple[int, int, int]], above: list[tuple[int, int, int]]) -> bytes:
    """A row as a PNG file has it, with one of the five filters."""
    line, up = [value for pixel in row for value in pixel], [value for pixel in above for value in pixel]
    found = [kind]
    for at, value in enumerate(line):
        left, corner = (line[at - 3], up[at - 3]) if at >= 3 else (0, 0)
        guess = left + up[at] - corner
        nearest = min((left, up[at], corner), key=lambda item: abs(guess - item))
        found.append((value - (0, left, up[at], (left + up[at]) // 2, nearest)[kind]) & 255)
    return bytes(found)


def test_a_picture_of_few_colours_keeps_each_pixel_whatever_its_rows_are_filtered_with() -> None:
    above = [[(0, 0, 0)] * WIDTH, *PIXELS]
    lines = b"".join(filtered(kind, PIXELS[kind], above[kind]) for kind in range(HEIGHT))
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    png = SIGNATURE + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(lines)) + _chunk(b"IEND", b"")

    made = dict(_chunks(with_palette(png)))
    palette, rows = made[b"PLTE"], zlib.decompress(made[b"IDAT"])
    pixels = [
        [tuple(palette[3 * place : 3 * place + 3]) for place in rows[at + 1 : at + 1 + WIDTH]]
        for at in range(0, len(rows), WIDTH + 1)
    ]
    assert pixels == PIXELS


def test_what_is_no_picture_is_refused() -> None:
    with pytest.raises(ValueError, match="no PNG"):
        with_palette(b"GIF89a")
