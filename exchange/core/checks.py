"""What must hold whatever happened: each check is declared where its facts lie, and asked by `exchange doctor` and at night.

A check yields what it finds wrong and nothing when all is well. Checks of the group ``ledger`` make up the nightly proof
of the books (台账核验), the others look after the house.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Literal

from exchange.core.text import Text

Group = Literal["ledger", "rights", "house", "machine"]


@dataclass(frozen=True, kw_only=True)
class Finding:
    """Something that does not hold: where, what was expected and what is there."""

    where: str
    expected: object = ""
    found: object = ""
    warning: bool = False
    check: str = ""

    def __str__(self) -> str:
        told = f"{self.check}: {self.where}"
        return told if self.expected == self.found == "" else f"{told}: {self.expected} expected, {self.found} found"


@dataclass(frozen=True)
class Check:
    """One thing that must hold."""

    name: str
    group: Group
    promise: Text
    run: Callable[[], Iterable[Finding]]


CHECKS: dict[str, Check] = {}


def check(name: str, promise: Text, *, group: Group) -> Callable[[Callable[[], Iterable[Finding]]], Callable[[], Iterable[Finding]]]:
    """Declare a check under a name of its own."""

    def declare(run: Callable[[], Iterable[Finding]]) -> Callable[[], Iterable[Finding]]:
        if name in CHECKS and CHECKS[name].run.__qualname__ != run.__qualname__:
            raise ValueError(f"two checks are called {name}")
        CHECKS[name] = Check(name, group, promise, run)
        return run

    return declare


def chosen(group: Group | None = None) -> list[Check]:
    """The checks of a group, or all, in the order of their names."""
    return [each for name, each in sorted(CHECKS.items()) if group is None or each.group == group]


def examine(group: Group | None = None) -> list[Finding]:
    """Everything that the checks of a group, or all of them, find wrong."""
    return [replace(finding, check=each.name) for each in chosen(group) for finding in each.run()]
