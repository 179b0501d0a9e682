"""The programme over four years: the seed, seats, approved updates, the target of 65 percent and its monthly readings."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal
from functools import partial

from exchange.core import clock
from exchange.core.database import Proposed
from exchange.demo.people import Cast
from exchange.demo.script import Script, confirmed
from exchange.oversight.programme import operations, queries
from exchange.oversight.programme.models import MeasureUpdate

SEATS = ("KGMX", "SJJ", "FGW")
NOTE = "演示数据，用于说明进展的登记与批准。"
MILESTONES = (
    ("8.4a", 30, "（演示）平台上线运行记录"), ("8.3a", 140, "（演示）质押融资政策文件"), ("8.3b", 260, "（演示）再担保机制文件"),
    ("8.3c", 420, "（演示）评估体系文件"), ("8.1b", 610, "（演示）分类评价办法"), ("8.6c", 900, "（演示）工作机制指引"),
)
VALUES = (
    ("8.6b", ((180, "1240"), (540, "1610"), (900, "1785"), (1270, "1905"))), ("8.5a", ((240, "3"), (620, "4"), (1050, "5"))),
    ("8.2a", ((300, "6"), (800, "11"), (1300, "15"))), ("8.6a", ((350, "12"), (950, "31"))), ("6.0c", ((200, "24"), (700, "31"))),
    ("5.0b", ((400, "66"), (1000, "69"))),
)
YEARLY = (("5.4", ("22", "26", "19", "21")), ("6.2", ("112", "98", "120", "104")), ("6.3", ("51", "57", "60", "44")), ("6.4a", ("20", "23", "25", "21")))
BY_DISTRICT = (("3.4", ("nanshan", "futian", "baoan", "longgang", "guangming"), "33"), ("10.3", ("nanshan", "baoan", "longgang"), "2"))
TARGET_DUE = date(2027, 12, 31)
READINGS = 12


def add_programme(script: Script, cast: Cast) -> None:
    """The seed first, then what the departments report, and the target that the bureau sets."""
    begins = clock.day_of(script.now)
    script.at(begins + timedelta(days=1), partial(plant, cast), hour=9, apart=True)
    for code, days, reference in MILESTONES:
        script.at(begins + timedelta(days=days), partial(report, cast, code, done=True, reference=reference), hour=15, apart=True)
    for code, steps in VALUES:
        for days, value in steps:
            script.at(begins + timedelta(days=days), partial(report, cast, code, value=value), hour=15, minute=20, apart=True)
    for code, values in YEARLY:
        for year, value in enumerate(values, start=begins.year + 1):
            script.at(date(year, 11, 10), partial(report, cast, code, value=value), hour=15, minute=40, apart=True)
    for code, districts, value in BY_DISTRICT:
        for place, district in enumerate(districts):
            script.at(date(begins.year + 4, 3 + place, 18), partial(report, cast, code, value=value, district=district), hour=16, apart=True)
    end = clock.day_of(script.end)
    script.at(end - timedelta(days=700), partial(aim, cast), hour=9, minute=30, apart=True)
    for back in range(READINGS):
        script.at(first_of_month(end, back), keep, hour=9, minute=50, apart=True)
    script.at(end - timedelta(days=1), partial(leave_waiting, cast), hour=17, apart=True)


def first_of_month(day: date, back: int) -> date:
    """The first day of a month some months back."""
    months = day.year * 12 + day.month - 1 - back
    return date(months // 12, months % 12 + 1, 1)


def plant(cast: Cast) -> None:
    """The plan comes into the tables, and the bureau takes its seats."""
    house, officer = cast.houses["bureau"], cast.who("bureau", "officer")
    operations.seed_programme(actor=officer, organisation=house)
    for code in SEATS:
        operations.seat_department(code, organisation=house, actor=officer)


def record(cast: Cast, code: str, *, value: str = "", done: bool = False, district: str = "", reference: str = "") -> MeasureUpdate:
    """An officer records what a department reports."""
    return operations.record_update(
        queries.measure_of(code), happened_on=clock.today() - timedelta(days=3), value=Decimal(value) if value else None, done=done, district=district,
        text=NOTE, reference=reference or "（演示）统计报表", public=True, actor=cast.who("bureau", "officer"))


def report(cast: Cast, code: str, *, value: str = "", done: bool = False, district: str = "", reference: str = "") -> None:
    """Recorded by the officer, approved with the approver."""
    update = record(cast, code, value=value, done=done, district=district, reference=reference)
    confirmed(lambda: operations.approve_update(update, actor=cast.who("bureau", "officer")), cast.who("bureau", "approver"))


def aim(cast: Cast) -> None:
    """The bureau sets 65 percent for a new period."""
    operations.set_target(
        indicator="conversion_any", value=Decimal("0.65"), baseline=Decimal("0.60"), begins_on=clock.today(), due_on=TARGET_DUE,
        measure=queries.measure_of("8.0a"), decree="（演示）新一轮目标文件", actor=cast.who("bureau", "officer"))


def keep() -> None:
    """What the nightly job does on the first of a month."""
    operations.note_statuses()
    operations.keep_target_readings(day=clock.today() - timedelta(days=1))


def leave_waiting(cast: Cast) -> None:
    """One update waits for its second person, one for its proposal."""
    record(cast, "8.4b", value="310")
    update = record(cast, "8.2c", value="420")
    with suppress(Proposed):
        operations.approve_update(update, actor=cast.who("bureau", "officer"))
