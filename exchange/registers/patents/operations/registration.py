"""Entering, submitting and registering a patent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from exchange.core import clock
from exchange.core.access import REGISTRAR, SYSTEM_ONLY, Actor
from exchange.core.calendar import china
from exchange.core.database import add, db, expect_version, flush, lock, operation
from exchange.core.errors import Conflict, DomainError, Faults, Forbidden, Invalid
from exchange.core.events import note
from exchange.core.parameters import parameter
from exchange.core.search.index import reindex
from exchange.core.workdays import due_after_working_days
from exchange.people.accounts.queries import organisation
from exchange.registers.patents.models import OwnershipProof, Party, Patent, PatentClass, Publication, Share
from exchange.registers.patents.operations.status import rederive
from exchange.registers.patents.queries.picture import term_of
from exchange.registers.patents.queries.registry import get_patent, proofs_of
from exchange.registers.patents.queries.rights import encumbrances, live_claim, live_custody
from exchange.registers.patents.rules.classes import ClassSymbol, read_class
from exchange.registers.patents.rules.names import normal_name, same_name
from exchange.registers.patents.rules.numbers import (
    normalise_application, normalise_publication,
)
from exchange.registers.patents.rules.shares import check_sum
from exchange.registers.patents.states import PATENT, LegalStatus, PatentState, ProofKind, ProofState

ANSWER_DAYS = parameter("patents.answer_days", "3", source="exchange.md 1.1: the registrar answers in 3 working days")
RETURN_DAYS = parameter("patents.return_days", "30", source="patents.md 4: days to correct a returned entry")
EDITABLE = ("draft", "returned")
PROVING = (ProofKind.CERTIFICATE, ProofKind.REGISTER_COPY)
PLAIN_FIELDS = (
    "title_zh", "title_en", "abstract_zh", "abstract_en", "claims", "agent", "family_id", "filing_on", "priority_on",
    "publication_on", "grant_on", "national_entry_on", "divisional_of", "service_invention",
)


@operation
def draft_patent(
    actor: Actor, *, application_number: str = "", publication_number: str = "", kind: str = "",
    type: str | None = None,  # noqa: A002  (the column's own word)
    applicants: tuple[str, ...] = (), inventors: tuple[str, ...] = (), classes: tuple[str, ...] = (), **fields: Any,
) -> Patent:
    """An organisation enters a patent; nobody has verified anything yet."""
    patent = Patent(
        organisation_id=actor.organisation_id, check_digit_source="none", legal_status=str(LegalStatus.UNKNOWN),
        status_source="stated", jurisdiction="CN",
    )
    number_patent(patent, application_number, publication_number, kind=kind, type=type)
    _fill(patent, fields)
    _require_own_number_free(patent)
    with PATENT.move(patent, "draft", actor) as moving:
        add(patent)
        flush()
        _add_children(patent, applicants, inventors, classes)
        moving.payload["number"] = patent.shown_number
        reindex("patent", patent.public_id)
    return patent


def number_patent(
    patent: Patent, application: str, publication: str, *, kind: str, type: str | None,  # noqa: A002  (the column's own word)
) -> None:
    """Give a patent its numbers in normal form; refuses what cannot be read and what does not fit."""
    if not application and not publication:
        raise Invalid("MISSING_FIELD", field="application_number")
    if application:
        number = normalise_application(application, year=clock.today().year)
        patent.application_number, patent.stated_number = number.normal, application[:60]
        patent.check_digit_source, patent.jurisdiction = number.check_digit_source, number.jurisdiction
        patent.demonstration = number.demonstration
        patent.type = str(number.type) if number.type else type
        if type and number.type and type != number.type:
            raise Invalid("PATENT_NUMBER_INVALID", field="type", reason="CN_TYPE_MISMATCH")
        if number.demonstration and not organisation(patent.organisation_id).demonstration:
            raise Invalid("CN_DEMO_NUMBER", field="application_number")
    if publication:
        published = normalise_publication(publication, kind or None)
        patent.publication_number, patent.kind = published.normal, published.kind
        patent.jurisdiction = published.jurisdiction
        patent.type = patent.type or (str(published.type) if published.type else type)


def _fill(patent: Patent, fields: Mapping[str, Any]) -> None:
    unknown = set(fields) - set(PLAIN_FIELDS)
    if unknown:
        raise Invalid("UNKNOWN_FIELD", field=sorted(unknown)[0])
    for name, value in fields.items():
        setattr(patent, name, value)
    today = clock.today()
    for name in ("filing_on", "publication_on", "grant_on"):
        day = getattr(patent, name)
        if day is not None and day > today:
            raise Invalid("NUMBER_OUT_OF_RANGE", field=name, low="1900-01-01", high=today)
    if patent.filing_on and patent.grant_on and patent.grant_on < patent.filing_on:
        raise Invalid("DATE_ORDER", field="grant_on", start=patent.filing_on, end=patent.grant_on)
    patent.expires_on = term_of(patent)


def _require_own_number_free(patent: Patent) -> None:
    column = Patent.application_number if patent.application_number else Patent.publication_number
    number = patent.application_number or patent.publication_number
    taken = select(Patent.id).where(
        Patent.organisation_id == patent.organisation_id, column == number, Patent.state.not_in(("withdrawn", "refused"))
    )
    if db.session.scalar(taken.limit(1)) is not None:
        raise Conflict("PATENT_NUMBER_TAKEN", field="application_number")


def _add_children(patent: Patent, applicants: tuple[str, ...], inventors: tuple[str, ...], classes: tuple[str, ...]) -> None:
    for role, names in (("applicant", applicants), ("inventor", inventors)):
        for position, name in enumerate(names):
            add(Party(patent_id=patent.id, role=role, name=name[:300], normal_name=normal_name(name)[:300], position=position))
    for position, text in enumerate(classes):
        symbol = read_class("locarno" if patent.type == "design" else "ipc", text) or read_class("cpc", text)
        if symbol is None:
            raise Invalid("FIELD_MALFORMED", field="classes", reason="H04L 9/32")
        add(class_row(patent.id, symbol, position))
    if patent.publication_number:
        add(Publication(
            patent_id=patent.id, number=patent.publication_number, kind=patent.kind, published_on=patent.publication_on,
        ))
    flush()
    db.session.expire(patent, ["people", "classes", "publications"])


def class_row(patent_id: int, symbol: ClassSymbol, position: int) -> PatentClass:
    """A class of a patent as a row."""
    return PatentClass(
        patent_id=patent_id, scheme=symbol.scheme, section=symbol.section, class_code=symbol.class_code, subclass=symbol.subclass,
        main_group=symbol.main_group, subgroup=symbol.subgroup, symbol=symbol.symbol, position=position, main=position == 0,
    )


@operation
def edit_patent(actor: Actor, patent_id: int, *, version: int | None = None, **fields: Any) -> Patent:
    """The holder completes a draft; of a registered entry only titles and abstracts stay open to it."""
    patent = get_patent(patent_id)
    lock(patent)
    expect_version(patent, version)
    if actor.organisation_id != patent.organisation_id:
        raise Forbidden()
    is_open = patent.state in EDITABLE
    if not is_open and set(fields) - {"title_zh", "title_en", "abstract_zh", "abstract_en"}:
        raise Conflict("WRONG_STATE", state=patent.entry.label, actions="—")
    _fill(patent, fields)
    note(patent, "edit", actor, fields=sorted(fields))
    reindex("patent", patent.public_id)
    return patent


@operation
def submit_patent(actor: Actor, patent_id: int) -> Patent:
    """The holder asks for registration; all that is missing is said at once."""
    patent = get_patent(patent_id)
    lock(patent)
    with PATENT.move(patent, "submit", actor):
        faults = _missing(patent)
        if faults:
            raise Faults(faults)
        ensure_shares(patent)
        check_sum([share.fraction for share in patent.current_shares])
        today = clock.today()
        patent.submitted_on = today
        patent.answer_by = due_after_working_days(china(), today, ANSWER_DAYS.number()).day
    return patent


def _missing(patent: Patent) -> list[DomainError]:
    faults: list[DomainError] = [
        Invalid("MISSING_FIELD", field=name)
        for name, value in (("title_zh", patent.title), ("type", patent.type), ("filing_on", patent.filing_on))
        if not value
    ]
    if not any(proof.state in ("submitted", "accepted") for proof in proofs_of(patent.id)):
        faults.append(Invalid("PROOF_MISSING", field="proof", names=organisation(patent.organisation_id).name))
    return faults


def ensure_shares(patent: Patent) -> None:
    """Without stated shares the entering organisation holds the whole, as presumed."""
    if patent.current_shares:
        return
    add(Share(
        patent_id=patent.id, organisation_id=patent.organisation_id, holder_name=organisation(patent.organisation_id).name,
        numerator=1, denominator=1, stated=False, valid_from=patent.grant_on or patent.filing_on or clock.today(),
        basis="presumed",
    ))
    flush()
    db.session.expire(patent, ["shares"])


@operation
def withdraw_patent(actor: Actor, patent_id: int, *, reason: str = "") -> Patent:
    """The entry is taken back, unless something disposes of the patent."""
    patent = get_patent(patent_id)
    lock(patent)
    with PATENT.move(patent, "withdraw", actor, reason=reason):
        _require_idle(patent)
        reindex("patent", patent.public_id)
    return patent


def _require_idle(patent: Patent) -> None:
    claim = live_claim(patent.id)
    if claim is not None:
        raise Conflict("PATENT_REFERRED_TO", what=claim.reference)


@operation
def return_patent(actor: Actor, patent_id: int, *, reason: str) -> Patent:
    """The registrar gives the entry back with what must be corrected."""
    patent = get_patent(patent_id)
    lock(patent)
    with PATENT.move(patent, "return", actor, reason=reason):
        _require_reason(reason)
        patent.decision_reason = reason
        patent.answer_by = clock.today() + timedelta(days=RETURN_DAYS.number())
    return patent


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise Invalid("REASON_NEEDED", field="reason")


@operation
def refuse_patent(actor: Actor, patent_id: int, *, reason: str) -> Patent:
    """The registrar refuses the entry."""
    patent = get_patent(patent_id)
    lock(patent)
    with PATENT.move(patent, "refuse", actor, reason=reason):
        _require_reason(reason)
        patent.decision_reason = reason
    return patent


@operation
def register_patent(
    actor: Actor, patent_id: int, *, digit_compared: bool = False, name_note: str = "", historic: bool = False
) -> Patent:
    """The registrar registers a patent whose ownership is proven for every share; one registered entry a number."""
    patent = get_patent(patent_id)
    lock(patent)
    with PATENT.move(patent, "register", actor, name_note=name_note) as moving:
        _require_other_organisation(patent, actor)
        _require_free_number(patent)
        _require_proofs(patent, actor, name_note=name_note)
        if patent.check_digit_source == "computed":
            if not digit_compared:
                raise Invalid("PATENT_IMPORTED_CHECK", field="digit_compared")
            patent.check_digit_source = "confirmed"
        patent.historic = historic
        rederive(patent, actor)
        if patent.status.dead and not historic:
            raise Conflict("PATENT_NOT_IN_FORCE", field="historic", status=patent.status.label, date=patent.legal_status_on or "—")
        moving.payload["number"] = patent.shown_number
        patent.decision_reason, patent.answer_by = name_note, None
        reindex("patent", patent.public_id)
    return patent


def _require_other_organisation(patent: Patent, actor: Actor) -> None:
    if actor.organisation_id == patent.organisation_id:
        raise Forbidden("OWN_MATTER")


def _require_free_number(patent: Patent) -> None:
    if patent.application_number is None:
        return
    taken = select(Patent.id).where(
        Patent.application_number == patent.application_number, Patent.state.in_(("registered", "disputed")),
        Patent.id != patent.id,
    )
    if db.session.scalar(taken.limit(1)) is not None:
        raise Conflict("PATENT_REGISTERED_ELSEWHERE", field="application_number")


def _require_proofs(patent: Patent, actor: Actor, *, name_note: str) -> None:
    accepted = [proof for proof in proofs_of(patent.id) if proof.state == ProofState.ACCEPTED]
    proving = [proof for proof in accepted if proof.kind in PROVING]
    unproven = [
        share.holder_name for share in patent.current_shares
        if not any(same_name(proof.holder_name, share.holder_name) for proof in accepted)
    ]
    if not proving:
        raise Invalid("PROOF_MISSING", field="proof", names="、".join(share.holder_name for share in patent.current_shares))
    if unproven and not name_note.strip():
        raise Invalid("HOLDER_NAME_DIFFERS", field="name_note", name="、".join(unproven))
    _require_second_person(patent, accepted, actor)


def _require_second_person(patent: Patent, accepted: list[OwnershipProof], actor: Actor) -> None:
    needs_two = patent.import_batch_id is not None or patent.check_digit_source == "computed"
    if needs_two and not actor.is_system and any(proof.reviewed_by == actor.user_id for proof in accepted):
        raise Forbidden("SECOND_PERSON_NEEDED")


@operation
def dispute_patent(actor: Actor, patent_id: int, *, reason: str) -> Patent:
    """The registrar marks the ownership as disputed; no gate lets the patent through until it is resolved."""
    patent = get_patent(patent_id)
    lock(patent)
    with PATENT.move(patent, "dispute", actor, reason=reason):
        _require_reason(reason)
        patent.decision_reason = reason
    return patent


@operation
def resolve_patent(actor: Actor, patent_id: int, *, reason: str) -> Patent:
    """Two registrars end a dispute by its decision."""
    patent = get_patent(patent_id)
    lock(patent)
    with PATENT.move(patent, "resolve", actor, reason=reason):
        _require_reason(reason)
        patent.decision_reason = reason
    return patent


@operation
def close_patent(actor: Actor, patent_id: int, *, reason: str = "") -> Patent:
    """The entry is closed once nothing burdens, holds or disposes of the patent."""
    patent = get_patent(patent_id)
    lock(patent)
    with PATENT.move(patent, "close", actor, reason=reason):
        _require_idle(patent)
        custody = live_custody(patent.id)
        burdens = encumbrances(patent.id)
        if burdens or custody is not None:
            what = burdens[0].reference if burdens else (custody.number or "custody" if custody else "")
            raise Conflict("PATENT_REFERRED_TO", what=what)
        reindex("patent", patent.public_id)
    return patent


CORRECTABLE = ("title_zh", "title_en", "filing_on", "grant_on", "publication_on", "priority_on", "family_id", "agent")


@operation
def correct_patent(actor: Actor, patent_id: int, *, basis: str, **fields: Any) -> Patent:
    """The registrar corrects bibliographic data of an entry by a document."""
    patent = get_patent(patent_id)
    lock(patent)
    if not (REGISTRAR | SYSTEM_ONLY).fits(actor, {}):
        raise Forbidden(noun="patent", verb="correct")
    _require_reason(basis)
    unknown = set(fields) - set(CORRECTABLE)
    if unknown:
        raise Invalid("UNKNOWN_FIELD", field=sorted(unknown)[0])
    before = {name: getattr(patent, name) for name in fields}
    _fill(patent, fields)
    note(patent, "correct", actor, basis=basis, before=before, after=fields)
    rederive(patent, actor)
    reindex("patent", patent.public_id)
    return patent


@operation
def publish_patent(actor: Actor, patent_id: int, *, published: bool) -> Patent:
    """A registered patent's bibliographic page is opened to the public, or closed again."""
    patent = get_patent(patent_id)
    lock(patent)
    if patent.state not in (PatentState.REGISTERED, PatentState.DISPUTED):
        raise Conflict("PATENT_NOT_REGISTERED")
    if patent.published != published:
        patent.published = published
        note(patent, "publish" if published else "unpublish", actor)
        reindex("patent", patent.public_id)
    return patent

