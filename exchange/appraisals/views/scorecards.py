"""Pages of scorecards: list, commission, marks, signatures, own values, and the weights."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask import Response, request

from exchange.core import charts, files
from exchange.core.access import Actor
from exchange.core.approvals import pending_on
from exchange.core.errors import Invalid
from exchange.core.i18n import translate
from exchange.core.text import _
from exchange.core.web import Room, back_to, page
from exchange.people.accounts import queries as accounts
from exchange.registers.patents import queries as patents

from .. import operations, queries
from ..models import Scorecard, ScorecardReview, ScorecardScheme
from ..queries.scorecards import whole
from ..rules import scorecard_words as words
from ..rules import scorecards as rules
from ..schemas import (
    CommissionScorecardShape, ConfirmScorecardShape, MarksShape, OwnValuesShape, ReasonShape, RelyShape, ScorecardFilter, SchemeQuery, SchemeShape,
    ShareScorecardShape,
)
from ..states import SEALED_SCORECARDS, ScorecardState

room = Room("scorecards", __name__)


def vocabulary() -> dict[str, Any]:
    """Words that every page of a scorecard uses."""
    return {
        "schemes": words.SCHEMES, "degrees": words.DEGREES, "indicators": words.INDICATORS, "seconds": words.SECONDS, "evidence": words.EVIDENCE,
        "bands": words.BANDS, "stops": words.STOPS, "annuity_words": words.ANNUITY, "type_words": words.TYPES, "may_texts": words.MAY,
        "may_not_texts": words.MAY_NOT, "ceiling": queries.scorecard_ceiling(), "sealed_states": SEALED_SCORECARDS,
    }


@room.page("/scorecards", "scorecard:list", query=ScorecardFilter)
def list_scorecards(data: dict[str, Any], actor: Actor) -> Any:
    """The scorecards this reader may see."""
    return page("scorecards/list.html", found=queries.list_scorecards(actor, **data), chosen=data, states=ScorecardState, **vocabulary())


def commission_choices(actor: Actor) -> dict[str, Any]:
    """Patents and scorers that may be chosen."""
    offered = [each for kind in ("guarantor", "bank", "appraiser") for each in accounts.organisations_of_kind(kind)]
    return {"owned": patents.owned_patents(actor.organisation_id), "scorers": offered, **vocabulary()}


@room.form("/scorecards/new", "scorecard:commission", shape=CommissionScorecardShape, template="scorecards/commission.html", context=commission_choices)
def commission_scorecard(data: dict[str, Any], actor: Actor) -> Any:
    """Have patents scored."""
    made = operations.commission_scorecard(
        scorer_id=organisation_named(data.pop("scorer"), "scorer"), patent_ids=[patents.find_patent(actor, name).id for name in data.pop("patents")],
        actor=actor, **data)
    return back_to(made, _("Commissioned. The scorer was told."))


def organisation_named(public_id: str, field: str) -> int:
    """The organisation of an outside name."""
    found = queries.find_organisation(public_id)
    if found is None:
        raise Invalid("CHOICE_UNKNOWN", field=field, choices="—")
    return found.id


def show_context(thing: Scorecard, actor: Actor) -> dict[str, Any]:
    """The scorecard with its result as far as this reader may see it."""
    whole(thing)
    inside = actor.organisation_id == thing.scorer_id
    sees = thing.state in SEALED_SCORECARDS or (inside and thing.result_json is not None)
    asked, result = (queries.kept_request(thing), queries.kept_result(thing)) if sees and thing.result_json else (None, None)
    return {
        "scorecard": thing, "inside": inside, "asked": asked, "result": result, "figures": radars(asked, result),
        "standings": queries.standings(thing) if inside and thing.state == ScorecardState.DRAFTING else {},
        "people": queries.people_of_scorecard(thing), "history": history_rows(thing),
        "reviews": queries.scorecard_reviews_of(thing.id, actor.organisation_id), "edition": queries.edition_in_force(thing.scheme),
        "marks": queries.mark_rows(thing), **vocabulary(),
    }


def reason_context(thing: Scorecard, actor: Actor) -> dict[str, Any]:
    """The scorecard whose end or return wants a reason; the form goes back to where it came from."""
    return {"scorecard": thing, "url": request.path}


def radars(asked: dict[str, Any] | None, result: dict[str, Any] | None) -> list[Any]:
    """The three degrees of each patent in one picture of at most three patents."""
    if asked is None or result is None:
        return []
    axes = [translate(words.DEGREES[name]) for name in rules.GROUPS]
    series = [(row["number"], [round(row["degrees"][name], 1) for name in rules.GROUPS]) for row in result["patents"]]
    scored = [(name, [Decimal(str(value)) for value in values]) for name, values in series]
    return [charts.attempt(charts.radar, translate(_("Degrees of the patents, 0 to 100")), axes, scored[start:start + 3]) for start in range(0, len(scored), 3)]


def history_rows(thing: Scorecard) -> list[dict[str, Any]]:
    """Events for the timeline."""
    labels = {move.name: move.label for move in Scorecard.machine.moves} | OTHER_EVENTS
    return [{"at": event.at, "title": translate(labels.get(event.verb, event.verb)), "actor": ""} for event in queries.history_of_scorecard(thing)]


OTHER_EVENTS = {
    "score": _("Marks entered"), "share": _("Released to a reader"), "read": _("Read"), "revaluation_due": _("A new valuation is due"),
}


@room.page("/scorecards/<id>", "scorecard:read", thing=Scorecard, home=True)
def show_scorecard(thing: Scorecard, actor: Actor) -> Any:
    """One scorecard."""
    return page("scorecards/show.html", **show_context(thing, actor))


@room.form("/scorecards/<id>/marks", "scorecard:score", thing=Scorecard, shape=MarksShape, template="scorecards/marks.html", context=show_context)
def enter_marks(thing: Scorecard, data: dict[str, Any], actor: Actor) -> Any:
    """Score the indicators with their evidence."""
    operations.enter_marks(thing, rows=data["rows"], actor=actor)
    return back_to(thing, _("The marks are kept."))


@room.post("/scorecards/<id>/submit", "scorecard:submit", thing=Scorecard)
def submit_scorecard(thing: Scorecard, actor: Actor) -> Any:
    """Sign as scorer."""
    operations.submit_scorecard(thing, actor=actor)
    return back_to(thing, _("Signed as scorer; the second person was told."))


@room.form("/scorecards/<id>/confirm", "scorecard:confirm", thing=Scorecard, shape=ConfirmScorecardShape, template="scorecards/confirm.html", context=show_context)
def confirm_scorecard(thing: Scorecard, data: dict[str, Any], actor: Actor) -> Any:
    """Sign as second person."""
    if not data["confirmed"]:
        raise Invalid("MISSING_FIELD", field="confirmed")
    operations.confirm_scorecard(thing, result_sha256=data["result_sha256"], actor=actor)
    return back_to(thing, _("Signed. The sheet is being sealed; it will be issued in a moment."))


@room.form("/scorecards/<id>/return", "scorecard:return", thing=Scorecard, shape=ReasonShape, template="scorecards/reason.html", context=reason_context)
def return_scorecard(thing: Scorecard, data: dict[str, Any], actor: Actor) -> Any:
    """Send it back."""
    operations.return_scorecard(thing, actor=actor, **data)
    return back_to(thing, _("Returned with remarks."))


@room.form("/scorecards/<id>/decline", "scorecard:decline", thing=Scorecard, shape=ReasonShape, template="scorecards/reason.html", context=reason_context)
def decline_scorecard(thing: Scorecard, data: dict[str, Any], actor: Actor) -> Any:
    """Turn it down."""
    operations.decline_scorecard(thing, actor=actor, **data)
    return back_to(thing, _("Declined."))


@room.form("/scorecards/<id>/cancel", "scorecard:cancel", thing=Scorecard, shape=ReasonShape, template="scorecards/reason.html", context=reason_context)
def cancel_scorecard(thing: Scorecard, data: dict[str, Any], actor: Actor) -> Any:
    """Take it back."""
    operations.cancel_scorecard(thing, actor=actor, **data)
    return back_to(thing, _("Cancelled."))


@room.form("/scorecards/<id>/withdraw", "scorecard:withdraw", thing=Scorecard, shape=ReasonShape, template="scorecards/reason.html", context=reason_context)
def withdraw_scorecard(thing: Scorecard, data: dict[str, Any], actor: Actor) -> Any:
    """Withdraw it; a second person confirms."""
    operations.withdraw_scorecard(thing, actor=actor, **data)
    return back_to(thing, _("Withdrawn."))


def readers(thing: Scorecard, actor: Actor) -> dict[str, Any]:
    """Banks and guarantors to which it could be released."""
    return {"scorecard": thing, "readers": [each for kind in ("bank", "guarantor", "reguarantor") for each in accounts.organisations_of_kind(kind)]}


@room.form("/scorecards/<id>/share", "scorecard:share", thing=Scorecard, shape=ShareScorecardShape, template="scorecards/share.html", context=readers)
def share_scorecard(thing: Scorecard, data: dict[str, Any], actor: Actor) -> Any:
    """Release it to a reader."""
    operations.share_scorecard(thing, organisation_id=organisation_named(data["organisation"], "organisation"), purpose=data["purpose"], actor=actor)
    return back_to(thing, _("Released."))


@room.page("/scorecards/<id>/document.pdf", "scorecard:read", thing=Scorecard)
def download_scorecard(thing: Scorecard, actor: Actor) -> Any:
    """The sealed sheet."""
    if not thing.pdf_sha256:
        raise Invalid("SCORECARD_NOT_ISSUED", field="scorecard")
    operations.note_scorecard_reading(thing, what="document", actor=actor)
    answer = Response(files.get_bytes(thing.pdf_sha256), mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'attachment; filename="{thing.number}.pdf"'
    return answer


@room.post("/scorecards/<id>/recompute", "scorecard:recompute", thing=Scorecard, keyed=False)
def recompute_scorecard(thing: Scorecard, actor: Actor) -> Any:
    """Compute the sealed request again."""
    if not thing.pdf_sha256:
        raise Invalid("SCORECARD_NOT_ISSUED", field="scorecard")
    return page("scorecards/show.html", verdict=queries.recomputed(thing), **show_context(thing, actor))


# ------------------------------------------------------------------ own values

@room.post("/scorecards/<id>/review", "scorecard_review:open", thing=Scorecard)
def open_scorecard_review(thing: Scorecard, actor: Actor) -> Any:
    """Begin to enter own values."""
    return back_to(operations.open_scorecard_review(thing, actor=actor), _("Enter your own value of each patent."))


def review_context(thing: ScorecardReview, actor: Actor) -> dict[str, Any]:
    """Own values with the scorecard they rest on."""
    return {"review": thing, "scorecard": thing.scorecard, "own": {row.patent_id: row.own_value for row in thing.values},
            "pending": pending_on("scorecard_review", thing.public_id), **vocabulary()}


@room.page("/scorecard-reviews/<id>", "scorecard_review:read", thing=ScorecardReview, home=True)
def show_scorecard_review(thing: ScorecardReview, actor: Actor) -> Any:
    """Own values on a scorecard."""
    return page("scorecards/review.html", form=None, **review_context(thing, actor))


@room.form("/scorecard-reviews/<id>/value", "scorecard_review:value", thing=ScorecardReview, shape=OwnValuesShape, template="scorecards/review.html",
           context=review_context)
def value_scorecard_review(thing: ScorecardReview, data: dict[str, Any], actor: Actor) -> Any:
    """Keep the own values."""
    operations.value_scorecard_review(thing, values=by_inner_id(thing, data["values"]), own_reason=data["own_reason"], actor=actor)
    return back_to(thing, _("Your figures are kept."))


def by_inner_id(thing: ScorecardReview, values: dict[str, Any]) -> dict[int, Any]:
    """Values by the patents' inner ids; an unknown name is refused."""
    known = {row.patent.public_id: row.patent_id for row in thing.scorecard.patents}
    for name in values:
        if name not in known:
            raise Invalid("UNKNOWN_FIELD", field=f"values.{name}")
    return {known[name]: value for name, value in values.items()}


