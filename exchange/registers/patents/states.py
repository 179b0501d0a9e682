"""Which states a patent's entry, its custody, proofs, consents and imports have, and who may move them."""

from __future__ import annotations

from exchange.core.access import HOLDER_SIDE, REGISTRAR, REGULATOR, SYSTEM_ONLY, who
from exchange.core.states import START, Machine, State, move
from exchange.core.text import _


class PatentType(State):
    """What the right protects."""

    INVENTION = "invention", _("Invention")
    UTILITY_MODEL = "utility_model", _("Utility model")
    DESIGN = "design", _("Design")


class LegalStatus(State):
    """The right's standing, derived from legal events and dates; never moved by hand."""

    PENDING = "pending", _("Not yet published")
    PUBLISHED = "published", _("Published")
    EXAMINED = "examined", _("In examination")
    IN_FORCE = "in_force", _("In force")
    IN_GRACE = "in_grace", _("In force, fee in grace")
    LAPSED = "lapsed", _("Ended, fee unpaid")
    EXPIRED = "expired", _("Expired")
    CEASED = "ceased", _("Ended, cause unknown")
    ABANDONED = "abandoned", _("Abandoned")
    WITHDRAWN = "withdrawn", _("Application withdrawn")
    REFUSED = "refused", _("Application refused")
    INVALIDATED = "invalidated", _("Declared invalid")
    REVOKED = "revoked", _("Revoked")
    UNKNOWN = "unknown", _("To be verified")

    @property
    def alive(self) -> bool:
        """Whether the right is in force, the months of grace included."""
        return self in (LegalStatus.IN_FORCE, LegalStatus.IN_GRACE)

    @property
    def dead(self) -> bool:
        """Whether the right or application has ended."""
        return self in DEAD

    @property
    def tone(self) -> str:
        """How the word is coloured beside its text."""
        if self is LegalStatus.IN_GRACE:
            return "warn"
        return "ok" if self.alive else "danger" if self.dead else "info"


DEAD = frozenset(
    (
        LegalStatus.LAPSED, LegalStatus.EXPIRED, LegalStatus.CEASED, LegalStatus.ABANDONED,
        LegalStatus.WITHDRAWN, LegalStatus.REFUSED, LegalStatus.INVALIDATED, LegalStatus.REVOKED,
    )
)


class Effect(State):
    """What a legal event does to the right."""

    PUBLISH = "publish", _("Publication")
    EXAMINE = "examine", _("Examination")
    REFUSE = "refuse", _("Refusal")
    WITHDRAW = "withdraw", _("Withdrawal")
    GRANT = "grant", _("Grant")
    LAPSE_FEE = "lapse_fee", _("End for unpaid fee")
    EXPIRE = "expire", _("Expiry")
    CEASE = "cease", _("End")
    ABANDON = "abandon", _("Abandonment")
    ABANDON_PART = "abandon_part", _("Abandonment in part")
    INVALIDATE = "invalidate", _("Invalidation")
    INVALIDATE_PART = "invalidate_part", _("Invalidation in part")
    INVALIDITY = "invalidity", _("Invalidation, whole or part")
    REVOKE = "revoke", _("Revocation")
    REVIVE = "revive", _("Restoration")
    PLEDGE_ON = "pledge_on", _("Pledge registered")
    PLEDGE_CHANGE = "pledge_change", _("Pledge changed")
    PLEDGE_OFF = "pledge_off", _("Pledge cancelled")
    PLEDGE = "pledge", _("Pledge entry")
    LICENCE_ON = "licence_on", _("Licence recorded")
    LICENCE_CHANGE = "licence_change", _("Licence changed")
    LICENCE_OFF = "licence_off", _("Licence cancelled")
    LICENCE = "licence", _("Licence entry")
    OPEN_ON = "open_on", _("Open licence declared")
    OPEN_OFF = "open_off", _("Open licence withdrawn")
    TRANSFER = "transfer", _("Transfer")
    TRANSFER_APPLICATION = "transfer_application", _("Transfer of the application")
    NAME = "name", _("Change of name or address")
    PRESERVE_ON = "preserve_on", _("Preservation ordered")
    PRESERVE_OFF = "preserve_off", _("Preservation lifted")
    PRESERVE = "preserve", _("Preservation entry")
    TERM = "term", _("Change of term")
    DECLASSIFY = "declassify", _("Declassification")
    BIBLIO = "biblio", _("Bibliographic change")
    CORRECT = "correct", _("Correction")
    INFO = "info", _("Information")


class PatentState(State):
    """How far a patent's entry in the registry has come."""

    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("In review")
    RETURNED = "returned", _("Returned for correction")
    REGISTERED = "registered", _("Registered")
    DISPUTED = "disputed", _("Ownership disputed")
    REFUSED = "refused", _("Registration refused")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    CLOSED = "closed", _("Closed")


class ProofState(State):
    """A proof of ownership under review."""

    SUBMITTED = "submitted", _("In review")
    ACCEPTED = "accepted", _("Accepted")
    REJECTED = "rejected", _("Rejected")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    EXPIRED = "expired", _("Too old")


