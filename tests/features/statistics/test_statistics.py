"""Figures follow their rows; a snapshot recomputes to the same hash whatever is recorded later."""

from datetime import date
from fractions import Fraction

import pytest

from exchange.core import approvals
from exchange.core.database import operation
from exchange.core.errors import DomainError
from exchange.oversight.conversions import operations as conversions
from exchange.oversight.statistics import operations, queries, rules
from exchange.oversight.statistics.rules import Cell, Figure, Interval
from tests import factories
from tests.features.conversions.test_operations import SOLD
from tests.features.patents import making

TODAY = date(2026, 11, 25)


@pytest.mark.parametrize(("converted", "total", "low", "high"), [
    (3, 5, 0.230724, 0.882379), (30, 50, 0.461814, 0.723916), (600, 1000, 0.569309, 0.629925), (6000, 10000, 0.590362, 0.609562),
    (0, 40, 0.0, 0.087622), (40, 40, 0.912378, 1.0)])
def test_the_wilson_interval_has_the_published_values(converted, total, low, high):
    assert [round(bound, 6) for bound in rules.wilson(converted, total)] == [low, high]


def test_five_points_of_a_constant_stock_are_five_thousand_conversions():
    assert rules.constant_stock_needed(Fraction(60, 100), Fraction(65, 100), stock=100_000, months=48) == (5000, 105)


def test_overlapping_evidence_counts_once_and_a_gap_gives_two_intervals():
    within = Interval(date(2022, 1, 1), date(2030, 1, 1))
    joined = rules.union([
        Interval(date(2021, 5, 1), date(2023, 1, 1), ("a",)), Interval(date(2022, 6, 1), date(2024, 1, 1), ("b",)),
        Interval(date(2025, 1, 1), date(2031, 1, 1), ("c",))], within=within)
    assert joined == [Interval(date(2022, 1, 1), date(2024, 1, 1), ("a", "b")), Interval(date(2025, 1, 1), date(2030, 1, 1), ("c",))]


def test_the_gap_is_counted_in_patents_and_compared_as_exact_fractions():
    assert Figure(62, 100).short_of(Fraction(65, 100)) == 3
    assert Figure(65, 100).short_of(Fraction(65, 100)) == 0
    assert Figure(0, 0).rate is None


def test_a_cell_of_too_few_holders_is_hidden_with_one_more_that_would_give_it_away():
    cells = [Cell("a", Figure(5, 10), 2, 6), Cell("b", Figure(5, 10), 5, 3), Cell("c", Figure(9, 30), 9, 5)]
    assert [(cell.value, cell.suppressed) for cell in rules.suppressed(cells)] == [("a", True), ("b", True), ("c", False)]


def test_changing_any_switch_changes_the_hash_of_the_definition():
    assert len({each.sha256 for each in rules.DEFINITIONS.values()}) == len(rules.DEFINITIONS)


@pytest.fixture
def counted(house, clock):
    """Three registered patents, one of them converted."""
    owner = factories.actor("enterprise signatory", organisation=making.holder(holder_kind="enterprise_small"))
    desk = making.desk(making.exchange())
    patents = [making.registered(owner, desk) for _ in range(3)]
    evidence = conversions.draft_evidence(patents[0], route="industrialised", valid_from=date(2026, 9, 1), proofs=[SOLD], actor=owner)
    conversions.submit_evidence(evidence, actor=owner)
    conversions.accept_evidence(evidence, files_opened=True, no_conflict=True, reason="ok", actor=factories.actor("regulator officer"))
    return owner, patents, evidence


def test_accepted_evidence_moves_the_figure_and_a_higher_floor_never_raises_it(counted):
    assert queries.figure("conversion_any", on=TODAY) == Figure(1, 3)
    assert queries.figure("licensed", on=TODAY) == Figure(0, 3)
    rates = [figure.converted for figure in queries.by_floor("conversion_any", on=TODAY).values()]
    assert rates == [0, 1, 1, 1]


def test_the_series_agrees_with_the_figure_of_each_day(counted):
    for day, found in queries.series("conversion_any", until=TODAY, months=60):
        assert found == queries.figure("conversion_any", on=day)


def test_facts_kept_by_events_are_the_facts_rebuilt(counted):
    assert operations.rebuild_facts() == 0


def test_the_parts_sum_to_the_whole(counted):
    for dimension in rules.DIMENSIONS:
        cells = queries.by_dimension("conversion_any", dimension, on=TODAY)
        assert (sum(cell.figure.converted for cell in cells), sum(cell.figure.total for cell in cells)) == (1, 3)


def test_a_published_snapshot_recomputes_whatever_is_recorded_later(counted, clock):
    _owner, _patents, evidence = counted
    bureau = factories.organisation("regulator")
    officer = factories.actor("regulator officer", organisation=bureau)
    publisher = factories.actor("regulator approver", organisation=bureau, publisher=True)
    snapshot = operations.draft_snapshot(definition="conversion_any", as_of=TODAY, floor="C", actor=officer)
    operations.propose_snapshot(snapshot, actor=officer)
    operations.publish_snapshot(snapshot, actor=publisher)
    assert (snapshot.state, snapshot.converted, snapshot.total) == ("published", 1, 3)
    clock.pass_(days=2)
    second = factories.actor("regulator officer", organisation=bureau)
    approvals.with_second(lambda: conversions.withdraw_evidence(evidence, reason="wrong", actor=officer), second)
    assert queries.figure("conversion_any", on=TODAY) == Figure(0, 3)
    operations.verify(snapshot)


def test_who_proposed_may_not_publish(counted):
    actor = factories.actor("regulator approver", publisher=True)
    snapshot = operations.draft_snapshot(definition="conversion_any", as_of=TODAY, floor="C", actor=actor)
    operations.propose_snapshot(snapshot, actor=actor)
    with pytest.raises(DomainError) as refusal:
        operations.publish_snapshot(snapshot, actor=actor)
    assert (refusal.value.code.name, snapshot.state) == ("SNAPSHOT_SAME_PERSON", "proposed")


def test_a_tampered_snapshot_is_found(counted):
    actor = factories.actor("regulator officer")
    snapshot = operations.draft_snapshot(definition="conversion_any", as_of=TODAY, floor="C", actor=actor)

    @operation
    def tamper():
        snapshot.converted = 2

    tamper()
    with pytest.raises(DomainError) as difference:
        operations.verify(snapshot)
    assert difference.value.code.name == "SNAPSHOT_MISMATCH"


def test_the_dashboard_is_public_and_its_rows_are_for_supervisors(counted, client, act_as):
    assert client.get("/statistics").status_code == 200
    assert client.get("/statistics?lang=en&by=section").status_code == 200
    assert client.get("/statistics/figure.csv").data.startswith(b"\xef\xbb\xbfdimension")
    assert client.get("/statistics/figure.json").json["records"][0]["x"] == 1
    assert client.get("/statistics?on=2030-01-01").status_code == 422
    assert client.get("/statistics/patents").status_code == 303
    assert act_as("enterprise officer").get("/statistics/patents").status_code == 403
    supervisor = act_as("auditor officer")
    assert supervisor.get("/statistics/patents?only=converted").status_code == 200
