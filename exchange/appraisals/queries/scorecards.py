"""Scorecards as their parties see them, the weights in force, and what financing may ask about a sealed one."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, false, func, or_, select, true
from sqlalchemy.orm import selectinload

from exchange.core import clock, files, pdf, seal
from exchange.core.access import SUPERVISOR, Actor, visibility
from exchange.core.database import by_public_id, db, filled, visible
from exchange.core.errors import NotFound
from exchange.core.events import history
from exchange.core.i18n.catalogue import in_both
from exchange.core.money import Money
from exchange.core.pages import Order, Page, page_of
from exchange.core.tasks import Offered, queue
from exchange.core.text import _
from exchange.people.accounts import queries as accounts
from exchange.people.accounts.models import Organisation
from exchange.registers.patents.queries import get_patent

from ..models import Scorecard, ScorecardMark, ScorecardPatent, ScorecardReview, ScorecardScheme, ScorecardShare
from ..rules import scorecards as rules
from ..rules.facts import plain_facts
from ..rules.inputs import canonical_json
from ..rules.reviewing import value_for_lending
from ..rules.scorecard_sheet import Heading, Signatory
from ..states import LIVE_SCORECARD_REVIEWS, SEALED_SCORECARDS, SchemeState, ScorecardReviewState, ScorecardState as C
from .documents import verify_url
from .drafts import patent_facts
from .limits import lending_policy, scorecard_ceiling
from .sealed import _end_of


def _shared_with(organisation_id: int) -> ColumnElement[bool]:
    live = select(ScorecardShare.id).where(
        ScorecardShare.scorecard_id == Scorecard.id, ScorecardShare.organisation_id == organisation_id, ScorecardShare.revoked_at.is_(None))
    return live.exists()


@visibility("scorecard")
def visible_scorecards(actor: Actor | None) -> Any:
    """Client, holder and scorer see their scorecards, readers what was released to them, supervisors all; nobody else any."""
    if actor is None:
        return false()
    if actor.is_system or SUPERVISOR.fits_role(actor):
        return true()
    own = actor.organisation_id
    return or_(Scorecard.organisation_id == own, Scorecard.holder_id == own, Scorecard.scorer_id == own, _shared_with(own))


@visibility("scorecard_review")
def visible_scorecard_reviews(actor: Actor | None) -> Any:
    """Own values on a scorecard stay with the organisation whose they are; supervisors see them."""
    if actor is None:
        return false()
    if actor.is_system or SUPERVISOR.fits_role(actor):
        return true()
    return ScorecardReview.organisation_id == actor.organisation_id


@visibility("scorecard_scheme")
def visible_schemes(actor: Actor | None) -> Any:
    """The weights are open to every member."""
    return false() if actor is None else true()


def list_scorecards(actor: Actor, *, state: str = "", cursor: str = "") -> Page[Scorecard]:
    """The scorecards this actor may see, newest first."""
    wanted = select(Scorecard).where(visible_scorecards(actor))
    if state:
        wanted = wanted.where(Scorecard.state == state)
    return page_of(wanted, [Order(Scorecard.id, "id", True)], cursor=cursor, size=50)


def find_scorecard(actor: Actor, public_id: str) -> Scorecard:
    """A scorecard by its public name, if the actor may see it."""
    return visible(Scorecard, public_id, actor)


def scorecard_by_id(public_id: str) -> Scorecard:
    """The scorecard of this name, for work that already knows who asked."""
    return by_public_id(Scorecard, public_id)


def get_scorecard(scorecard_id: int) -> Scorecard:
    """The scorecard of this inner id."""
    found = db.session.get(Scorecard, scorecard_id)
    if found is None:
        raise NotFound()
    return found


def scorecards_of_patents(patent_ids: Collection[int]) -> list[Scorecard]:
    """Scorecards on any of these patents, newest first."""
    wanted = select(Scorecard).join(ScorecardPatent).where(ScorecardPatent.patent_id.in_(list(patent_ids)))
    return list(db.session.scalars(wanted.order_by(Scorecard.id.desc()).distinct()))


def scorecards_for(organisation_id: int) -> list[Scorecard]:
    """Issued scorecards of an applicant, newest first."""
    own = or_(Scorecard.organisation_id == organisation_id, Scorecard.holder_id == organisation_id)
    return list(db.session.scalars(select(Scorecard).where(own, Scorecard.state == C.ISSUED).order_by(Scorecard.id.desc()).limit(50)))


def predecessors_of(scorecard: Scorecard) -> list[Scorecard]:
    """Issued scorecards by the same scorer of exactly the same patents."""
    wanted = {row.patent_id for row in scorecard.patents}
    return [
        other for other in scorecards_of_patents(wanted)
        if other.id != scorecard.id and other.scorer_id == scorecard.scorer_id and other.state == C.ISSUED
        and {row.patent_id for row in other.patents} == wanted
    ]


# ------------------------------------------------------------------ weights

def edition_in_force(scheme: str) -> dict[str, Any]:
    """The weights in force: the operator's latest adopted edition, or the shipped one."""
    row = db.session.scalar(select(ScorecardScheme).where(ScorecardScheme.scheme == scheme, ScorecardScheme.state == SchemeState.IN_FORCE))
    return dict(rules.shipped(scheme)) if row is None else edition_of(row)


