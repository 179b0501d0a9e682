"""How wide words are: the advances of Noto Sans CJK SC, in thousandths of the font's size.

Source: ``hmtx`` of Noto Sans CJK SC 2.004 (Regular and Bold), read 2026-11-25; it is the face of every document of the house and the
widest of those a page is set in, so that what has room here has room everywhere.
"""

from __future__ import annotations

import unicodedata
from typing import Final

REGULAR: Final = (
    224, 323, 474, 555, 555, 921, 680, 278, 338, 338, 467, 555, 278, 347, 278, 392, 555, 555, 555, 555, 555, 555, 555, 555, 555, 555, 278, 278, 555, 555, 555, 474,
    946, 608, 657, 638, 688, 589, 552, 689, 728, 293, 535, 646, 543, 812, 723, 742, 633, 742, 635, 596, 599, 721, 575, 878, 573, 531, 603, 338, 392, 338, 555, 559,
    606, 563, 618, 510, 620, 554, 325, 564, 607, 275, 275, 552, 284, 926, 610, 606, 620, 620, 388, 468, 377, 607, 521, 802, 498, 521, 475, 338, 270, 338, 555,
)  # fmt: skip
BOLD: Final = (
    227, 370, 574, 590, 590, 963, 740, 325, 378, 378, 507, 590, 325, 370, 325, 387, 590, 590, 590, 590, 590, 590, 590, 590, 590, 590, 325, 325, 590, 590, 590, 514,
    1007, 641, 681, 656, 714, 615, 585, 717, 757, 330, 568, 686, 578, 853, 749, 770, 667, 770, 682, 624, 625, 748, 619, 915, 627, 580, 613, 378, 387, 378, 590, 567,
    626, 591, 644, 527, 644, 581, 372, 597, 640, 304, 306, 604, 315, 964, 641, 626, 644, 644, 436, 495, 421, 637, 576, 863, 562, 574, 511, 378, 296, 378, 590,
)  # fmt: skip
NARROW_SIGNS: Final = {"–": 544, "—": 908, "−": 590, "°": 404, "¥": 590, "δ": 616, "ρ": 639, "τ": 548, "Σ": 619}  # both weights, the wider of the two
FULL, OTHER = 1000, 620


def thousandths(character: str, *, bold: bool = False) -> int:
    """The advance of one character: Latin from the table, Chinese and full-width signs a whole em."""
    place = ord(character) - 32
    if 0 <= place < len(REGULAR):
        return (BOLD if bold else REGULAR)[place]
    if character in NARROW_SIGNS:
        return NARROW_SIGNS[character]
    return FULL if unicodedata.east_asian_width(character) in "WFA" else OTHER


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """How wide ``text`` stands at a size."""
    return sum(thousandths(character, bold=bold) for character in text) * size / 1000


def shortened(text: str, room: float, size: float) -> str:
    """``text``, cut with an ellipsis where it would leave its room."""
    if text_width(text, size) <= room:
        return text
    while text and text_width(text + "…", size) > room:
        text = text[:-1]
    return text.rstrip() + "…"


def parted(text: str, room: float, size: float, *, smaller: float = 0.0) -> tuple[str, ...]:
    """``text`` on one line if it has room, else on two of about equal length in a smaller size, cut only where even these are too long."""
    if text_width(text, size) <= room:
        return (text,)
    size = smaller or size
    pairs = [(text[:place].rstrip(), text[place:].lstrip()) for place in breaks(text)]
    if not pairs:
        return (shortened(text, room, size),)
    first, second = min(pairs, key=lambda pair: max(text_width(part, size) for part in pair))
    return (shortened(first, room, size), shortened(second, room, size))


FORBIDDEN_FIRST: Final = "，。、；：！？）】》”’,.;:!?)%"


def breaks(text: str) -> list[int]:
    """Where a line may end: after a blank, and beside a Chinese character unless a closing sign would lead the next line."""
    found = []
    for place in range(1, len(text)):
        before, after = text[place - 1], text[place]
        wide = unicodedata.east_asian_width(before) in "WF" or unicodedata.east_asian_width(after) in "WF"
        if before == " " or (wide and after not in FORBIDDEN_FIRST and before not in "（“‘《("):
            found.append(place)
    return found
