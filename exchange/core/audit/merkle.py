"""Merkle trees as RFC 6962 has them: roots, inclusion proofs, consistency proofs, and their checks."""

import hashlib
from collections.abc import Sequence

EMPTY = hashlib.sha256(b"").digest()


def leaf(content: bytes) -> bytes:
    """The hash of a leaf."""
    return hashlib.sha256(b"\x00" + content).digest()


def node(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def largest_power_below(size: int) -> int:
    """The largest power of two that is smaller than the size."""
    return 1 << (size - 1).bit_length() - 1


class Tree:
    """The subtrees of a list of leaf hashes; each complete one is hashed once."""

    def __init__(self, leaves: Sequence[bytes]) -> None:
        self.levels: list[list[bytes]] = [list(leaves)]
        while len(self.levels[-1]) > 1:
            below = self.levels[-1]
            self.levels.append([node(below[place], below[place + 1]) for place in range(0, len(below) - 1, 2)])

    def root(self, size: int | None = None) -> bytes:
        """The root over the first leaves."""
        return self.range(0, len(self.levels[0]) if size is None else size)

    def range(self, start: int, end: int) -> bytes:
        """The hash over the leaves from start to end, where start is a subtree's beginning."""
        size = end - start
        if size == 0:
            return EMPTY
        if size & (size - 1) == 0 and start % size == 0:
            return self.levels[size.bit_length() - 1][start // size]
        middle = start + largest_power_below(size)
        return node(self.range(start, middle), self.range(middle, end))

    def inclusion(self, place: int, size: int) -> list[bytes]:
        """The proof that a leaf stands at its place among the first leaves (RFC 6962, 2.1.1)."""
        return self._path(place, 0, size)

    def _path(self, place: int, start: int, end: int) -> list[bytes]:
        if end - start <= 1:
            return []
        middle = start + largest_power_below(end - start)
        if place < middle:
            return [*self._path(place, start, middle), self.range(middle, end)]
        return [*self._path(place, middle, end), self.range(start, middle)]

    def consistency(self, old: int, new: int) -> list[bytes]:
        """The proof that the first leaves are still the beginning of more leaves (RFC 6962, 2.1.2)."""
        return self._subproof(old, 0, new, complete=True) if 0 < old < new <= len(self.levels[0]) else []

    def _subproof(self, old: int, start: int, end: int, *, complete: bool) -> list[bytes]:
        if old == end:
            return [] if complete else [self.range(start, end)]
        middle = start + largest_power_below(end - start)
        if old <= middle:
            return [*self._subproof(old, start, middle, complete=complete), self.range(middle, end)]
        return [*self._subproof(old, middle, end, complete=False), self.range(start, middle)]


def included(content: bytes, place: int, size: int, *, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether the proof shows the leaf at its place under the root (RFC 9162, 2.1.3.2)."""
    if not 0 <= place < size:
        return False
    number, last, found = place, size - 1, leaf(content)
    for step in proof:
        if last == 0:
            return False
        if number & 1 or number == last:
            found = node(step, found)
            while not number & 1 and number:
                number, last = number >> 1, last >> 1
        else:
            found = node(found, step)
        number, last = number >> 1, last >> 1
    return last == 0 and found == root


def consistent(old: int, new: int, *, proof: Sequence[bytes], old_root: bytes, new_root: bytes) -> bool:
    """Whether the proof shows that the old tree is the beginning of the new one (RFC 9162, 2.1.4.2)."""
    if old == new or old == 0:
        return not proof and (old == 0 or old_root == new_root)
    if not 0 < old < new or not proof:
        return False
    steps = list(proof) if old & (old - 1) else [old_root, *proof]
    number, last = old - 1, new - 1
    while number & 1:
        number, last = number >> 1, last >> 1
    first = second = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if number & 1 or number == last:
            first, second = node(step, first), node(step, second)
            while not number & 1 and number:
                number, last = number >> 1, last >> 1
        else:
            second = node(second, step)
        number, last = number >> 1, last >> 1
    return last == 0 and first == old_root and second == new_root