@room.form("/scorecard-reviews/<id>/accept", "scorecard_review:accept", thing=ScorecardReview, shape=RelyShape, template="scorecards/rely.html",
           context=review_context)
def accept_scorecard_review(thing: ScorecardReview, data: dict[str, Any], actor: Actor) -> Any:
    """Rely on the scorecard; a second person confirms."""
    operations.accept_scorecard_review(thing, haircut_bp=round(data["haircut"] * 10000), reason=data["reason"], actor=actor)
    return back_to(thing, _("Accepted."))


@room.form("/scorecard-reviews/<id>/reject", "scorecard_review:reject", thing=ScorecardReview, shape=ReasonShape, template="scorecards/reject.html",
           context=review_context)
def reject_scorecard_review(thing: ScorecardReview, data: dict[str, Any], actor: Actor) -> Any:
    """Do not rely on it; a second person confirms."""
    operations.reject_scorecard_review(thing, actor=actor, **data)
    return back_to(thing, _("Rejected."))


# ------------------------------------------------------------------ weights

@room.page("/scorecard-schemes", "scorecard_scheme:read", query=SchemeQuery)
def list_schemes(data: dict[str, Any], actor: Actor) -> Any:
    """The weights in force with their source, and every edition before."""
    return page("scorecards/schemes.html", edition=queries.edition_in_force(data["scheme"]), rows=queries.editions(data["scheme"]),
                chosen=data["scheme"], **vocabulary())


