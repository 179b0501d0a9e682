"""Keeping sealed documents: seal, find by code, compare, supersede, withdraw."""

import hashlib
from collections import defaultdict, deque
from collections.abc import Collection, Sequence
from pathlib import Path
from time import monotonic
from typing import Any

from flask import current_app
from sqlalchemy import select

from exchange.core import clock, files
from exchange.core.access import SYSTEM, Actor
from exchange.core.database import add, by_public_id, db, failpoint, in_operation, lock, model_of, operation, visible
from exchange.core.errors import DomainError, Invalid, NotFound, define
from exchange.core.seal import authority
from exchange.core.seal.codes import new_code, read_code
from exchange.core.seal.finding import Finding
from exchange.core.seal.models import LAPSED, SEALED_DOCUMENT, SealedDocument
from exchange.core.settings import Settings
from exchange.core.text import _

files.NEEDED_BY.append((SealedDocument, "sha256"))

for _name, _sentence in (
    ("SIGNATURE_MISSING", _("This document holds no signature. Have it signed and send it again.")),
    ("SIGNATURE_INVALID", _("The signature of {name} does not fit the document: it was changed or damaged.")),
    ("SIGNATURE_UNTRUSTED", _("The certificate of {name} comes from an authority that is not accepted here.")),
    ("SIGNATURE_AFTER_CHANGE", _("The document was changed after {name} had signed it. Have the new text signed.")),
    ("SIGNATORY_NOT_ENTITLED", _("{names} may not sign this document.")),
):
    define(_name, 422, _sentence)


def key_folder() -> Path:
    """Where the seal's key lies; a demonstration or test makes its own authority, production brings its seal."""
    settings: Settings = current_app.extensions["zhirong.settings"]
    folder = settings.SEAL_KEY_FILE.parent if settings.SEAL_KEY_FILE else settings.DATA_DIR / "keys"
    if not settings.is_production:
        authority.make_authority(folder)
    return folder


def trusted_roots() -> list[Path]:
    """The authorities whose certificates are accepted."""
    folder = key_folder()
    return [authority.KeyPair.named(folder, "authority").certificate, *sorted(folder.glob("trusted/*.pem"))]


def seal_bytes(content: bytes) -> bytes:
    """The document with the platform's seal on it."""
    from exchange.core.seal import signing  # not above: what signs is slow to load, and most processes never do

    return signing.seal_pdf(content, folder=key_folder())


def is_sealed(content: bytes) -> bool:
    """Whether the platform's seal is on the document and good."""
    return any(finding.is_seal and finding.good for finding in verify(content))


def verify(content: bytes) -> tuple[Finding, ...]:
    """What each signature of the document is worth."""
    from exchange.core.seal import signing

    return signing.findings(content, roots=trusted_roots())


def require_signatures(content: bytes, *, entitled: Collection[str] | None = None) -> tuple[Finding, ...]:
    """The parties' signatures, all good and by entitled persons."""
    from exchange.core.seal import signing

    return signing.require_signatures(content, roots=trusted_roots(), entitled=entitled)


def sign_as_party(content: bytes, *, name: str, organisation: str, person: str, reason: str = "") -> bytes:
    """A demonstration signature of a person, as it would arrive from outside; never in production."""
    settings: Settings = current_app.extensions["zhirong.settings"]
    if settings.is_production:
        raise Invalid("SIGNATURE_UNTRUSTED", name=name)
    from exchange.core.seal import signing

    pair = authority.person_key(key_folder(), person=person, name=name, organisation=organisation)
    return signing.sign_as_party(content, pair, folder=key_folder(), field=f"Party-{person}", reason=reason)


@operation
def seal_document(
    content: bytes,
    *,
    noun: str,
    object_id: str,
    number: str,
    issuer: str,
    code: str | None = None,
    title: str = "",
    signers: Sequence[dict[str, Any]] = (),
    pages: int | None = None,
    organisation_id: int | None = None,
) -> SealedDocument:
    """The document is sealed, kept and can be found by its code; the same code is sealed once."""
    chosen = code or new_code()
    if read_code(chosen) != chosen:
        raise Invalid("NUMBER_MALFORMED", field="code", value=chosen, noun="code", example=new_code())
    known = find_by_code(chosen)
    if known is not None:
        return known
    sealed = content if is_sealed(content) else seal_bytes(content)
    sha256 = files.put_bytes(sealed)
    failpoint("renderer.sealed")
    made = SealedDocument(
        code=chosen, organisation_id=organisation_id, subject_noun=noun, subject_id=object_id, title=title or number,
        number=number, sha256=sha256, size=len(sealed), pages=pages, issued_at=clock.now(), issuer=issuer,
        signers=list(signers),
    )  # fmt: skip
    with SEALED_DOCUMENT.move(made, "seal", SYSTEM) as moving:
        moving.payload.update(noun=noun, object=object_id, number=number, sha256=sha256)
        files.note_blob(sha256, len(sealed))
        add(made)
        db.session.flush()
    return made


