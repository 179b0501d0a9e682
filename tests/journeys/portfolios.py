"""The two files that start the journey: real patents of the samples, and invented ones that lie in no folder."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from exchange.registers.patents.operations.writing import INLINE_ROWS
from tests.features.patents import making

LENS = "local-only/lens_drones_cn_and_shenzhen.csv"
HEADER = "application_number,type,title_zh,title_en,applicants,inventors,filing_date,grant_date,ipc,legal_status"
FILLERS = 3_100


@dataclass(frozen=True)
class Chosen:
    """A patent that goes on, with what its register copy says."""

    number: str
    filed: date
    granted: date

    def paid_to_year(self, today: date) -> int:
        """The fees are paid up to the running year."""
        return (today - self.filed).days // 365 + 2


@dataclass(frozen=True)
class Portfolio:
    """A file, what the dry run must say about it, and the three patents that go on."""

    filename: str
    content: bytes
    counts: dict[str, int]
    codes: dict[str, int]
    pledged: Chosen
    sold: Chosen
    kept: Chosen
    demonstration: bool
    subclass: str
    by_job: bool


def real(samples: Path) -> Portfolio:
    """363 real publications about drones; three granted inventions with years to live go on."""
    path = samples / LENS
    if not path.is_file():
        pytest.skip(f"shared samples not present: {LENS}")
    return Portfolio(
        filename="lens.csv", content=path.read_bytes(), demonstration=False, subclass="g06t", by_job=False,
        counts={"read": 363, "accepted": 363, "new": 363, "changed": 0, "same": 0, "refused": 0},
        codes={"CN_NO_CHECK_DIGIT": 355, "DATE_YEAR_MISMATCH": 11, "APPLICANT_MISSING": 9, "DATE_ORDER": 7, "CLASS_MISSING": 2},
        pledged=Chosen("CN103322856B", date(2013, 3, 6), date(2015, 4, 22)), sold=Chosen("CN103035007B", date(2012, 12, 14), date(2015, 7, 1)),
        kept=Chosen("CN103265606B", date(2013, 5, 31), date(2015, 4, 1)))


def invented(rows: int = FILLERS) -> Portfolio:
    """So many invented patents that the worker writes them, with two rows that must be refused."""
    numbers = [making.demo_number() for _number in range(rows)]
    broken = making.demo_number()
    lines = [_row(number, place) for place, number in enumerate(numbers)]
    lines += [_row(broken[:-1] + ("1" if broken[-1] != "1" else "2"), rows), _row(making.demo_number(), rows + 1, filed="2021-13-40")]
    chosen = [Chosen(number, making.FILED, making.GRANTED) for number in numbers[:3]]
    return Portfolio(
        filename="own.csv", content=("\n".join((HEADER, *lines)) + "\n").encode(), demonstration=True, subclass="g06t", by_job=rows > INLINE_ROWS,
        counts={"read": rows + 2, "accepted": rows, "new": rows, "changed": 0, "same": 0, "refused": 2},
        codes={"CN_CHECK_DIGIT": 1, "DATE_FORMAT": 1}, pledged=chosen[0], sold=chosen[1], kept=chosen[2])


def _row(number: str, place: int, *, filed: str = "") -> str:
    return (f"{number},invention,演示 / Demo 相机标定装置 {place},Demo camera calibration {place},演示深瞳影像技术有限公司,演示发明人,"
            f"{filed or making.FILED.isoformat()},{making.GRANTED.isoformat()},G06T 7/00,")
