"""The scorecard: the ceiling, evidence, two signatures, the sealed sheet, own values, weights, and how it ends."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from exchange.appraisals import operations, queries
from exchange.appraisals.rules import scorecards as rules
from exchange.appraisals.rules.inputs import canonical_json
from exchange.core import approvals, files, pdf, seal
from exchange.core.database import Proposed
from exchange.core.errors import Conflict, DomainError, Faults, Forbidden, Invalid
from exchange.core.events import history
from exchange.core.money import yuan
from tests import factories
from tests.features.appraisals.scoring import Scoring, marks, staged


@pytest.fixture
def line(house: Any, clock: Any) -> Iterator[Scoring]:
    """One holder with one patent, and a guarantor that scores."""
    return staged()


def codes(refusal: pytest.ExceptionInfo[DomainError]) -> list[str]:
    value = refusal.value
    return [each.code.name for each in value.faults] if isinstance(value, Faults) else [value.code.name]


def test_the_shipped_schemes_sum_to_one_and_give_their_own_score_back() -> None:
    for scheme, count in (("pvd", 18), ("gbt42748", 27)):
        edition = rules.shipped(scheme)
        rules.check_edition(edition, gate=Decimal(60))
        found = rules.score(edition, {row["indicator"]: "7.5" for row in edition["rows"]})
        assert len(edition["rows"]) == count
        assert round(found["total"], 9) == 75.0
        assert round(sum(part["points"] for part in found["parts"]), 9) == 75.0


def test_the_band_changes_exactly_at_its_limit() -> None:
    bands = {"A": "80", "B": "70", "C": "60"}
    assert [rules.band_of(total, bands) for total in (80.0, 79.994, 70.0, 69.99, 60.0, 59.994)] == ["A", "B", "B", "C", "C", "D"]


def test_a_life_that_ends_within_a_year_after_the_term_stops_the_loan() -> None:
    on = date(2026, 11, 25)
    assert rules.reasons_against([], "B", expires_on=date(2028, 11, 24), scored_on=on, term_months=12) == ["REMAINING_LIFE"]
    assert rules.reasons_against([], "B", expires_on=date(2028, 11, 25), scored_on=on, term_months=12) == []
    assert rules.reasons_against(["FROZEN_BY_COURT"], "D", expires_on=date(2040, 1, 1), scored_on=on, term_months=12) == ["FROZEN_BY_COURT", "SCORE_GATE"]


def test_a_loan_above_the_ceiling_cannot_be_scored(line: Scoring) -> None:
    with pytest.raises(Conflict) as refusal:
        line.commission(requested=yuan("3000000.01"))
    assert refusal.value.code.name == "SCORECARD_OVER_CEILING"
    assert queries.scorecards_of_patents([line.patents[0].id]) == []
    assert line.commission(requested=yuan("3000000.00")).state == "drafting"


def test_the_holder_cannot_be_its_own_scorer(line: Scoring) -> None:
    with pytest.raises(Invalid) as refusal:
        line.commission(scorer_id=factories.organisation("enterprise").id)
    assert refusal.value.code.name == "CHOICE_UNKNOWN"


def test_every_indicator_needs_a_score_and_its_evidence(line: Scoring) -> None:
    card = line.commission()
    rows = marks(card)
    rows[0]["evidence_ref"] = ""
    rows[1] |= {"evidence_kind": "appraiser-judgement", "evidence_ref": "seems fine"}
    operations.enter_marks(card, rows=rows[:-1], actor=line.officer)
    with pytest.raises(Faults) as refusal:
        operations.submit_scorecard(card, actor=line.officer)
    assert codes(refusal) == ["SCORECARD_EVIDENCE", "JUDGEMENT_TOO_SHORT", "SCORECARD_INCOMPLETE"]
    assert queries.get_scorecard(card.id).state == "drafting"


def test_wrong_marks_are_named_together_and_none_is_kept(line: Scoring) -> None:
    card = line.commission()
    rows = marks(card)[:3]
    rows[0]["score"], rows[1]["indicator"] = "10.5", "beauty"
    with pytest.raises(Faults) as refusal:
        operations.enter_marks(card, rows=rows, actor=line.officer)
    assert codes(refusal) == ["NUMBER_OUT_OF_RANGE", "UNKNOWN_FIELD"]
    assert queries.get_scorecard(card.id).marks == []


def test_who_scored_cannot_be_the_second_signatory(line: Scoring) -> None:
    card = line.commission()
    line.submit()
    twin = line.approver
    with pytest.raises(Forbidden):
        operations.confirm_scorecard(card, result_sha256=card.result_sha256, actor=line.officer)
    with pytest.raises(Invalid) as refusal:
        operations.confirm_scorecard(card, result_sha256="0" * 64, actor=twin)
    assert refusal.value.code.name == "HASH_CHANGED"
    assert queries.get_scorecard(card.id).state == "submitted"


def test_the_sealed_sheet_bears_both_languages_scores_evidence_and_no_value(line: Scoring) -> None:
    card = line.to_issue()
    assert (card.state, card.valid_through, card.patents[0].score_bp, card.patents[0].band) == ("issued", date(2027, 11, 24), 7500, "B")
    content = files.get_bytes(card.pdf_sha256)
    text = " ".join(pdf.page_text(content).split())
    for word in ("专利评分卡", "Patent scorecard", "75.00", "Evaluation report 2026-31, page 4", "It states no money value", "不得"):
        assert word in text, word
    assert "800,000" not in text
    data = json.loads(json.loads(pdf.attached(content))["calculation"])
    assert canonical_json(rules.scored(data["request"])) == card.result_json
    assert queries.recomputed(card) == "identical"
    sealed = seal.find_by_code(card.verification_code or "")
    assert sealed is not None
    assert sealed.sha256 == card.pdf_sha256
    assert len(sealed.signers) == 2
    assert [event.verb for event in history("scorecard", card.public_id)][:3] == ["issue", "confirm", "submit"]


def test_a_scorecard_is_used_only_for_its_patents_in_time_below_the_ceiling_and_above_the_gate(line: Scoring) -> None:
    card, ids = line.to_issue(), [line.patents[0].id]
    on, amount = date(2026, 11, 25), yuan("800000.00")
    assert queries.check_scorecard(card.id, patent_ids=ids, on=date(2027, 11, 24), amount=amount).number == card.number
    for changes, code in (
        ({"on": date(2027, 11, 25)}, "SCORECARD_ENDED"), ({"amount": yuan("3000000.01")}, "SCORECARD_OVER_CEILING"),
        ({"patent_ids": [*ids, 999_999]}, "SCORECARD_SCOPE"),
    ):
        with pytest.raises(DomainError) as refusal:
            queries.check_scorecard(card.id, **{"patent_ids": ids, "on": on, "amount": amount} | changes)
        assert refusal.value.code.name == code
    low = line.to_issue("5.5")
    with pytest.raises(Conflict) as refusal:
        queries.check_scorecard(low.id, patent_ids=ids, on=on, amount=amount)
    assert refusal.value.code.name == "SCORECARD_NOT_ACCEPTABLE"
    assert queries.get_scorecard(card.id).state == "superseded"


def test_own_values_need_two_persons_and_end_with_the_scorecard(line: Scoring) -> None:
    card = line.to_issue()
    review = operations.open_scorecard_review(card, actor=line.officer)
    with pytest.raises(Invalid) as refusal:
        operations.accept_scorecard_review(review, haircut_bp=2000, actor=line.officer)
    assert refusal.value.code.name == "OWN_VALUE_MISSING"
    operations.value_scorecard_review(
        review, values={line.patents[0].id: yuan("3000000.00")}, own_reason="Income of the product and two comparable deals", actor=line.officer)
    with pytest.raises(Proposed):
        operations.accept_scorecard_review(review, haircut_bp=2000, actor=line.officer)
    assert queries.accepted_scorecard(card.id, organisation_ids=[review.organisation_id]) is None
    approvals.confirm_approval(approvals.pending_on("scorecard_review", review.public_id)[0].public_id, actor=line.approver)
    found = queries.accepted_scorecard(card.id, organisation_ids=[review.organisation_id])
    assert found is not None
    assert found.values == ((line.patents[0].id, yuan("2400000.00"), 2500),)
    line.to_issue("8")
    assert review.state == "superseded"
    assert queries.accepted_scorecard(card.id, organisation_ids=[review.organisation_id]) is None


def test_news_of_the_register_stops_new_use(line: Scoring) -> None:
    card = line.to_issue()
    operations.flag_scorecard(card, reason="The owner changed")
    with pytest.raises(Invalid) as refusal:
        queries.check_scorecard(card.id, patent_ids=[line.patents[0].id], on=date(2026, 11, 25), amount=yuan("1.00"))
    assert refusal.value.code.name == "REVALUATION_DUE"


def test_a_scorecard_expires_on_the_day_after_its_last(line: Scoring, clock: Any) -> None:
    card = line.to_issue()
    clock.move_to(datetime(2027, 11, 24, 4, tzinfo=UTC))
    assert operations.expire_scorecards() == 0
    clock.move_to(datetime(2027, 11, 25, 4, tzinfo=UTC))
    assert operations.expire_scorecards() == 1
    assert queries.get_scorecard(card.id).state == "expired"


def test_a_withdrawal_is_public_and_needs_two(line: Scoring) -> None:
    card = line.to_issue()
    approvals.with_second(lambda: operations.withdraw_scorecard(card, reason="A licence was overlooked", actor=line.officer), line.approver)
    sealed = seal.find_by_code(card.verification_code or "")
    assert card.state == "withdrawn"
    assert sealed is not None
    assert sealed.status == "withdrawn"


def edition(scheme: str = "pvd", **changes: Any) -> dict[str, Any]:
    """The shipped weights rounded to whole percent, as a clerk would enter them."""
    rows = rules.shipped(scheme)["rows"]
    by_group = {"legal": [15, 15, 14, 14, 14, 14, 14], "technical": [17, 17, 17, 17, 16, 16], "economic": [20] * 5}
    left = {group: list(values) for group, values in by_group.items()}
    weights = {row["indicator"]: Decimal(left[row["group"]].pop(0)) / 100 for row in rows}
    return {
        "scheme": scheme, "groups": {"legal": Decimal("0.4"), "technical": Decimal("0.3"), "economic": Decimal("0.3")}, "seconds": {},
        "weights": weights, "bands": {"A": Decimal(85), "B": Decimal(72), "C": Decimal(60)}, "source": "Decision 7 of the exchange",
        "as_of": date(2026, 11, 1), **changes,
    }


def test_weights_are_put_in_force_by_a_second_clerk_and_sealed_sheets_keep_theirs(line: Scoring) -> None:
    old = line.to_issue()
    desk = factories.organisation("exchange")
    clerk, second = (factories.actor("exchange officer clerk", organisation=desk) for _number in range(2))
    made = operations.draft_scorecard_scheme(**edition(), actor=clerk)
    with pytest.raises(Proposed):
        operations.adopt_scorecard_scheme(made, actor=clerk)
    assert queries.edition_in_force("pvd")["edition"] == 0
    approvals.confirm_approval(approvals.pending_on("scorecard_scheme", made.public_id)[0].public_id, actor=second)
    assert (queries.edition_in_force("pvd")["edition"], queries.edition_in_force("pvd")["bands"]["A"]) == (1, "85")
    new = line.to_issue("7.2")
    assert (new.edition, new.patents[0].band, queries.kept_request(new)["edition"]["sha256"]) == (1, "B", made.sha256)
    assert (queries.get_scorecard(old.id).edition, queries.recomputed(queries.get_scorecard(old.id))) == (0, "identical")


def test_weights_that_do_not_sum_and_bands_under_the_gate_are_refused_together(line: Scoring) -> None:
    clerk = factories.actor("exchange officer clerk")
    wrong = edition(groups={"legal": Decimal("0.4"), "technical": Decimal("0.3"), "economic": Decimal("0.31")},
                    bands={"A": Decimal(85), "B": Decimal(72), "C": Decimal(59)})
    with pytest.raises(Faults) as refusal:
        operations.draft_scorecard_scheme(**wrong, actor=clerk)
    assert codes(refusal) == ["SCHEME_WEIGHTS", "SCHEME_BANDS"]
    assert queries.editions() == []
