"""The machines of demands, interests and matches."""

from exchange.core.access import CLERK, REGULATOR, SYSTEM_ONLY, who
from exchange.core.states import START, Machine, State, move
from exchange.core.text import _

SEEKER_KINDS = "enterprise research investor agency bank guarantor"
SEEKER = who(SEEKER_KINDS, "officer signatory", party="owner")
SEEKING = who(SEEKER_KINDS, "officer signatory", party="seeker")
OFFERING = who("enterprise research", "officer signatory", party="holder")


class DemandState(State):
    """Where a demand stands."""

    DRAFT = "draft", _("Draft")
    REVIEW = "review", _("Under review")
    OPEN = "open", _("Looked for")
    MATCHED = "matched", _("Matched")
    EXPIRED = "expired", _("Expired")
    WITHDRAWN = "withdrawn", _("Withdrawn")


D = DemandState

DEMAND = Machine(
    "demand",
    DemandState,
    [
        move("draft", START, D.DRAFT, SEEKER, _("Draft a demand")),
        move("edit", D.DRAFT, D.DRAFT, SEEKER, _("Edit")),
        move("submit", D.DRAFT, D.REVIEW, SEEKER, _("Submit for review")),
        move("return", D.REVIEW, D.DRAFT, CLERK, _("Return for correction")),
        move("open", D.REVIEW, D.OPEN, CLERK, _("Publish")),
        move("settle", D.OPEN, D.MATCHED, SEEKER | SYSTEM_ONLY, _("Mark as met")),
        move("expire", D.OPEN, D.EXPIRED, SYSTEM_ONLY, _("Expire")),
        move("withdraw", (D.DRAFT, D.REVIEW, D.OPEN), D.WITHDRAWN, SEEKER | REGULATOR, _("Withdraw")),
    ],
)


class InterestState(State):
    """Whether saved criteria look for matches."""

    ACTIVE = "active", _("Active")
    PAUSED = "paused", _("Paused")
    ENDED = "ended", _("Ended")


ACTIVE, PAUSED = InterestState.ACTIVE, InterestState.PAUSED

INTEREST = Machine(
    "interest",
    InterestState,
    [
        move("save", START, ACTIVE, SEEKER, _("Save the criteria")),
        move("edit", ACTIVE, ACTIVE, SEEKER, _("Edit")),
        move("pause", ACTIVE, PAUSED, SEEKER, _("Pause")),
        move("resume", PAUSED, ACTIVE, SEEKER, _("Resume")),
        move("end", (ACTIVE, PAUSED), InterestState.ENDED, SEEKER, _("End")),
    ],
)


class MatchState(State):
    """What was made of a match."""

    FOUND = "found", _("New")
    SHORTLISTED = "shortlisted", _("Shortlisted")
    CONTACTED = "contacted", _("Contacted")
    DECLINED = "declined", _("Declined")
    FADED = "faded", _("No longer available")


M = MatchState
STANDING = (M.FOUND, M.SHORTLISTED, M.CONTACTED)

MATCH = Machine(
    "match",
    MatchState,
    [
        move("find", START, M.FOUND, SYSTEM_ONLY, _("Find")),
        move("shortlist", M.FOUND, M.SHORTLISTED, SEEKING, _("Shortlist")),
        move("contact", (M.FOUND, M.SHORTLISTED), M.CONTACTED, SEEKING | OFFERING, _("Contact")),
        move("decline", STANDING, M.DECLINED, SEEKING, _("Decline")),
        move("fade", STANDING, M.FADED, SYSTEM_ONLY, _("Fade")),
        move("return", M.FADED, M.FOUND, SYSTEM_ONLY, _("Return")),
    ],
)
