"""How evidence is judged."""

from __future__ import annotations

from exchange.core.access import REGULATOR, SYSTEM_ONLY, who
from exchange.core.states import START, Machine, State, move
from exchange.core.text import _

CLAIMANT = who("enterprise research", "officer signatory", party="owner")


class EvidenceState(State):
    """Where a piece of evidence stands."""

    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Under review")
    RETURNED = "returned", _("Returned")
    ACCEPTED = "accepted", _("Accepted")
    REJECTED = "rejected", _("Rejected")
    CHALLENGED = "challenged", _("Challenged")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    SUPERSEDED = "superseded", _("Corrected")


S = EvidenceState
COUNTED = (S.ACCEPTED, S.CHALLENGED)
EVIDENCE = Machine("evidence", EvidenceState, (
    move("draft", START, S.DRAFT, CLAIMANT, _("Declare a use")),
    move("submit", (S.DRAFT, S.RETURNED), S.SUBMITTED, CLAIMANT, _("Submit")),
    move("record", START, S.ACCEPTED, SYSTEM_ONLY, _("Record from the register")),
    move("accept", (S.SUBMITTED, S.CHALLENGED), S.ACCEPTED, REGULATOR, _("Accept")),
    move("return", S.SUBMITTED, S.RETURNED, REGULATOR, _("Return")),
    move("reject", S.SUBMITTED, S.REJECTED, REGULATOR, _("Reject")),
    move("challenge", S.ACCEPTED, S.CHALLENGED, REGULATOR, _("Challenge")),
    move("withdraw", (S.ACCEPTED, S.CHALLENGED), S.WITHDRAWN, CLAIMANT | REGULATOR, _("Withdraw"), second=CLAIMANT | REGULATOR),
    move("correct", S.ACCEPTED, S.SUPERSEDED, CLAIMANT | REGULATOR, _("Correct")),
))
