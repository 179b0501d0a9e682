"""`./dev bench pages`: the median time of the server for every page of the demonstration and every role that may open it.

No ratio and no row of performance.md: it is printed, and the worst ten stand in docs/benchmarks.md. Counted is the time of the
processor, because other work on the machine disturbs the clock on the wall.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.services.demonstration import client_of, copy_files, make_demonstration_once, members
from tests.services.pages import addresses
from tests.services.statements import listened

ROUNDS = 7


@dataclass(frozen=True)
class Timed:
    """One page as one role opens it: its rule, how often it asks the database, and its median in milliseconds."""

    rule: str
    role: str
    selects: int
    milliseconds: float


def house_of_demonstration(folder: Path) -> Any:
    """The application on the demonstration's data."""
    from tests.services.databases import SqliteDatabase
    from tests.services.house import House

    made, work = make_demonstration_once(folder), Path(tempfile.mkdtemp(prefix="zhirong-bench-"))
    copy_files(made, work)
    return House(work, lambda create: SqliteDatabase(work, create, template=made / "template.sqlite3"))


def timed(client: Any, url: str, *, rounds: int) -> tuple[int, float]:
    """How often a page asks the database, and its median; the first answer is not counted, it warms the caches."""
    with listened() as said:
        client.get(url)
    spent = []
    for _ in range(rounds):
        begun = time.process_time()
        client.get(url)
        spent.append((time.process_time() - begun) * 1000)
    return len(said.reads), statistics.median(spent)


def measure(house: Any, wanted: str = "", *, rounds: int = ROUNDS, roles: int | None = None) -> Iterator[Timed]:
    """Every page whose rule or role holds a word, for everybody and for each role."""
    everyone = [("everybody", None), *members(house).items()][:roles]
    for role, member in everyone:
        client = client_of(house, member) if member is not None else house.client()
        for address in addresses(client.actor):
            if wanted in address.rule or wanted in role:
                selects, median = timed(client, address.url, rounds=rounds)
                yield Timed(address.rule, role, selects, median)


def worst(found: list[Timed], most: int = 10) -> list[Timed]:
    """The slowest role of each rule, the slowest rules first."""
    slowest: dict[str, Timed] = {}
    for each in sorted(found, key=lambda row: row.milliseconds):
        slowest[each.rule] = each
    return sorted(slowest.values(), key=lambda row: -row.milliseconds)[:most]


def main(arguments: list[str]) -> int:
    """Print the table and then the worst ten as rows of docs/benchmarks.md."""
    house = house_of_demonstration(Path(tempfile.gettempdir()) / "zhirong-demonstration" if not arguments[1:] else Path(arguments[1]))
    with house.app.app_context():
        found = list(measure(house, arguments[0] if arguments else ""))
    print(f"{'page':<48} {'role':<32} {'selects':>7} {'ms':>8}")
    for row in sorted(found, key=lambda each: (each.rule, each.role)):
        print(f"{row.rule:<48} {row.role:<32} {row.selects:>7} {row.milliseconds:>8.1f}")
    print("\n| page | role | selects | median ms |\n| --- | --- | --- | --- |")
    for row in worst(found):
        print(f"| `{row.rule}` | {row.role} | {row.selects} | {row.milliseconds:.1f} |")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
