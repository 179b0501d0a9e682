"""What the working pages ask: gaps, previews, comparisons, people, and the lender's page as values."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.attributes import set_committed_value

from exchange.core import clock, files
from exchange.core.access import Actor
from exchange.core.approvals import Approval, pending_on
from exchange.core.database import Part, Together, db, filled, part, visible
from exchange.core.events import history
from exchange.core.jobs import Job
from exchange.core.money import Money
from exchange.core.seal import SealedDocument
from exchange.people.accounts import queries as accounts
from exchange.people.accounts.models import Organisation, Person
from exchange.registers.patents.models import Patent

from ..models import (
    Appraisal, AppraisalDocument, AppraisalPaper, AppraisalPatent, AppraisalReview, AppraisalShare, AppraisalSignature, AppraisalVersion,
)
from ..rules import completeness
from ..rules.calculation import calculate, recompute
from ..rules.comparison import assumption_changes, exact_bridge, method_changes
from ..rules.facts import Assumption, Draft, PatentFacts
from ..rules.inputs import canonical_json, parse_value, to_money
from ..rules.plan import request_of
from ..rules.validity import valid_through
from ..states import LIVE_REVIEWS, AppraisalState as S
from .drafts import draft_of, inputs_of, snapshot_facts
from .limits import HIDE_AMOUNT, SNAPSHOT_AGE, VALIDITY, lending_policy
from .reports import current_version, sealed_pdf, version_number, visible_appraisals


def find_appraisal(actor: Actor, public_id: str) -> Appraisal:
    """A report by its public name, if the actor may see it."""
    return visible(Appraisal, public_id, actor)


def _parts() -> dict[str, Part]:
    of = bindparam("appraisal_id", type_=AppraisalPatent.appraisal_id.type)
    named = select(AppraisalPatent.patent_id).where(AppraisalPatent.appraisal_id == of)
    return {
        "patents": part(select(Patent).where(Patent.id.in_(named)), Patent.id),
        "documents": part(
            select(AppraisalDocument).where(AppraisalDocument.appraisal_id == of), AppraisalDocument.id.desc()),
        "seals": part(select(SealedDocument).where(SealedDocument.id.in_(
            select(AppraisalDocument.sealed_document_id).where(AppraisalDocument.appraisal_id == of, AppraisalDocument.stage == "sealed"))), SealedDocument.id),
        "bilingual": part(select(SealedDocument).where(SealedDocument.id.in_(
            select(AppraisalPaper.sealed_document_id).where(AppraisalPaper.appraisal_id == of, AppraisalPaper.kind == "bilingual"))), SealedDocument.id.desc()),
        "work": part(select(Job).where(Job.kind == "paper.bilingual", Job.key == bindparam("public_id", type_=Job.key.type), Job.state != "done"), Job.id),
        "readers": part(select(Organisation).where(Organisation.id.in_(
            select(AppraisalShare.organisation_id).where(AppraisalShare.appraisal_id == of))), Organisation.id),
        "signatures": part(
            select(AppraisalSignature).where(AppraisalSignature.appraisal_id == of, AppraisalSignature.voided_at.is_(None)), AppraisalSignature.id),
        "reviews": part(
            select(AppraisalReview).where(AppraisalReview.appraisal_id == of, AppraisalReview.state.in_(LIVE_REVIEWS)), AppraisalReview.id),
    }


ABOUT = Together(_parts)


@dataclass(frozen=True)
class About:
    """What a report's page shows of its files, signatures, papers and reviews."""

    documents: list[AppraisalDocument]
    seals: dict[int, SealedDocument]
    bilingual: SealedDocument | None
    bilingual_job: Job | None
    signatures: list[AppraisalSignature]
    reviews: list[AppraisalReview]

    def newest(self, stage: str, language: str = "zh") -> AppraisalDocument | None:
        """The newest file of a stage and language; Chinese governs."""
        return next((row for row in self.documents if row.stage == stage and row.language == language), None)

    @property
    def document(self) -> AppraisalDocument | None:
        """The governing file: the sealed one, before it the newest frozen one."""
        return self.newest("sealed") or self.newest("frozen")

    def code(self, appraisal: Appraisal, language: str) -> str:
        """The verification code printed on an edition of the sealed report; each edition bears its own."""
        document = self.newest("sealed", language)
        sealed = self.seals.get(document.sealed_document_id or 0) if document is not None else None
        return sealed.code if sealed is not None else str(appraisal.verification_code or "")