@operation
def supersede_document(document: SealedDocument, *, by: SealedDocument, actor: Actor = SYSTEM) -> SealedDocument:
    """A newer document takes the place of this one, which stays readable and says so."""
    lock(document)
    with SEALED_DOCUMENT.move(document, "supersede", SYSTEM) as moving:
        moving.payload.update(by=by.public_id, wanted_by=actor.public_id)
        document.superseded_by = by.code
    return document


@operation
def withdraw_document(document: SealedDocument, *, reason: str, actor: Actor = SYSTEM) -> SealedDocument:
    """The document no longer holds; it stays readable and says so."""
    if not reason.strip():
        raise Invalid("REASON_NEEDED", field="reason")
    lock(document)
    with SEALED_DOCUMENT.move(document, "withdraw", SYSTEM) as moving:
        moving.payload.update(wanted_by=actor.public_id)
        document.reason = reason[:500]
    return document


@operation
def lapse_document(document: SealedDocument, *, actor: Actor = SYSTEM) -> SealedDocument:
    """What the document speaks of is no longer what it was; the document stays readable and is shown as lapsed."""
    return withdraw_document(document, reason=str(LAPSED), actor=actor)


LOOKUPS_A_MINUTE = 30
LOOKUPS: dict[str, deque[float]] = defaultdict(deque)


def count_lookup(address: str) -> None:
    """An address may look up thirty codes a minute."""
    times, now = LOOKUPS[address], monotonic()
    while times and times[0] < now - 60:
        times.popleft()
    if len(times) >= LOOKUPS_A_MINUTE:
        raise DomainError("TOO_MANY_REQUESTS", seconds=max(1, int(60 - (now - times[0]))))
    times.append(now)


def find_by_code(typed: str) -> SealedDocument | None:
    """The document of a code as a person types it."""
    code = read_code(typed)
    if code is None:
        return None
    return db.session.scalar(select(SealedDocument).where(SealedDocument.code == code))


def documents_of(noun: str, object_id: str) -> list[SealedDocument]:
    """Every sealed document of a thing, newest first."""
    wanted = select(SealedDocument).where(SealedDocument.subject_noun == noun, SealedDocument.subject_id == object_id)
    return list(db.session.scalars(wanted.order_by(SealedDocument.id.desc())))


def document_of(noun: str, object_id: str) -> SealedDocument | None:
    """The newest valid document of a thing."""
    return next((each for each in documents_of(noun, object_id) if each.status == "valid"), None)


def visible_document(public_id: str, actor: Actor | None) -> SealedDocument:
    """The sealed document of this name whose thing the actor may see."""
    found: SealedDocument = by_public_id(SealedDocument, public_id)
    try:
        model = model_of(found.subject_noun)
    except KeyError:
        raise NotFound() from None
    visible(model, found.subject_id, actor)
    return found


def content_of(document: SealedDocument) -> bytes:
    """The bytes as they were sealed."""
    return files.get_bytes(document.sha256)


def compare(document: SealedDocument, content: bytes) -> bool:
    """Whether these bytes are the sealed document, byte for byte."""
    return hashlib.sha256(content).hexdigest() == document.sha256


def find_by_content(content: bytes) -> SealedDocument | None:
    """The sealed document with exactly these bytes."""
    return db.session.scalar(select(SealedDocument).where(SealedDocument.sha256 == hashlib.sha256(content).hexdigest()))


def damaged() -> list[str]:
    """Sealed documents whose bytes are missing, others, or no longer carry a good seal; `doctor` asks this."""
    if in_operation():
        raise RuntimeError("checking every document does not belong into a transaction")
    found: list[str] = []
    for document in db.session.scalars(select(SealedDocument).order_by(SealedDocument.id)):
        try:
            good = is_sealed(content_of(document))
        except Exception:  # missing and damaged bytes alike make it damaged
            good = False
        if not good:
            found.append(f"{document.number} ({document.public_id})")
    return found