def scheme_choices(actor: Actor) -> dict[str, Any]:
    """The weights in force, to start from."""
    chosen = request.values.get("scheme", "pvd")
    chosen = chosen if chosen in words.SCHEMES else "pvd"
    return {"chosen": chosen, "edition": queries.edition_in_force(chosen), **vocabulary()}


@room.form("/scorecard-schemes/new", "scorecard_scheme:draft", shape=SchemeShape, template="scorecards/scheme_new.html", context=scheme_choices)
def draft_scorecard_scheme(data: dict[str, Any], actor: Actor) -> Any:
    """Propose an edition."""
    return back_to(operations.draft_scorecard_scheme(actor=actor, **data), _("Proposed. Another clerk puts it in force."))


@room.page("/scorecard-schemes/<id>", "scorecard_scheme:read", thing=ScorecardScheme, home=True)
def show_scheme(thing: ScorecardScheme, actor: Actor) -> Any:
    """One edition."""
    return page("scorecards/scheme.html", row=thing, edition=queries.edition_of(thing), pending=pending_on("scorecard_scheme", thing.public_id),
                people=accounts.person_names({each for each in (thing.proposed_by, thing.adopted_by) if each}), **vocabulary())


@room.post("/scorecard-schemes/<id>/adopt", "scorecard_scheme:adopt", thing=ScorecardScheme)
def adopt_scorecard_scheme(thing: ScorecardScheme, actor: Actor) -> Any:
    """Put an edition in force; a second person confirms."""
    operations.adopt_scorecard_scheme(thing, actor=actor)
    return back_to(thing, _("In force."))


@room.post("/scorecard-schemes/<id>/retire", "scorecard_scheme:retire", thing=ScorecardScheme)
def retire_scorecard_scheme(thing: ScorecardScheme, actor: Actor) -> Any:
    """Take an edition out of use; a second person confirms."""
    operations.retire_scorecard_scheme(thing, actor=actor)
    return back_to(thing, _("Retired."))
