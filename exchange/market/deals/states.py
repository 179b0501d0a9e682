"""The deal machine (专利法 §10: title passes on registration, so the seller is paid only from there)."""

from exchange.core.access import CLERK, REGULATOR, SYSTEM_ONLY, who
from exchange.core.states import START, Machine, State, move
from exchange.core.text import _

BINDING = "officer signatory"
HOLDER = who("enterprise research", BINDING, party="holder")
HOLDER_SIGNS = who("enterprise research", "signatory", party="holder")
BUYER = who("enterprise research investor bank guarantor agency", BINDING, party="buyer")
BUYER_SIGNS = who("enterprise research investor bank guarantor agency", "signatory", party="buyer")
EITHER = HOLDER | BUYER
EITHER_SIGNS = HOLDER_SIGNS | BUYER_SIGNS
PRIORITY_HOLDER = who("enterprise research investor", "signatory", party="priority_holder")
PLEDGEE = who("bank guarantor", "officer approver", party="pledgee")
FINANCE = who("exchange", "officer approver", desk="finance")


class Mode(State):
    """What is sold: the patent, one of four licences, or a share in a company against it."""

    TRANSFER = "transfer", _("Transfer")
    EXCLUSIVE = "exclusive", _("Exclusive licence")
    SOLE = "sole", _("Sole licence")
    ORDINARY = "ordinary", _("Ordinary licence")
    OPEN = "open", _("Open licence")
    CAPITAL = "capital", _("Capital contribution")


LICENCES = frozenset({Mode.EXCLUSIVE, Mode.SOLE, Mode.ORDINARY, Mode.OPEN})
TAKES_CLAIM = frozenset({Mode.TRANSFER, Mode.CAPITAL})


class DealState(State):
    """Where a deal stands."""

    NEGOTIATING = "negotiating", _("Negotiating the contract")
    TERMS_LOCKED = "terms_locked", _("Terms locked")
    WAITING = "waiting", _("Waiting period")
    SIGNING = "signing", _("Being signed")
    SIGNED = "signed", _("Signed")
    OVERDUE = "overdue", _("Payment overdue")
    ESCROW_FUNDED = "escrow_funded", _("Escrow funded")
    RECORDAL_FILED = "recordal_filed", _("Recordal filed")
    RECORDED = "recorded", _("Recorded")
    SETTLED = "settled", _("Settled")
    CERTIFIED = "certified", _("Certified")
    CLOSED = "closed", _("Closed")
    CANCELLED = "cancelled", _("Cancelled")
    RESCINDED = "rescinded", _("Rescinded")
    DISPUTED = "disputed", _("Disputed")


S = DealState
DISPUTABLE = (
    S.TERMS_LOCKED, S.WAITING, S.SIGNING, S.SIGNED, S.OVERDUE, S.ESCROW_FUNDED, S.RECORDAL_FILED, S.RECORDED,
)  # fmt: skip

DEAL = Machine(
    "deal",
    DealState,
    [
        move("open", START, S.NEGOTIATING, SYSTEM_ONLY | EITHER_SIGNS, _("Open the deal")),
        move("open_awarded", START, S.SIGNING, SYSTEM_ONLY, _("Open the awarded deal")),
        move("open_licence", START, S.SIGNED, BUYER_SIGNS, _("Take the open licence")),
        move("edit_terms", S.NEGOTIATING, S.NEGOTIATING, EITHER, _("Change the terms")),
        move("lock_terms", S.NEGOTIATING, S.TERMS_LOCKED, EITHER_SIGNS, _("Agree to the terms")),
        move("start_waiting", S.TERMS_LOCKED, S.WAITING, SYSTEM_ONLY, _("Start the waiting periods")),
        move("skip_waiting", S.TERMS_LOCKED, S.SIGNING, SYSTEM_ONLY, _("Go on to signing")),
        move("end_waiting", S.WAITING, S.SIGNING, SYSTEM_ONLY, _("End the waiting periods")),
        move("take_over", S.WAITING, S.SIGNING, PRIORITY_HOLDER, _("Exercise the priority right")),
        move("reopen", (S.WAITING, S.SIGNING), S.NEGOTIATING, EITHER_SIGNS, _("Negotiate again")),
        move("sign", S.SIGNING, S.SIGNING, EITHER_SIGNS | CLERK, _("Sign")),
        move("sign", S.SIGNING, S.SIGNED, EITHER_SIGNS | CLERK, _("Sign")),
        move("fund", (S.SIGNED, S.OVERDUE), S.ESCROW_FUNDED, SYSTEM_ONLY, _("Book the money into escrow")),
        move("mark_overdue", S.SIGNED, S.OVERDUE, SYSTEM_ONLY, _("Mark as overdue")),
        move("file_recordal", S.ESCROW_FUNDED, S.RECORDAL_FILED, HOLDER | CLERK, _("File the recordal")),
        move("record", S.RECORDAL_FILED, S.RECORDED, CLERK, _("Record the transfer"), second=CLERK),
        move("accept_handover", S.ESCROW_FUNDED, S.ESCROW_FUNDED, BUYER, _("Accept the technical papers")),
        move("settle", (S.RECORDED, S.ESCROW_FUNDED, S.SIGNED), S.SETTLED, FINANCE, _("Settle"), second=FINANCE),
        move("certify", S.SETTLED, S.CERTIFIED, CLERK, _("Issue the certificate"), second=CLERK),
        move("close", S.CERTIFIED, S.CLOSED, SYSTEM_ONLY, _("Close")),
        move("cancel", (S.NEGOTIATING, S.TERMS_LOCKED, S.WAITING, S.SIGNING), S.CANCELLED, EITHER | REGULATOR, _("Cancel")),
        move("cancel", S.NEGOTIATING, S.CANCELLED, SYSTEM_ONLY, _("Cancel")),
        move("default", (S.SIGNING, S.OVERDUE), S.RESCINDED, SYSTEM_ONLY, _("Declare the default")),
        move("dispute", DISPUTABLE, S.DISPUTED, EITHER | PLEDGEE | REGULATOR | SYSTEM_ONLY, _("Dispute")),
        *(move("resolve", S.DISPUTED, state, REGULATOR, _("Resolve the dispute")) for state in DISPUTABLE),
        move(
            "rescind",
            (S.SIGNED, S.OVERDUE, S.ESCROW_FUNDED, S.RECORDAL_FILED, S.RECORDED, S.DISPUTED),
            S.RESCINDED, REGULATOR, _("Rescind"),
        ),
    ],
)  # fmt: skip
