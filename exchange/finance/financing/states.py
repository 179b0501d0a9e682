"""The machine of the case 质押融资: only what no member of the case decides; the stage is derived from the members."""

from __future__ import annotations

from exchange.core.access import SUPERVISOR, SYSTEM_ONLY, permit, who
from exchange.core.states import START, Machine, State, move
from exchange.core.text import _


class CaseState(State):
    """Where the application itself stands."""

    DRAFT = "draft", _("Application drafted")
    SUBMITTED = "submitted", _("Application submitted")
    RETURNED = "returned", _("Application sent back")
    ACCEPTED = "accepted", _("Application accepted")
    LAPSED = "lapsed", _("Application lapsed")
    CANCELLED = "cancelled", _("Application cancelled")
    CLOSED = "closed", _("Case closed")


S = CaseState
APPLICANT = who("enterprise research", "officer signatory", party="enterprise")
APPLICANTS = who("enterprise research", "officer signatory")
ACCEPTOR = who("guarantor bank", "officer", party="acceptor")
REGULATOR = who("regulator", "officer approver")
REGULATOR_SECOND = who("regulator", "approver")

CASE = Machine("case", CaseState, (
    move("open", START, S.DRAFT, APPLICANTS, _("Open an application")),
    move("submit", (S.DRAFT, S.RETURNED), S.SUBMITTED, APPLICANT, _("Submit the application")),
    move("return", S.SUBMITTED, S.RETURNED, ACCEPTOR, _("Send back with remarks")),
    move("accept", S.SUBMITTED, S.ACCEPTED, ACCEPTOR, _("Accept the application")),
    move("lapse", (S.DRAFT, S.RETURNED), S.LAPSED, SYSTEM_ONLY, _("Let the application lapse")),
    move("cancel", (S.DRAFT, S.SUBMITTED, S.RETURNED, S.ACCEPTED), S.CANCELLED, APPLICANT, _("Cancel the application")),
    move("reroute", S.ACCEPTED, S.SUBMITTED, APPLICANT, _("Change the route")),
    move("close", S.ACCEPTED, S.CLOSED, SYSTEM_ONLY, _("Close the case")),
    move("freeze", S.ACCEPTED, S.ACCEPTED, REGULATOR, _("Freeze by order"), second=REGULATOR_SECOND),
    move("unfreeze", S.ACCEPTED, S.ACCEPTED, REGULATOR, _("Lift the order"), second=REGULATOR_SECOND),
))

LIVE = (S.DRAFT, S.SUBMITTED, S.RETURNED, S.ACCEPTED)
BEFORE_CHECK = (S.DRAFT, S.RETURNED)

SIGNERS = (
    who("enterprise research", "signatory", party="enterprise") | who("bank", "approver", party="bank")
    | who("guarantor", "approver", party="guarantor")
)
permit("case:list", who("enterprise research bank guarantor reguarantor regulator auditor", "officer approver signatory viewer"))
permit("case:read", who("", "officer approver signatory viewer"))
permit("case:edit", APPLICANT)
permit("case:paper", APPLICANT)
permit("case:answer", APPLICANT)
permit("case:appraisal", APPLICANT)
permit("case:credit", who("bank", "officer", party="bank"))
permit("case:sign", SIGNERS)
permit("case:inspect", SUPERVISOR)
