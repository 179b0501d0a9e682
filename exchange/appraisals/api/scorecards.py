"""JSON of scorecards and of the weights under ``/api/v1``."""

from __future__ import annotations

from typing import Any

from exchange.core.access import Actor
from exchange.core.errors import Invalid
from exchange.core.pages import Page
from exchange.core.web import ApiRoom
from exchange.core.web.api import shown
from exchange.registers.patents import queries as patents

from .. import operations, queries
from ..models import Scorecard, ScorecardReview, ScorecardScheme
from ..schemas import (
    CommissionScorecardShape, ConfirmScorecardShape, MarksBody, OwnValuesShape, ReasonShape, RelyShape, SchemeAnswer, SchemeQuery, SchemeShape,
    ScorecardAnswer, ScorecardFilter, ScorecardReviewAnswer, ShareScorecardShape,
)
from ..states import SEALED_SCORECARDS

api = ApiRoom("scorecards", __name__)


def described(scorecard: Scorecard, actor: Actor) -> dict[str, Any]:
    """A scorecard as its party may see it; totals only for the scorer or after issue, and never a value."""
    found = shown(ScorecardAnswer, scorecard, actor)
    sees = scorecard.state in SEALED_SCORECARDS or scorecard.scorer_id == actor.organisation_id
    found["patents"] = [
        {"id": row.patent.public_id, "number": row.patent.shown_number}
        | ({"score": f"{row.score_bp / 100:.2f}", "band": row.band, "reasons": list(row.reasons)} if sees and row.score_bp is not None else {})
        for row in scorecard.patents
    ]
    return found


@api.get("/scorecards", "scorecard:list", query=ScorecardFilter)
def list_scorecards(data: dict[str, Any], actor: Actor) -> Any:
    """The scorecards this reader may see."""
    found: Page[Scorecard] = queries.list_scorecards(actor, **data)
    return {"items": [described(row, actor) for row in found.rows], "next": found.next}


@api.get("/scorecards/<id>", "scorecard:read", thing=Scorecard)
def show_scorecard(thing: Scorecard, actor: Actor) -> Any:
    """One scorecard."""
    return described(thing, actor)


def organisation_named(public_id: str, field: str) -> int:
    """The organisation of an outside name."""
    found = queries.find_organisation(public_id)
    if found is None:
        raise Invalid("CHOICE_UNKNOWN", field=field, choices="—")
    return found.id


@api.post("/scorecards", "scorecard:commission", body=CommissionScorecardShape, status=201)
def commission_scorecard(data: dict[str, Any], actor: Actor) -> Any:
    """Have the patents of a small loan scored."""
    ids = [patents.find_patent(actor, name).id for name in data.pop("patents")]
    return described(operations.commission_scorecard(
        scorer_id=organisation_named(data.pop("scorer"), "scorer"), patent_ids=ids, actor=actor, **data), actor)


@api.post("/scorecards/<id>/marks", "scorecard:score", thing=Scorecard, body=MarksBody)
def enter_marks(thing: Scorecard, data: dict[str, Any], actor: Actor) -> Any:
    """Enter scores with their evidence."""
    known = {row.patent.public_id: row.patent_id for row in thing.patents}
    rows = [{**row, "patent_id": known.get(row["patent"], 0)} for row in data["rows"]]
    return described(operations.enter_marks(thing, rows=rows, actor=actor), actor)


@api.post("/scorecards/<id>/submit", "scorecard:submit", thing=Scorecard)
def submit_scorecard(thing: Scorecard, actor: Actor) -> Any:
    """Sign as scorer."""
    return described(operations.submit_scorecard(thing, actor=actor), actor)


@api.post("/scorecards/<id>/confirm", "scorecard:confirm", thing=Scorecard, body=ConfirmScorecardShape)
def confirm_scorecard(thing: Scorecard, data: dict[str, Any], actor: Actor) -> Any:
    """Sign as second person exactly the result of this digest."""
    return described(operations.confirm_scorecard(thing, result_sha256=data["result_sha256"], actor=actor), actor)


@api.post("/scorecards/<id>/return", "scorecard:return", thing=Scorecard, body=ReasonShape)
def return_scorecard(thing: Scorecard, data: dict[str, Any], actor: Actor) -> Any:
    """Send it back."""
    return described(operations.return_scorecard(thing, actor=actor, **data), actor)


@api.post("/scorecards/<id>/decline", "scorecard:decline", thing=Scorecard, body=ReasonShape)
def decline_scorecard(thing: Scorecard, data: dict[str, Any], actor: Actor) -> Any:
    """Turn it down."""
    return described(operations.decline_scorecard(thing, actor=actor, **data), actor)


@api.post("/scorecards/<id>/cancel", "scorecard:cancel", thing=Scorecard, body=ReasonShape)
def cancel_scorecard(thing: Scorecard, data: dict[str, Any], actor: Actor) -> Any:
    """Take it back."""
    return described(operations.cancel_scorecard(thing, actor=actor, **data), actor)