def about(appraisal: Appraisal) -> About:
    """A report's files, signatures, papers and live reviews in one statement; in another come its own parts."""
    filled(
        appraisal, Appraisal.shares, Appraisal.patents, Appraisal.assumptions, Appraisal.methods, Appraisal.notes, Appraisal.remarks, Appraisal.client,
        Appraisal.holder, Appraisal.institution, Appraisal.lead, Appraisal.second, Appraisal.reviewer)
    rows = ABOUT.read(appraisal_id=appraisal.id, public_id=appraisal.public_id)
    named, readers = {patent.id: patent for patent in rows["patents"]}, {each.id: each for each in rows["readers"]}
    for share in appraisal.shares:
        set_committed_value(share, "organisation", readers[share.organisation_id])
    for each in appraisal.patents:
        set_committed_value(each, "patent", named[each.patent_id])
    bilingual = next(iter(rows["bilingual"]), None)
    return About(
        rows["documents"], {each.id: each for each in rows["seals"]}, bilingual, next(iter(rows["work"]), None) if bilingual is None else None,
        rows["signatures"], rows["reviews"])


def hides_amount() -> bool:
    """Whether the amount asked for is kept from the appraisers until submission."""
    return HIDE_AMOUNT.flag()


def history_of(appraisal: Appraisal) -> list[Any]:
    """Events of the report, newest first, with names."""
    return history("appraisal", appraisal.public_id, limit=60)


def gaps_of(appraisal: Appraisal) -> tuple[completeness.Gap, ...]:
    """What is still missing before the draft may be submitted."""
    draft = draft_of(appraisal, policy=lending_policy())
    return completeness.gaps(draft, today=clock.today(), snapshot_days=SNAPSHOT_AGE.number())


def names_of(appraisal: Appraisal) -> dict[str, str]:
    """Names of the persons and organisations of the report's events, by public id."""
    people = db.session.execute(select(Person.public_id, Person.name).where(Person.id.in_(
        {person for person in (*appraisal.team, appraisal.commissioned_by) if person} | {row.raised_by for row in appraisal.remarks})))
    return {row[0]: row[1] for row in people}


def people_of(appraisal: Appraisal) -> dict[int, str]:
    """Names of the persons who worked on the report, by inner id."""
    entered = [row.entered_by for row in appraisal.assumptions] + [row.entered_by for row in appraisal.notes]
    ids = {person for person in (*appraisal.team, *entered) if person}
    return accounts.person_names(ids | {version.author_id for version in appraisal.versions})


def may_draft(appraisal: Appraisal, actor: Actor) -> bool:
    """Whether the actor may change the draft now."""
    return appraisal.state == S.DRAFTING and actor.user_id in (appraisal.lead_id, appraisal.second_id)


def with_rows(draft: Draft, rows: Sequence[Mapping[str, Any]]) -> Draft:
    """The draft as it would be with the typed rows; empty ones are left out."""
    kept = {row.slot: row for row in draft.assumptions}
    for given in rows:
        slot = f"{given['name']}/{given.get('patent_id') or 0}/{given.get('position') or 0}"
        value = parse_value(given["name"], given.get("value", ""), field=slot)
        if value == "":
            kept.pop(slot, None)
            continue
        low, high = (parse_value(given["name"], given.get(end, ""), field=f"{slot}.{end}") for end in ("low", "high"))
        known = kept.get(slot, Assumption(given["name"], value, int(given.get("position") or 0), int(given.get("patent_id") or 0)))
        kept[slot] = replace(known, value=value, low=low, high=high)
    return replace(draft, assumptions=tuple(kept.values()))


