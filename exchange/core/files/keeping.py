"""Attachments: rows that name kept bytes; who may read them is decided by the thing they are attached to."""

import hashlib
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any, BinaryIO

from flask import current_app
from sqlalchemy import func, select

from exchange.core import clock
from exchange.core.access import Actor
from exchange.core.database import add, by_public_id, db, failpoint, in_operation, lock, model_of, operation, visible
from exchange.core.errors import Invalid, NotFound
from exchange.core.files import uploads
from exchange.core.files.models import Attachment, Blob
from exchange.core.files.purposes import PURPOSES
from exchange.core.files.secrecy import decrypt, master_key
from exchange.core.files.store import FolderStore
from exchange.core.files.uploads import Upload
from exchange.core.settings import Settings

FILES_AN_ORGANISATION = 10_000
ORPHAN_SECONDS = 24 * 3600


def settings() -> Settings:
    """The settings of this application."""
    found: Settings = current_app.extensions["zhirong.settings"]
    return found


def store() -> FolderStore:
    """The blob store of this application."""
    return FolderStore(settings().DATA_DIR / "blobs")


def take(source: BinaryIO | bytes, filename: str, *, purpose: str = "document", by_command: bool = False) -> Upload:
    """An upload is checked and its bytes kept, before any transaction."""
    return uploads.take(source, filename, purpose=purpose, store=store(), by_command=by_command, master=master_key(settings()))


def put_bytes(content: bytes) -> str:
    """Bytes of our own making are kept; their digest comes back."""
    return store().put(io.BytesIO(content))[0]


def get_bytes(sha256: str) -> bytes:
    """The bytes of a digest, proven to be those."""
    try:
        with store().open(sha256) as file:
            content = file.read()
    except FileNotFoundError:
        raise NotFound(sha256=sha256) from None
    if hashlib.sha256(content).hexdigest() != sha256:
        raise Invalid("FILE_DAMAGED", sha256=sha256)
    return content


def note_blob(sha256: str, size: int) -> None:
    """The transaction says that these bytes are needed."""
    if db.session.scalar(select(Blob.id).where(Blob.sha256 == sha256)) is None:
        add(Blob(sha256=sha256, size=size))
        db.session.flush()
    failpoint("blob.row")


@operation
def attach(
    upload: Upload, *, noun: str, object_id: str, kind: str, organisation_id: int | None = None, user_id: int | None = None
) -> Attachment:
    """The upload is attached to a thing, within the organisation's quota."""
    if organisation_id is not None:
        check_quota(organisation_id, upload.size)
    note_blob(upload.blob, upload.size)
    made = Attachment(
        organisation_id=organisation_id, subject_noun=noun, subject_id=object_id, kind=kind, purpose=upload.purpose,
        filename=upload.filename, media_type=upload.media_type, size=upload.size, sha256=upload.sha256, blob=upload.blob, key=upload.key,
        pages=upload.pages, uploaded_by=user_id,
    )  # fmt: skip
    add(made)
    db.session.flush()
    return made


def check_quota(organisation_id: int, size: int) -> None:
    """An organisation's files stay within its quota."""
    kept = Attachment.organisation_id == organisation_id, Attachment.removed_at.is_(None)
    number, total = db.session.execute(select(func.count(), func.coalesce(func.sum(Attachment.size), 0)).where(*kept)).one()
    limit = settings().QUOTA_BYTES
    if number >= FILES_AN_ORGANISATION or int(total) + size > limit:
        raise Invalid("QUOTA_EXCEEDED", field="file", limit=f"{limit // 1024**3} GiB")


@operation
def detach(attachment: Attachment) -> None:
    """The attachment is no longer shown; its bytes stay until no row needs them."""
    lock(attachment)
    attachment.removed_at = attachment.removed_at or clock.now()


def attachments_of(noun: str, object_id: str, kind: str | None = None) -> list[Attachment]:
    """The attachments of a thing, in the order they came."""
    wanted = select(Attachment).where(
        Attachment.subject_noun == noun, Attachment.subject_id == object_id, Attachment.removed_at.is_(None)
    )
    if kind is not None:
        wanted = wanted.where(Attachment.kind == kind)
    return list(db.session.scalars(wanted.order_by(Attachment.id)))


def attachment_by_id(public_id: str) -> Attachment:
    """The attachment of this name, for operations that already know who asks."""
    found: Attachment = by_public_id(Attachment, public_id)
    return found


def visible_attachment(public_id: str, actor: Actor | None) -> Attachment:
    """The attachment of this name whose thing the actor may see."""
    found = attachment_by_id(public_id)
    if found.removed_at is not None:
        raise NotFound()
    visible(model_of(found.subject_noun), found.subject_id, actor)
    return found


def read(attachment: Attachment) -> bytes:
    """The bytes of an attachment."""
    kept = get_bytes(attachment.blob)
    if not PURPOSES[attachment.purpose].is_secret:
        return kept
    if not attachment.key:
        raise NotFound(shredded=True)
    return decrypt(kept, attachment.key, master_key(settings()))


def read_upload(upload: Upload) -> bytes:
    """The bytes of an upload that no row names yet."""
    kept = get_bytes(upload.blob)
    return decrypt(kept, upload.key, master_key(settings())) if upload.key else kept


@operation
def shred(noun: str, object_id: str) -> int:
    """The keys of a thing's secret files are destroyed, so that nobody reads them again; their number comes back."""
    found = [each for each in attachments_of(noun, object_id) if each.key]
    for attachment in found:
        attachment.key = ""
    return len(found)


def referenced() -> set[str]:
    """Every digest that a row still needs: attachments and whatever other tables name a blob."""
    found = set(db.session.scalars(select(Attachment.blob).where(Attachment.removed_at.is_(None))))
    for model, column in NEEDED_BY:
        digest = getattr(model, column)
        found.update(db.session.scalars(select(digest).where(digest != "")))  # empty: the document is not made yet
    return found


NEEDED_BY: list[tuple[Any, str]] = []


def sweep() -> Sequence[str]:
    """Bytes that no row has needed for a day are deleted; the digests come back."""
    if in_operation():
        raise RuntimeError("sweeping files does not belong into a transaction")
    kept, needed, now = store(), referenced(), clock.now().timestamp()
    gone = [sha256 for sha256 in kept.list() if sha256 not in needed and kept.age(sha256, now) > ORPHAN_SECONDS]
    for sha256 in gone:
        kept.delete(sha256)
    return gone


def missing() -> list[str]:
    """Digests that a row needs but that are not kept, or whose bytes are others; `doctor` asks this."""
    kept = store()
    return sorted(sha256 for sha256 in referenced() if not _is_whole(kept.path_of(sha256), sha256))


def _is_whole(path: Path, sha256: str) -> bool:
    """Whether the file is there and has this digest."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == sha256
