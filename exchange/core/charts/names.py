"""The words at the left of a chart: a column as wide as its longest name, and an axis as wide as its longest tick."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from exchange.core.charts.frame import FONT, Mark, label
from exchange.core.charts.widths import parted, text_width

NARROWEST, WIDEST, GAP = 64.0, 250.0, 12.0
LEADING: Final = 1.15
SMALLER: Final = 11.5  # two lines of it fit into a row


@dataclass(frozen=True)
class Column:
    """Where the names end and the drawing begins, and on how many lines each name stands."""

    edge: float
    size: float = FONT
    widest: float = WIDEST

    def marks(self, y: float, name: str) -> list[Mark]:
        """A name before its row, on one line or on two."""
        lines = parted(name, self.widest, self.size, smaller=SMALLER)
        size = self.size if len(lines) == 1 else SMALLER
        first = y + size * 0.36 - size * LEADING * (len(lines) - 1) / 2
        return [label(self.edge - GAP, first + size * LEADING * place, words, anchor="end", size=size) for place, words in enumerate(lines)]


def column(names: Iterable[str], *, below: Iterable[str] = (), widest: float = WIDEST) -> Column:
    """The column that holds these names, and the smaller words that stand below them."""
    split = [parted(name, widest, FONT, smaller=SMALLER) for name in names]
    rooms = [text_width(line, FONT if len(lines) == 1 else SMALLER) for lines in split for line in lines]
    rooms += [text_width(words, 11.0) for words in below]
    return Column(max(NARROWEST, min(max(rooms, default=0.0), widest) + GAP + 2), widest=widest)


def axis_room(ticks: Sequence[str], *, least: float = 40.0, size: float = 12.0) -> float:
    """How far from the left edge an upright axis must stand, so that its longest tick has room."""
    return max([least, *(text_width(words, size) + 12 for words in ticks)])
