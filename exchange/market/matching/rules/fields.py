"""How near two fields of technology stand: IPC section, class, subclass, group, and the neighbours of practice."""

import re
from collections.abc import Iterable
from functools import cache

from exchange.core.errors import Invalid, define
from exchange.core.text import _
from exchange.market.matching.rules.glossary import rows_of

define("CLASS_UNREADABLE", 422, _("{value} is no IPC subclass; write it like H01M."))

SYMBOL = re.compile(r"([A-H])(\d{2})([A-Z])\s*(?:(\d{1,4})(?:/(\d{2,6}))?)?")
SAME_GROUP, SAME_SUBCLASS, NEIGHBOUR, SAME_CLASS, SAME_SECTION = 10_000, 9_000, 6_000, 5_000, 2_000


@cache
def subclass_names() -> dict[str, tuple[str, str]]:
    """Gives the short Chinese and English name of each subclass in the shipped table."""
    return {row["subclass"]: (row["zh"], row["en"]) for row in rows_of("fields.csv")}


@cache
def neighbours() -> dict[str, frozenset[str]]:
    """Gives the subclasses that practice keeps near each other, both ways."""
    near: dict[str, set[str]] = {}
    for row in rows_of("fields.csv"):
        for other in filter(None, row["near"].split("|")):
            near.setdefault(row["subclass"], set()).add(other)
            near.setdefault(other, set()).add(row["subclass"])
    return {subclass: frozenset(others) for subclass, others in near.items()}


def subclass_of(symbol: str) -> str:
    """Gives the subclass of a symbol such as `H01M 10/0525`; what is no symbol has none."""
    found = SYMBOL.match(symbol.strip().upper())
    return "".join(found.groups()[:3]) if found else ""


def read_classes(typed: Iterable[str]) -> list[str]:
    """Reads subclasses as people type them; anything else is refused."""
    read = []
    for value in typed:
        subclass = subclass_of(value)
        if not subclass:
            raise Invalid("CLASS_UNREADABLE", field="classes", value=value)
        read.append(subclass)
    return list(dict.fromkeys(read))


def nearness(one: str, other: str) -> int:
    """Tells how near two symbols stand, in ten-thousandths."""
    first, second = SYMBOL.match(one.strip().upper()), SYMBOL.match(other.strip().upper())
    if not first or not second or first[1] != second[1]:
        return NEIGHBOUR if first and second and subclass_of(other) in neighbours().get(subclass_of(one), ()) else 0
    if first.groups()[:3] == second.groups()[:3]:
        return SAME_GROUP if first[4] and first[4] == second[4] else SAME_SUBCLASS
    if subclass_of(other) in neighbours().get(subclass_of(one), ()):
        return NEIGHBOUR
    return SAME_CLASS if first[2] == second[2] else SAME_SECTION


def nearest(wanted: Iterable[str], offered: Iterable[str]) -> tuple[int, str, str]:
    """Finds the nearest pair of symbols: how near, which wanted, which offered; ties by the symbols' order."""
    offers = list(offered)
    best = (0, "", "")
    for one in wanted:
        for other in offers:
            near = nearness(one, other)
            if near > best[0]:
                best = (near, one, other)
    return best
