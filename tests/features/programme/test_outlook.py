"""A target's outlook from facts: what is counted behind, what is drawn ahead, and when nothing is drawn."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from exchange.core import clock as clocks
from exchange.core.database import add, flush, operation
from exchange.oversight.programme import operations, queries
from exchange.oversight.programme.models import Target
from exchange.oversight.programme.queries.outlook import history, outlook
from exchange.oversight.programme.states import Status
from exchange.oversight.statistics.models import StatFact
from exchange.registers.patents.models import Patent
from exchange.registers.patents.states import PATENT
from tests.factories import actor, organisation

TODAY = date(2026, 11, 25)
FOREVER = date(2045, 1, 1)


@operation
def put_facts(holder: Any, rows: list[tuple[date, date, date | None, date | None]]) -> None:
    """Facts of invented patents: in force from a day to a day, converted from a day to a day."""
    entering = actor("enterprise officer", organisation=holder)
    for place, (enters, leaves, since, until) in enumerate(rows):
        patent = Patent(
            organisation_id=holder.id, title_en=f"Patent {place}", application_number=f"2023100{place:05d}", type="invention", legal_status="in_force",
            status_source="stated", check_digit_source="none")
        with PATENT.move(patent, "draft", entering):
            add(patent)
            flush()
        shared = {
            "patent_id": patent.id, "patent_public_id": patent.public_id, "holder_id": holder.id, "holder_kind": "enterprise_small", "type": "invention",
            "section": "G", "district": "nanshan", "recorded_at": clocks.now()}
        add(StatFact(series="n", floor="", enters=enters, leaves=leaves, **shared))
        if since is not None:
            add(StatFact(series="conversion_any", floor="C", enters=since, leaves=until or leaves, **shared))


@pytest.fixture
def target(database: Any) -> Target:
    operations.seed_programme()
    officer = actor("regulator officer")
    return operations.set_target(
        indicator="conversion_any", value=Decimal("0.65"), baseline=Decimal("0.60"), begins_on=date(2026, 1, 1), due_on=date(2027, 12, 31),
        measure=queries.measure_of("8.0a"), actor=officer)


def test_nothing_counted_is_no_data_and_no_picture(target: Target) -> None:
    found = outlook(target, on=TODAY)
    assert (found.found.total, found.verdict.status, found.forecast, found.needed) == (0, Status.NO_DATA, None, None)


def test_what_moved_is_counted_once_by_what_it_was(target: Target) -> None:
    holder = organisation("enterprise")
    put_facts(holder, [
        (date(2024, 1, 1), FOREVER, date(2024, 2, 1), None),
        (date(2024, 1, 1), FOREVER, date(2026, 6, 10), None),
        (date(2024, 1, 1), date(2026, 7, 1), None, None),
        (date(2024, 1, 1), date(2026, 8, 1), date(2024, 3, 1), None),
        (date(2024, 1, 1), FOREVER, date(2024, 4, 1), date(2026, 9, 1)),
        (date(2026, 5, 5), FOREVER, None, None),
        (date(2026, 11, 10), FOREVER, date(2026, 11, 12), None)])
    found = history("conversion_any", on=TODAY, months=12)
    assert (found.granted, found.new, found.lapsed, found.lapsed_converted, found.expired) == (1, 1, 1, 1, 1)
    converted_months = 12 + 4 + 10 + 11
    total_months = 12 + 12 + 9 + 10 + 12 + 5
    assert (found.months, found.converted, found.unconverted) == (12, converted_months, total_months - converted_months)


def test_a_year_of_months_draws_the_fan_and_names_what_is_needed(target: Target) -> None:
    put_facts(organisation("enterprise"), [
        (date(2024, 1, 1), FOREVER, date(2024, 2, 1 + place % 28) if place < 55 else date(2026, 1 + place % 6, 5) if place < 60 else None, None) for place in range(100)])
    found = outlook(target, on=TODAY)
    assert (found.found.converted, found.found.total, found.found.short_of(target.goal)) == (60, 100, 5)
    assert found.history is not None
    assert (found.history.months, found.months_ahead, len(found.forecast.months)) == (24, 14, 14)
    assert found.needed is not None
    assert found.needed.a_month == 1
    assert found.chance is not None
    assert found.verdict.status in (Status.ON_TRACK, Status.UNCERTAIN, Status.UNLIKELY)
    assert outlook(target, on=TODAY).forecast == found.forecast


def test_less_than_a_year_draws_a_trend_and_judges_by_the_pace(target: Target) -> None:
    put_facts(organisation("enterprise"), [(date(2026, 6, 1), FOREVER, date(2026, 6 + place % 5, 20) if place < 30 else None, None) for place in range(50)])
    found = outlook(target, on=TODAY)
    assert (found.forecast, found.chance) == (None, None)
    assert found.trend is not None
    assert (found.found.rate, found.verdict.status) == (Fraction(3, 5), Status.UNLIKELY)


def test_another_definition_never_moves_a_target_silently(target: Target) -> None:
    put_facts(organisation("enterprise"), [(date(2024, 1, 1), FOREVER, date(2024, 2, 1), None)])
    assert outlook(target, on=TODAY).verdict.status is Status.DONE

    @operation
    def change_definition() -> None:
        """As if the target had been set for another version."""
        target.definition_sha256 = "0" * 64

    change_definition()
    found = outlook(target, on=TODAY)
    assert (found.verdict.status, found.definition_changed) == (Status.NO_DATA, True)


def test_the_measure_of_the_conversion_rate_follows_the_same_figure(target: Target) -> None:
    assert queries.line_of(queries.measure_of("8.0a"), on=TODAY).status is Status.OVERDUE
    put_facts(organisation("enterprise"), [(date(2024, 1, 1), FOREVER, date(2024, 2, 1) if place < 65 else None, None) for place in range(100)])
    line = queries.line_of(queries.measure_of("8.0a"), on=TODAY)
    assert (line.value, line.status) == (Fraction(65), Status.DONE_LATE)
    assert line.figure is not None
    assert line.figure.value == Fraction(65)


def test_a_months_end_is_kept_once_as_it_was_known(target: Target) -> None:
    put_facts(organisation("enterprise"), [(date(2024, 1, 1), FOREVER, date(2024, 2, 1) if place < 60 else None, None) for place in range(100)])
    assert operations.keep_target_readings(day=date(2026, 10, 31)) == 1
    assert operations.keep_target_readings(day=date(2026, 10, 31)) == 0
