"""The machines of a listing and of an offer."""

from exchange.core.access import CLERK, HOLDER_SIDE, REGULATOR, SYSTEM_ONLY, who
from exchange.core.states import START, Machine, State, move
from exchange.core.text import _

SUPERVISING_CLERK = who("exchange", "officer approver", desk="clerk") | REGULATOR
BUYER_KINDS = "enterprise research investor bank guarantor agency"
MAKER = who(BUYER_KINDS, "signatory")
MAKER_SIDE = who(BUYER_KINDS, "officer signatory", party="buyer")
ANSWERING = who(BUYER_KINDS, "signatory", party="turn")
ANSWERING_SIDE = who(BUYER_KINDS, "officer signatory", party="turn")


class PriceMode(State):
    """How the price is found."""

    NEGOTIATED = "negotiated", _("By negotiation")
    FIXED = "fixed", _("Fixed price")
    ASCENDING = "ascending", _("Ascending auction")
    SEALED = "sealed", _("Sealed bids")
    DUTCH = "dutch", _("Dutch auction")
    HYBRID = "hybrid", _("Sealed, then ascending")
    OPEN = "open", _("Published standard")
    POOLED = "pooled", _("Pooled licence")


class ListingState(State):
    """Where a listing stands."""

    DRAFT = "draft", _("Draft")
    REVIEW = "review", _("Under review")
    REJECTED = "rejected", _("Returned for correction")
    NOTICE = "notice", _("Public notice")
    OPEN = "open", _("On sale")
    PAUSED = "paused", _("Paused")
    ALLOCATED = "allocated", _("Buyer found")
    UNDER_DEAL = "under_deal", _("Contract signed")
    CLOSED_DONE = "closed_done", _("Done")
    PASSED = "passed", _("Passed without sale")
    NEGOTIATION = "negotiation", _("Negotiation after the auction")
    RELISTED = "relisted", _("Listed anew")
    EXPIRED = "expired", _("Expired")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    VOIDED = "voided", _("Void")


S = ListingState
BEFORE_SALE = (S.DRAFT, S.REVIEW, S.REJECTED, S.NOTICE, S.PASSED, S.NEGOTIATION)
LIVE = (
    S.DRAFT, S.REVIEW, S.REJECTED, S.NOTICE, S.OPEN, S.PAUSED, S.ALLOCATED, S.UNDER_DEAL, S.PASSED, S.NEGOTIATION,
)  # fmt: skip
PUBLIC = (
    S.NOTICE, S.OPEN, S.PAUSED, S.ALLOCATED, S.UNDER_DEAL, S.CLOSED_DONE, S.PASSED, S.NEGOTIATION, S.RELISTED,
)  # fmt: skip

LISTING = Machine(
    "listing",
    ListingState,
    [
        move("draft", START, S.DRAFT, HOLDER_SIDE, _("Draft a listing")),
        move("edit", S.DRAFT, S.DRAFT, HOLDER_SIDE, _("Edit")),
        move("submit", S.DRAFT, S.REVIEW, HOLDER_SIDE, _("Submit for review")),
        move("reject", S.REVIEW, S.REJECTED, CLERK, _("Return for correction")),
        move("revise", S.REJECTED, S.DRAFT, HOLDER_SIDE, _("Revise")),
        move("approve", S.REVIEW, S.NOTICE, CLERK, _("Approve"), second=CLERK),
        move("open", S.NOTICE, S.OPEN, SYSTEM_ONLY, _("Open")),
        move("amend", (S.NOTICE, S.OPEN), S.REVIEW, HOLDER_SIDE, _("Amend")),
        move("pause", S.OPEN, S.PAUSED, SUPERVISING_CLERK | SYSTEM_ONLY, _("Pause")),
        move("resume", S.PAUSED, S.OPEN, SUPERVISING_CLERK | SYSTEM_ONLY, _("Resume")),
        move("allocate", (S.OPEN, S.NEGOTIATION), S.ALLOCATED, SYSTEM_ONLY, _("Allocate")),
        move("bind", S.ALLOCATED, S.UNDER_DEAL, SYSTEM_ONLY, _("Bind to the signed deal")),
        move("finish", S.UNDER_DEAL, S.CLOSED_DONE, SYSTEM_ONLY, _("Finish")),
        move("reopen_sale", S.UNDER_DEAL, S.OPEN, SYSTEM_ONLY, _("Open again")),
        move("fall_back", (S.ALLOCATED, S.UNDER_DEAL), S.OPEN, SYSTEM_ONLY, _("Fall back")),
        move("fall_back", (S.ALLOCATED, S.UNDER_DEAL), S.PASSED, SYSTEM_ONLY, _("Fall back")),
        move("pass", S.OPEN, S.PASSED, SYSTEM_ONLY, _("Pass")),
        move("negotiate", S.PASSED, S.NEGOTIATION, SYSTEM_ONLY, _("Open the negotiation")),
        move("relist", (S.PASSED, S.NEGOTIATION), S.RELISTED, HOLDER_SIDE, _("List anew")),
        move("expire", (S.OPEN, S.PASSED, S.NEGOTIATION, S.REJECTED), S.EXPIRED, SYSTEM_ONLY, _("Expire")),
        move("withdraw", (*BEFORE_SALE, S.OPEN), S.WITHDRAWN, HOLDER_SIDE, _("Withdraw")),
        move("void", LIVE, S.VOIDED, REGULATOR | SYSTEM_ONLY, _("Declare void")),
    ],
)  # fmt: skip


class OfferState(State):
    """Where an offer stands."""

    SUBMITTED = "submitted", _("Submitted")
    COUNTERED = "countered", _("Countered")
    ACCEPTED = "accepted", _("Offer accepted")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    EXPIRED = "expired", _("Expired")


RUNNING = (OfferState.SUBMITTED, OfferState.COUNTERED)

OFFER = Machine(
    "offer",
    OfferState,
    [
        move("make", START, OfferState.SUBMITTED, MAKER, _("Make an offer")),
        move("counter", RUNNING, OfferState.COUNTERED, ANSWERING, _("Counter")),
        move("accept", RUNNING, OfferState.ACCEPTED, ANSWERING, _("Accept the offer")),
        move("decline", RUNNING, OfferState.DECLINED, ANSWERING_SIDE | SYSTEM_ONLY, _("Decline")),
        move("withdraw", RUNNING, OfferState.WITHDRAWN, MAKER_SIDE, _("Withdraw")),
        move("expire", RUNNING, OfferState.EXPIRED, SYSTEM_ONLY, _("Expire")),
    ],
)