def edition_of(row: ScorecardScheme) -> dict[str, Any]:
    """An edition of the table in the shape of the rules."""
    return rules.edition_of(
        row.scheme, row.edition, groups=row.groups, seconds=row.seconds, weights=row.weights, bands=row.bands, source=row.source,
        as_of=row.as_of.isoformat())


def editions(scheme: str = "") -> list[ScorecardScheme]:
    """Every edition that was proposed, newest first."""
    wanted = select(ScorecardScheme).options(selectinload("*"))
    if scheme:
        wanted = wanted.where(ScorecardScheme.scheme == scheme)
    return list(db.session.scalars(wanted.order_by(ScorecardScheme.id.desc())))


def next_edition(scheme: str) -> int:
    """The number after the last edition."""
    return 1 + int(db.session.scalar(select(func.max(ScorecardScheme.edition)).where(ScorecardScheme.scheme == scheme)) or 0)


# ------------------------------------------------------------------ the draft

def marks_of(scorecard: Scorecard) -> dict[int, list[rules.Mark]]:
    """The marks of each patent as values for the rules."""
    found: dict[int, list[rules.Mark]] = {row.patent_id: [] for row in scorecard.patents}
    for mark in scorecard.marks:
        found[mark.patent_id].append(mark.fact)
    return found


def mark_rows(scorecard: Scorecard) -> dict[tuple[int, str], ScorecardMark]:
    """The kept marks by patent and indicator."""
    return {(mark.patent_id, mark.indicator): mark for mark in scorecard.marks}


def request_of_scorecard(scorecard: Scorecard, *, on: date) -> dict[str, Any]:
    """What is computed: the edition in force, and each patent with the register's facts and its marks, as plain JSON."""
    marks = marks_of(scorecard)
    body = {
        "schema": 1, "kind": "scorecard", "scored_on": on.isoformat(), "term_months": scorecard.term_months,
        "edition": edition_in_force(scorecard.scheme),
        "patents": [
            {"facts": plain_facts(patent_facts(row.patent_id, on)),
             "marks": [_plain(mark) for mark in sorted(marks[row.patent_id], key=lambda mark: mark.indicator)]}
            for row in scorecard.patents
        ],
    }
    return dict(json.loads(canonical_json(body)))


def _plain(mark: rules.Mark) -> dict[str, Any]:
    return {"indicator": mark.indicator, "score": mark.score, "evidence_kind": mark.evidence_kind, "evidence_ref": mark.evidence_ref,
            "as_of": mark.as_of.isoformat() if mark.as_of else None}


@dataclass(frozen=True, slots=True)
class Standing:
    """How far the scoring of one patent is."""

    patent_id: int
    done: int
    total: int
    result: dict[str, Any] | None


def standings(scorecard: Scorecard) -> dict[int, Standing]:
    """Each patent's marks so far, and its total once all are there; nothing is kept."""
    edition, marks = edition_in_force(scorecard.scheme), marks_of(scorecard)
    found = {}
    for patent_id, given in marks.items():
        scores = {mark.indicator: mark.score for mark in given if mark.score}
        complete = len(scores) == len(edition["rows"])
        result = rules.score(edition, scores) if complete else None
        if result is not None:
            result["band"] = rules.band_of(result["total"], edition["bands"])
        found[patent_id] = Standing(patent_id, len(scores), len(edition["rows"]), result)
    return found


def kept_request(scorecard: Scorecard) -> dict[str, Any]:
    """The request that was submitted."""
    return dict(json.loads(scorecard.request_json or b"{}"))