class ProofKind(State):
    """What a proof of ownership is."""

    CERTIFICATE = "certificate", _("Patent certificate")
    REGISTER_COPY = "register_copy", _("Register copy")
    RECORDAL_NOTICE = "recordal_notice", _("Recordal notice")
    JUDGMENT = "judgment", _("Judgment or award")
    SUCCESSION = "succession", _("Succession papers")
    SERVICE_STATEMENT = "service_statement", _("Service-invention statement")
    COOWNERSHIP = "coownership", _("Co-ownership agreement")
    RECEIPT = "receipt", _("Annuity receipt")


class CustodyState(State):
    """How far a deposit into custody has come."""

    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("In review")
    VERIFIED = "verified", _("In custody")
    SUSPENDED = "suspended", _("Custody suspended")
    LAPSED = "lapsed", _("Ended with the patent")
    INVALIDATED = "invalidated", _("Patent declared invalid")
    TRANSFERRED_OUT = "transferred_out", _("Transferred out")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class ConsentState(State):
    """The pledgee's consent to a use of a pledged patent."""

    GRANTED = "granted", _("Granted")
    REFUSED = "refused", _("Refused")
    USED = "used", _("Used")
    REVOKED = "revoked", _("Revoked")
    EXPIRED = "expired", _("Ended")


class ImportState(State):
    """How far a batch of imported rows has come."""

    UPLOADED = "uploaded", _("Uploaded")
    RECOGNISED = "recognised", _("Recognised")
    MAPPED = "mapped", _("Columns chosen")
    CHECKED = "checked", _("Checked")
    WRITING = "writing", _("Being written")
    WRITTEN = "written", _("Written")
    STOPPED = "stopped", _("Stopped")
    FAILED = "failed", _("Failed")
    UNDONE = "undone", _("Undone")
    DISCARDED = "discarded", _("Discarded")


class EncumbranceKind(State):
    """What burdens a patent."""

    PLEDGE_FILED = "pledge_filed", _("Pledge filed")
    PLEDGE = "pledge", _("Pledge")
    SEIZURE = "seizure", _("Seizure")
    STAY = "stay", _("Stay")
    LICENCE = "licence", _("Licence")
    OPEN_LICENCE = "open_licence", _("Open licence")
    OPTION = "option", _("Option")
    MANDATE_EXCLUSIVE = "mandate_exclusive", _("Exclusive mandate")
    OTHER = "other", _("Other burden")


class LicenceKind(State):
    """Whom a licence excludes (技术合同解释 25)."""

    EXCLUSIVE = "exclusive", _("Exclusive licence")
    SOLE = "sole", _("Sole licence")
    ORDINARY = "ordinary", _("Ordinary licence")


class Use(State):
    """What is to be done with a patent."""

    TRANSFER = "transfer", _("Transfer")
    EXCLUSIVE_LICENCE = "exclusive_licence", _("Exclusive licence")
    SOLE_LICENCE = "sole_licence", _("Sole licence")
    ORDINARY_LICENCE = "ordinary_licence", _("Ordinary licence")
    OPEN_LICENCE = "open_licence", _("Open licence")
    CAPITAL_CONTRIBUTION = "capital_contribution", _("Capital contribution")
    WAIVER = "waiver", _("Waiver")
    PLEDGE = "pledge", _("Pledge")
    LISTING = "listing", _("Listing")


PLEDGES = (EncumbranceKind.PLEDGE_FILED, EncumbranceKind.PLEDGE)
PLEDGEE = who("bank guarantor reguarantor pool", party="pledgee")
EXCHANGE_STAFF = who("exchange", "officer approver")
IMPORTER = HOLDER_SIDE | REGISTRAR | SYSTEM_ONLY

PATENT = Machine(
    "patent",
    PatentState,
    [
        move("draft", START, PatentState.DRAFT, HOLDER_SIDE, _("Enter a patent")),
        move("submit", (PatentState.DRAFT, PatentState.RETURNED), PatentState.SUBMITTED, HOLDER_SIDE, _("Submit for registration")),
        move(
            "withdraw", (PatentState.DRAFT, PatentState.SUBMITTED, PatentState.RETURNED), PatentState.WITHDRAWN,
            HOLDER_SIDE | SYSTEM_ONLY, _("Withdraw"),
        ),
        move("register", PatentState.SUBMITTED, PatentState.REGISTERED, REGISTRAR, _("Register")),
        move("return", PatentState.SUBMITTED, PatentState.RETURNED, REGISTRAR, _("Return for correction")),
        move("refuse", PatentState.SUBMITTED, PatentState.REFUSED, REGISTRAR, _("Refuse registration")),
        move("dispute", PatentState.REGISTERED, PatentState.DISPUTED, REGISTRAR, _("Mark as disputed")),
        move("resolve", PatentState.DISPUTED, PatentState.REGISTERED, REGISTRAR, _("End the dispute"), second=REGISTRAR),
        move("close", PatentState.REGISTERED, PatentState.CLOSED, REGISTRAR | SYSTEM_ONLY, _("Close the entry")),
    ],
)

