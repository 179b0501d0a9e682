"""Sobol nets without generator state: the points of scrambled nets, of which SHA-256 is the only source of chance.

A point is the unscrambled base point (30 bits) XOR the top 30 bits of SHA-256("seed/input/column/replicate"), so no later
library can change an archived value and an appended input leaves the others' points alone. Stirred points are first
multiplied by a lower triangular binary matrix made of SHA-256 as well: Matoušek (1998), Journal of Complexity 14, affine
matrix scrambling, whose variance is that of Owen's nested one (Owen 2003, ACM TOMACS 13).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from hashlib import sha256
from typing import Any

Array = Any
BITS = 30
DIGIT = 10


def shift_bits(seed: int, name: str, column: int, replicate: int) -> int:
    """Answers the 30-bit mask of one Sobol column.

    >>> shift_bits(20260630, "royalty_rate", 0, 0)
    75752033
    """
    digest = sha256(f"{seed}/{name}/{column}/{replicate}".encode("ascii", "backslashreplace")).digest()
    return int.from_bytes(digest[:4], "big") >> (32 - BITS)


def matrix_columns(seed: int, name: str, column: int, replicate: int) -> list[int]:
    """Answers the images of the 30 bits of a point, lowest first: each keeps its own bit and stirs the lower ones.

    >>> [f"{image:030b}".index("1") for image in matrix_columns(1, "royalty_rate", 0, 0)] == [29 - bit for bit in range(30)]
    True
    """
    words = (sha256(f"{seed}/{name}/{column}/{replicate}/matrix/{part}".encode("ascii", "backslashreplace")).digest() for part in (0, 1))
    pool = int.from_bytes(b"".join(words), "big")
    images = []
    for bit in range(BITS):
        images.append(1 << bit | pool & ((1 << bit) - 1))
        pool >>= bit
    return images


@lru_cache(maxsize=4096)
def _matrix_tables(seed: int, name: str, column: int, replicate: int) -> Array:
    import numpy as np

    images = np.array(matrix_columns(seed, name, column, replicate), dtype=np.uint32)
    tables = np.zeros((BITS // DIGIT, 1 << DIGIT), dtype=np.uint32)
    for part, table in enumerate(tables):
        for bit in range(DIGIT):
            table[1 << bit : 2 << bit] = table[: 1 << bit] ^ images[part * DIGIT + bit]
    return tables


def stir(row: Array, tables: Array) -> Array:
    """Multiplies the 30-bit integers of one column by its binary matrix, ten bits at a time."""
    found = tables[2][row >> (2 * DIGIT)]
    found ^= tables[1][row >> DIGIT & ((1 << DIGIT) - 1)]
    lowest = row & ((1 << DIGIT) - 1)
    if lowest.any():
        found ^= tables[0][lowest]
    return found


class SobolStream:
    """Uniform points of one replicate, taken in order, one row a column of the inputs."""

    def __init__(self, *, seed: int, columns: Sequence[tuple[str, int]], replicate: int, stirred: int = 0) -> None:
        import numpy as np
        from scipy.stats import qmc

        self._base = qmc.Sobol(d=max(1, len(columns)), scramble=False, bits=BITS)
        masks = [shift_bits(seed, name, column, replicate) for name, column in columns] or [0]
        self._masks = np.array(masks, dtype=np.uint32)
        self._tables = [_matrix_tables(seed, name, column, replicate) for name, column in columns] if stirred else []

    def take(self, count: int) -> Array:
        """Answers the next points as an array (columns, count) strictly within 0..1."""
        import numpy as np

        whole = (self._base.random(count) * float(2**BITS)).astype(np.uint32).T
        if self._tables:
            whole = np.stack([stir(row, tables) for row, tables in zip(whole, self._tables, strict=True)])
        whole = whole ^ self._masks[:, None]
        points = whole.astype(float)
        points += 0.5
        points *= 2.0**-BITS
        return points