def kept_result(scorecard: Scorecard) -> dict[str, Any]:
    """The result that was submitted."""
    return dict(json.loads(scorecard.result_json or b"{}"))


def recomputed(scorecard: Scorecard) -> str:
    """Whether the sealed request still gives the sealed result, byte for byte: identical, or differs."""
    attached = json.loads(pdf.attached(files.get_bytes(scorecard.pdf_sha256))) if scorecard.pdf_sha256 else None
    request = json.loads(attached["calculation"])["request"] if attached else kept_request(scorecard)
    return "identical" if canonical_json(rules.scored(request)) == (scorecard.result_json or b"") else "differs"


def people_of_scorecard(scorecard: Scorecard) -> dict[int, str]:
    """Names of the persons of a scorecard, by inner id."""
    return accounts.person_names({person for person in (scorecard.officer_id, scorecard.confirmer_id, scorecard.commissioned_by) if person})


def history_of_scorecard(scorecard: Scorecard) -> list[Any]:
    """Events of the scorecard, newest first."""
    return history("scorecard", scorecard.public_id, limit=40)


# ------------------------------------------------------------------ what features above ask

@dataclass(frozen=True, slots=True)
class SealedScorecard:
    """What a sealed scorecard says; it has no value."""

    id: int
    public_id: str
    number: str
    client_id: int
    holder_id: int
    scorer_id: int
    items: tuple[rules.ScoredPatent, ...]
    scored_on: date
    valid_through: date
    state: str
    pdf_sha256: str
    verification_code: str
    revaluation_reason: str

    @property
    def patent_ids(self) -> tuple[int, ...]:
        """The patents that were scored."""
        return tuple(item.patent_id for item in self.items)


def sealed_scorecard(scorecard_id: int) -> SealedScorecard:
    """The sealed scorecard of this id, whatever its state since; refused before issue."""
    row = get_scorecard(scorecard_id)
    if row.state not in SEALED_SCORECARDS or row.valid_through is None or row.scored_on is None:
        rules.check_scorecard_usable(state=row.state, state_label=row.status.label, through=None, on=clock.today(), items=(), wanted=(), revaluation="")
        raise NotFound()
    return SealedScorecard(
        row.id, row.public_id, row.number, row.organisation_id, row.holder_id, row.scorer_id, scored_items(row), row.scored_on, row.valid_through,
        row.state, row.pdf_sha256, row.verification_code or "", row.revaluation_reason)


def scored_items(row: Scorecard) -> tuple[rules.ScoredPatent, ...]:
    """Each patent with its total, band and reasons."""
    return tuple(
        rules.ScoredPatent(each.patent_id, each.patent.shown_number, each.score_bp or 0, each.band, tuple(each.reasons)) for each in row.patents)


def check_scorecard(scorecard_id: int, *, patent_ids: Sequence[int], on: date, amount: Money) -> SealedScorecard:
    """The scorecard, if it may carry a loan of this amount on these patents that day; otherwise the reason."""
    rules.check_ceiling(amount, ceiling=scorecard_ceiling())
    found = sealed_scorecard(scorecard_id)
    rules.check_scorecard_usable(
        state=found.state, state_label=get_scorecard(scorecard_id).status.label, through=found.valid_through, on=on, items=found.items,
        wanted=list(patent_ids), revaluation=found.revaluation_reason)
    for patent_id in patent_ids:
        patent = get_patent(patent_id)
        rules.check_right(legal_status=str(patent.legal_status), ended_on=_end_of(patent), on=on)
    return found


def live_scorecard_reviews(scorecard_id: int) -> list[ScorecardReview]:
    """Open and accepted own values on a scorecard."""
    wanted = select(ScorecardReview).where(ScorecardReview.scorecard_id == scorecard_id, ScorecardReview.state.in_(LIVE_SCORECARD_REVIEWS))
    return list(db.session.scalars(wanted.order_by(ScorecardReview.id)))


def scorecard_reviews_of(scorecard_id: int, organisation_id: int) -> list[ScorecardReview]:
    """Every review by one organisation, newest first."""
    wanted = select(ScorecardReview).where(ScorecardReview.scorecard_id == scorecard_id, ScorecardReview.organisation_id == organisation_id)
    return list(db.session.scalars(wanted.order_by(ScorecardReview.id.desc())))


@dataclass(frozen=True, slots=True)
class AcceptedScorecard:
    """A lender's accepted own values on a scorecard: what it may lend on each patent."""

    id: int
    public_id: str
    scorecard_id: int
    organisation_id: int
    haircut_bp: int
    values: tuple[tuple[int, Money, int], ...]
    """Patent, own value after the haircut, and the policy's cap in basis points."""


