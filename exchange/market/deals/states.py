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
    SIGNING = "signing", _("Being signed")
    SIGNED = "signed", _("Signed")
    SETTLED = "settled", _("Settled")
    CANCELLED = "cancelled", _("Cancelled")
    RESCINDED = "rescinded", _("Rescinded")


S = DealState

DEAL = Machine(
    "deal",
    DealState,
    [
        move("open", START, S.NEGOTIATING, SYSTEM_ONLY | EITHER_SIGNS, _("Open the deal")),
        move("open_awarded", START, S.SIGNING, SYSTEM_ONLY, _("Open the awarded deal")),
        move("sign", S.SIGNING, S.SIGNING, EITHER_SIGNS | CLERK, _("Sign")),
        move("sign", S.SIGNING, S.SIGNED, EITHER_SIGNS | CLERK, _("Sign")),
        move("settle", S.SIGNED, S.SETTLED, FINANCE, _("Settle"), second=FINANCE),
        move("cancel", (S.NEGOTIATING, S.SIGNING), S.CANCELLED, EITHER | REGULATOR, _("Cancel")),
        move("cancel", S.NEGOTIATING, S.CANCELLED, SYSTEM_ONLY, _("Cancel")),
        move("rescind", S.SIGNED, S.RESCINDED, REGULATOR, _("Rescind")),
    ],
)  # fmt: skip
