"""Seals and signatures 存证与签名: the platform's seal, parties' signatures, verification codes, sealed documents."""

from exchange.core.seal.codes import grouped, new_code, read_code
from exchange.core.seal.documents import (
    compare,
    content_of,
    count_lookup,
    damaged,
    document_of,
    documents_of,
    find_by_code,
    find_by_content,
    is_sealed,
    key_folder,
    lapse_document,
    require_signatures,
    seal_bytes,
    seal_document,
    sign_as_party,
    supersede_document,
    trusted_roots,
    verify,
    visible_document,
    withdraw_document,
)
from exchange.core.seal.models import SEALED_DOCUMENT, SealedDocument, SealedState
from exchange.core.seal.finding import Finding

__all__ = [
    "SEALED_DOCUMENT", "Finding", "SealedDocument", "SealedState", "compare", "content_of", "count_lookup", "damaged", "document_of",
    "documents_of", "find_by_code", "find_by_content", "grouped", "is_sealed", "key_folder", "lapse_document", "new_code",
    "read_code", "require_signatures", "seal_bytes", "seal_document", "sign_as_party", "supersede_document", "trusted_roots",
    "verify", "visible_document", "withdraw_document",
]  # fmt: skip