def accepted_scorecard(scorecard_id: int, *, organisation_ids: Collection[int]) -> AcceptedScorecard | None:
    """The accepted own values of one of these organisations, only while they are of the present file."""
    sealed = get_scorecard(scorecard_id)
    policy = lending_policy()
    for review in live_scorecard_reviews(scorecard_id):
        fits = review.state == ScorecardReviewState.ACCEPTED and review.organisation_id in organisation_ids and review.pdf_sha256 == sealed.pdf_sha256
        if fits and review.haircut_bp is not None:
            values = tuple((
                row.patent_id, value_for_lending(row.own_value, row.own_value, review.haircut_bp),
                int(Decimal(policy[f"cap_{row.patent.type}"]) * 10_000)) for row in review.values)
            return AcceptedScorecard(review.id, review.public_id, scorecard_id, review.organisation_id, review.haircut_bp, values)
    return None


def whole(scorecard: Scorecard) -> Scorecard:
    """The scorecard with its parties, persons, patents, marks and readers, read in one statement."""
    filled(
        scorecard, Scorecard.client, Scorecard.holder, Scorecard.scorer, Scorecard.officer, Scorecard.confirmer, Scorecard.patents, Scorecard.marks,
        Scorecard.shares)
    return scorecard


def accepted_scorecards(scorecard_ids: Collection[int]) -> set[tuple[int, int]]:
    """(scorecard, organisation) of every accepted review that is of the scorecard's present file."""
    if not scorecard_ids:
        return set()
    wanted = select(ScorecardReview.scorecard_id, ScorecardReview.organisation_id).join(Scorecard).where(
        ScorecardReview.scorecard_id.in_(list(scorecard_ids)), ScorecardReview.state == ScorecardReviewState.ACCEPTED,
        ScorecardReview.pdf_sha256 == Scorecard.pdf_sha256)
    return {(row[0], row[1]) for row in db.session.execute(wanted)}


def scorecard_tasks(actor: Actor) -> list[Offered]:
    """What waits for this actor in scorecards."""
    states = {"officer": C.DRAFTING, "signatory": C.DRAFTING, "approver": C.SUBMITTED}
    unfit = actor.kind not in ("bank", "guarantor", "appraiser") or actor.grade not in states
    if unfit or (actor.kind != "appraiser" and actor.grade == "signatory"):
        return []
    what = _("Sign the scorecard as second person") if actor.grade == "approver" else _("Score the patents")
    wanted = select(Scorecard).join(Organisation, Organisation.id == Scorecard.holder_id).where(
        Scorecard.scorer_id == actor.organisation_id, Scorecard.state == states[actor.grade])
    return [queue("scorecard", what, wanted.order_by(Scorecard.due_on, Scorecard.id).limit(50), title=Organisation.name, number=Scorecard.number,
                  due_on=Scorecard.due_on)]


def heading_of(scorecard: Scorecard) -> Heading:
    """What the sheet says besides the scores."""
    if scorecard.officer is None or scorecard.confirmer is None or scorecard.scored_on is None or scorecard.valid_through is None:
        raise ValueError(f"{scorecard.number} is not signed by two persons")
    people = ((scorecard.officer, scorecard.submitted_at), (scorecard.confirmer, scorecard.confirmed_at))
    return Heading(
        number=scorecard.number, client=scorecard.client.name, holder=scorecard.holder.name, scorer=scorecard.scorer.name,
        scored_on=scorecard.scored_on, valid_through=scorecard.valid_through, term_months=scorecard.term_months, ceiling=scorecard_ceiling(),
        signatories=tuple(Signatory(person.name, scorecard.scorer.name, at) for person, at in people), demonstration=scorecard.demonstration)


def scorecard_head(scorecard: Scorecard) -> pdf.DocumentHead:
    """What stands on the sheet's first page and in its foot."""
    code, title = scorecard.verification_code or "", in_both(_("Patent scorecard"))
    return pdf.DocumentHead(
        title=f"{title['zh']} {title['en']}", number=scorecard.number, issued_at=scorecard.confirmed_at or clock.now(),
        version=str(scorecard.edition or 0), issuer=scorecard.scorer.name, code=seal.grouped(code), verify_url=verify_url(code),
        audit_head=scorecard.audit_head, mark="demonstration" if scorecard.demonstration else "")
