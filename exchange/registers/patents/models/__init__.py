"""What is kept about patents."""

from exchange.registers.patents.models.custody import Custody
from exchange.registers.patents.models.imports import ImportBatch, ImportRow
from exchange.registers.patents.models.registry import (
    Annuity,
    CoownerConsent,
    LegalEvent,
    OwnershipProof,
    Party,
    Patent,
    PatentClass,
    Publication,
    RegisterSnapshot,
    Reminder,
    Share,
)
from exchange.registers.patents.models.rights import Consent, Encumbrance, LicenceBox, PayoffStatement, TransferClaim

__all__ = [
    "Annuity", "Consent", "CoownerConsent", "Custody", "Encumbrance", "ImportBatch", "ImportRow", "LegalEvent",
    "LicenceBox", "OwnershipProof", "Party", "Patent", "PayoffStatement", "PatentClass", "Publication", "RegisterSnapshot", "Reminder", "Share",
    "TransferClaim",
]  # fmt: skip