PROOF = Machine(
    "proof",
    ProofState,
    [
        move("submit", START, ProofState.SUBMITTED, HOLDER_SIDE | REGISTRAR, _("Add proof")),
        move("accept", ProofState.SUBMITTED, ProofState.ACCEPTED, REGISTRAR, _("Accept the proof")),
        move("reject", ProofState.SUBMITTED, ProofState.REJECTED, REGISTRAR, _("Reject the proof")),
        move("withdraw", ProofState.ACCEPTED, ProofState.WITHDRAWN, REGISTRAR, _("Take back the acceptance")),
        move("expire", ProofState.ACCEPTED, ProofState.EXPIRED, SYSTEM_ONLY, _("Expire")),
    ],
)

CUSTODY = Machine(
    "custody",
    CustodyState,
    [
        move("draft", START, CustodyState.DRAFT, HOLDER_SIDE | SYSTEM_ONLY, _("Prepare custody")),
        move("submit", CustodyState.DRAFT, CustodyState.SUBMITTED, HOLDER_SIDE, _("Submit for custody")),
        move("verify", CustodyState.SUBMITTED, CustodyState.VERIFIED, REGISTRAR, _("Verify and take into custody"), second=REGISTRAR),
        move("return", CustodyState.SUBMITTED, CustodyState.DRAFT, REGISTRAR, _("Return for correction")),
        move("suspend", CustodyState.VERIFIED, CustodyState.SUSPENDED, REGISTRAR | REGULATOR | SYSTEM_ONLY, _("Suspend custody")),
        move("resume", CustodyState.SUSPENDED, CustodyState.VERIFIED, REGISTRAR, _("Resume custody"), second=REGISTRAR),
        move(
            "lapse", (CustodyState.VERIFIED, CustodyState.SUSPENDED), CustodyState.LAPSED, REGISTRAR | SYSTEM_ONLY,
            _("End with the patent"), second=REGISTRAR,
        ),
        move(
            "invalidate", (CustodyState.VERIFIED, CustodyState.SUSPENDED), CustodyState.INVALIDATED, REGISTRAR,
            _("Enter the invalidation"), second=REGISTRAR,
        ),
        move("transfer_out", CustodyState.VERIFIED, CustodyState.TRANSFERRED_OUT, SYSTEM_ONLY, _("Transfer out")),
        move(
            "withdraw", (CustodyState.DRAFT, CustodyState.SUBMITTED, CustodyState.VERIFIED), CustodyState.WITHDRAWN,
            HOLDER_SIDE, _("Withdraw from custody"),
        ),
    ],
)

CONSENT = Machine(
    "consent",
    ConsentState,
    [
        move("record", START, ConsentState.GRANTED, PLEDGEE | SYSTEM_ONLY, _("Consent")),
        move("refuse", START, ConsentState.REFUSED, PLEDGEE | SYSTEM_ONLY, _("Refuse consent")),
        move("settle", ConsentState.GRANTED, ConsentState.USED, EXCHANGE_STAFF | PLEDGEE | SYSTEM_ONLY, _("Use up the consent")),
        move("revoke", ConsentState.GRANTED, ConsentState.REVOKED, PLEDGEE | SYSTEM_ONLY, _("Revoke the consent")),
        move("expire", ConsentState.GRANTED, ConsentState.EXPIRED, SYSTEM_ONLY, _("Expire")),
    ],
)

UNWRITTEN = (ImportState.UPLOADED, ImportState.RECOGNISED, ImportState.MAPPED, ImportState.CHECKED)
IMPORT = Machine(
    "import",
    ImportState,
    [
        move("upload", START, ImportState.UPLOADED, IMPORTER, _("Upload a file")),
        move("recognise", ImportState.UPLOADED, ImportState.RECOGNISED, IMPORTER, _("Recognise the layout")),
        move("map", UNWRITTEN, ImportState.MAPPED, IMPORTER, _("Choose columns")),
        move("check", (ImportState.RECOGNISED, ImportState.MAPPED, ImportState.CHECKED), ImportState.CHECKED, IMPORTER, _("Check every row")),
        move("confirm", ImportState.CHECKED, ImportState.WRITING, IMPORTER, _("Write the accepted rows")),
        move("finish", ImportState.WRITING, ImportState.WRITTEN, IMPORTER, _("Finish")),
        move("stop", ImportState.WRITING, ImportState.STOPPED, IMPORTER, _("Stop after this chunk")),
        move("fail", ImportState.WRITING, ImportState.FAILED, SYSTEM_ONLY, _("Fail")),
        move("undo", (ImportState.WRITTEN, ImportState.STOPPED), ImportState.UNDONE, IMPORTER, _("Undo the import")),
        move("discard", (*UNWRITTEN, ImportState.STOPPED, ImportState.FAILED), ImportState.DISCARDED, IMPORTER, _("Discard")),
    ],
)
