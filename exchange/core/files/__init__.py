"""Files: uploads checked by purpose, bytes kept under their digest, attachments of things."""

from exchange.core.files.keeping import (
    NEEDED_BY,
    attach,
    attachment_by_id,
    attachments_of,
    detach,
    get_bytes,
    missing,
    note_blob,
    put_bytes,
    read,
    read_upload,
    referenced,
    shred,
    store,
    sweep,
    take,
    visible_attachment,
)
from exchange.core.files.models import Attachment, Blob
from exchange.core.files.purposes import PURPOSES
from exchange.core.files.store import BlobStore, FolderStore
from exchange.core.files.uploads import Upload

__all__ = [
    "NEEDED_BY", "PURPOSES", "Attachment", "Blob", "BlobStore", "FolderStore", "Upload", "attach", "attachment_by_id",
    "attachments_of", "detach", "get_bytes", "missing", "note_blob", "put_bytes", "read", "read_upload", "referenced", "shred", "store", "sweep",
    "take", "visible_attachment",
]  # fmt: skip