@api.post("/scorecards/<id>/withdraw", "scorecard:withdraw", thing=Scorecard, body=ReasonShape)
def withdraw_scorecard(thing: Scorecard, data: dict[str, Any], actor: Actor) -> Any:
    """Withdraw it; a second person confirms."""
    return described(operations.withdraw_scorecard(thing, actor=actor, **data), actor)


@api.post("/scorecards/<id>/share", "scorecard:share", thing=Scorecard, body=ShareScorecardShape)
def share_scorecard(thing: Scorecard, data: dict[str, Any], actor: Actor) -> Any:
    """Release it to a reader."""
    operations.share_scorecard(thing, organisation_id=organisation_named(data["organisation"], "organisation"), purpose=data["purpose"], actor=actor)
    return described(thing, actor)


@api.post("/scorecards/<id>/recompute", "scorecard:recompute", thing=Scorecard, keyed=False)
def recompute_scorecard(thing: Scorecard, actor: Actor) -> Any:
    """Compute the sealed request again."""
    if not thing.pdf_sha256:
        raise Invalid("SCORECARD_NOT_ISSUED", field="scorecard")
    return {"status": queries.recomputed(thing), "result_sha256": thing.result_sha256}


def review_answer(review: ScorecardReview, actor: Actor) -> dict[str, Any]:
    """Own values, for their organisation only."""
    return shown(ScorecardReviewAnswer, review, actor) | {
        "values": {row.patent.public_id: row.own_value.to_json() for row in review.values}, "scorecard": review.scorecard.public_id}


@api.post("/scorecards/<id>/review", "scorecard_review:open", thing=Scorecard, status=201)
def open_scorecard_review(thing: Scorecard, actor: Actor) -> Any:
    """Begin to enter own values."""
    return review_answer(operations.open_scorecard_review(thing, actor=actor), actor)


@api.get("/scorecard-reviews/<id>", "scorecard_review:read", thing=ScorecardReview)
def show_scorecard_review(thing: ScorecardReview, actor: Actor) -> Any:
    """Own values on a scorecard."""
    return review_answer(thing, actor)


@api.post("/scorecard-reviews/<id>/value", "scorecard_review:value", thing=ScorecardReview, body=OwnValuesShape)
def value_scorecard_review(thing: ScorecardReview, data: dict[str, Any], actor: Actor) -> Any:
    """Enter the own value of each patent."""
    known = {row.patent.public_id: row.patent_id for row in thing.scorecard.patents}
    values = {known.get(name, 0): value for name, value in data["values"].items()}
    return review_answer(operations.value_scorecard_review(thing, values=values, own_reason=data["own_reason"], actor=actor), actor)


@api.post("/scorecard-reviews/<id>/accept", "scorecard_review:accept", thing=ScorecardReview, body=RelyShape)
def accept_scorecard_review(thing: ScorecardReview, data: dict[str, Any], actor: Actor) -> Any:
    """Rely on it; a second person confirms."""
    made = operations.accept_scorecard_review(thing, haircut_bp=round(data["haircut"] * 10000), reason=data["reason"], actor=actor)
    return review_answer(made, actor)


@api.post("/scorecard-reviews/<id>/reject", "scorecard_review:reject", thing=ScorecardReview, body=ReasonShape)
def reject_scorecard_review(thing: ScorecardReview, data: dict[str, Any], actor: Actor) -> Any:
    """Do not rely on it; a second person confirms."""
    return review_answer(operations.reject_scorecard_review(thing, actor=actor, **data), actor)


@api.get("/scorecard-schemes", "scorecard_scheme:read", query=SchemeQuery)
def list_schemes(data: dict[str, Any], actor: Actor) -> Any:
    """The weights in force, and every edition that was proposed."""
    rows = queries.editions(data["scheme"])
    return {"in_force": queries.edition_in_force(data["scheme"]), "items": [shown(SchemeAnswer, row, actor) for row in rows]}


@api.post("/scorecard-schemes", "scorecard_scheme:draft", body=SchemeShape, answer=SchemeAnswer, status=201)
def draft_scorecard_scheme(data: dict[str, Any], actor: Actor) -> ScorecardScheme:
    """Propose an edition."""
    return operations.draft_scorecard_scheme(actor=actor, **data)


@api.post("/scorecard-schemes/<id>/adopt", "scorecard_scheme:adopt", thing=ScorecardScheme, answer=SchemeAnswer)
def adopt_scorecard_scheme(thing: ScorecardScheme, actor: Actor) -> ScorecardScheme:
    """Put an edition in force; a second person confirms."""
    return operations.adopt_scorecard_scheme(thing, actor=actor)


@api.post("/scorecard-schemes/<id>/retire", "scorecard_scheme:retire", thing=ScorecardScheme, answer=SchemeAnswer)
def retire_scorecard_scheme(thing: ScorecardScheme, actor: Actor) -> ScorecardScheme:
    """Take an edition out of use; a second person confirms."""
    return operations.retire_scorecard_scheme(thing, actor=actor)