def preview(appraisal: Appraisal, rows: Sequence[Mapping[str, Any]]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Request and quick result of the draft with the typed rows; nothing is kept."""
    request = request_of(with_rows(inputs_of(appraisal, policy=lending_policy()), rows))
    request = json.loads(canonical_json(request))
    return request, calculate(request, "quick")


def is_fresh(appraisal: Appraisal) -> bool:
    """Whether the last calculation is of the inputs as they are."""
    version = current_version(appraisal)
    return version is not None and version.request_json == canonical_json(request_of(inputs_of(appraisal, policy=lending_policy())))


def running_job(appraisal: Appraisal) -> Job | None:
    """The job that works for the report now."""
    return db.session.scalar(select(Job).where(Job.public_id == appraisal.running_job)) if appraisal.running_job else None


def snapshots_of(appraisal: Appraisal) -> list[PatentFacts]:
    """The register's facts in the draft."""
    return [snapshot_facts(row) for row in appraisal.patents]


def validity_of(appraisal: Appraisal) -> date:
    """The last day of use, as it is or as it would be."""
    return appraisal.valid_through or valid_through(appraisal.valuation_date, reading=VALIDITY.text())


def recompute_verdict(appraisal: Appraisal) -> tuple[Any, AppraisalVersion]:
    """The engine's verdict on the calculation attached to the sealed file, or on the kept one before issue."""
    version = current_version(appraisal)
    if version is None:
        raise ValueError(f"{appraisal.number} has no calculation")
    return recompute(attached_calculation(appraisal) or version.result_json), version


def attached_calculation(appraisal: Appraisal) -> bytes | None:
    """``calculation.json`` as it travels in the sealed PDF."""
    from exchange.core import pdf

    document = sealed_pdf(appraisal.id)
    if document is None:
        return None
    data = json.loads(pdf.attached(files.get_bytes(document.content_sha256)))
    return str(data["calculation"]).encode()


def comparison(appraisal: Appraisal, *, before: int | None, after: int | None) -> dict[str, Any]:
    """Two versions side by side: changes, methods, results, and how much each change moved the value."""
    numbers = [version.number for version in appraisal.versions]
    if len(numbers) < 2:
        return {"versions": appraisal.versions, "before": None, "after": None}
    left = version_number(appraisal, before or numbers[-2])
    right = version_number(appraisal, after or numbers[-1])
    if left is None or right is None:
        return {"versions": appraisal.versions, "before": None, "after": None}
    old, new = json.loads(left.request_json), json.loads(right.request_json)
    return {
        "versions": appraisal.versions, "before": left, "after": right, "changes": assumption_changes(old, new), "methods": method_changes(old, new),
        "bridge": bridge(old, new, left, right),
    }


def bridge(old: Mapping[str, Any], new: Mapping[str, Any], left: AppraisalVersion, right: AppraisalVersion) -> tuple[tuple[str, Money], ...]:
    """How many fen each change moved the value, in the order of entry; the steps sum to the difference."""
    running = dict(old)
    steps: list[tuple[str, Money]] = []
    for slot_change in assumption_changes(old, new):
        if slot_change.kind == "source":
            continue
        running = {**running, "assumptions": _substituted(running["assumptions"], new["assumptions"], slot_change.slot)}
        steps.append((slot_change.slot, _value_of(running, steps[-1][1] if steps else Money(int(left.summary["exact"])))))
    running = {**running, **{name: value for name, value in new.items() if name != "assumptions"}}
    if method_changes(old, new) or running != new:
        steps.append(("methods", _value_of(new, Money(int(right.summary["exact"])))))
    return exact_bridge(steps, Money(int(left.summary["exact"])), Money(int(right.summary["exact"])))


def _substituted(rows: Sequence[Mapping[str, Any]], target: Sequence[Mapping[str, Any]], slot: str) -> list[Mapping[str, Any]]:
    def name(row: Mapping[str, Any]) -> str:
        return f"{row['name']}/{row['patent_id']}/{row['position']}"

    wanted = [row for row in target if name(row) == slot]
    return [row for row in rows if name(row) != slot] + wanted


def _value_of(request: Mapping[str, Any], otherwise: Money) -> Money:
    """The value of a request half-way between two versions; where it cannot be computed the step shows no change."""
    from exchange.core.errors import DomainError

    try:
        return to_money(calculate(request, "quick")["conclusion"]["value"])
    except DomainError:
        return otherwise


def reviewable(actor: Actor) -> list[Appraisal]:
    """Issued reports shared with this reader of which it has no live review."""
    if actor.kind not in ("bank", "guarantor", "reguarantor"):
        return []
    live = select(AppraisalReview.appraisal_id).where(AppraisalReview.organisation_id == actor.organisation_id,
                                                      AppraisalReview.state.in_(("open", "queried", "accepted")))
    wanted = select(Appraisal).where(
        visible_appraisals(actor), Appraisal.state == S.ISSUED, Appraisal.id.not_in(live)).options(joinedload(Appraisal.holder))
    return list(db.session.scalars(wanted.order_by(Appraisal.id.desc()).limit(50)))


def people_of_review(review: AppraisalReview) -> dict[int, str]:
    """Names of the persons of a review, by inner id."""
    ids = {review.officer_id, review.approver_id}
    for row in review.queries:
        ids |= {row.asked_by, row.answered_by, row.closed_by}
    return accounts.person_names(person for person in ids if person)


def pending_decisions(review: AppraisalReview) -> list[Approval]:
    """Decisions on a review that wait for the second person."""
    return pending_on("appraisal_review", review.public_id)


def same_file(review: AppraisalReview) -> bool:
    """Whether the reviewed file is still the report's file."""
    document = sealed_pdf(review.appraisal_id)
    return document is not None and document.content_sha256 == review.pdf_sha256

