"""Machines of the guarantee 担保, the re-guarantee 再担保, the sharing scheme 分担方案 and a guarantor's net assets."""

from __future__ import annotations

from exchange.core.access import SYSTEM_ONLY, who
from exchange.core.states import START, Machine, State, move
from exchange.core.text import _


class GuaranteeState(State):
    """Where a guarantee stands."""

    APPLIED = "applied", _("Guarantee applied for")
    APPROVED = "approved", _("Guarantee approved")
    DECLINED = "declined", _("Guarantee declined")
    LAPSED = "lapsed", _("Guarantee lapsed")
    SIGNED = "signed", _("Guarantee signed")
    EFFECTIVE = "effective", _("Guarantee in force")
    CALLED = "called", _("Guarantee called")
    DISCHARGED = "discharged", _("Guarantee discharged")
    EXPIRED = "expired", _("Guarantee expired")
    CANCELLED = "cancelled", _("Guarantee cancelled")


GUARANTEE_TONES = {
    GuaranteeState.APPROVED: "info", GuaranteeState.SIGNED: "info", GuaranteeState.EFFECTIVE: "ok",
    GuaranteeState.CALLED: "danger", GuaranteeState.DECLINED: "danger", GuaranteeState.LAPSED: "warn",
    GuaranteeState.EXPIRED: "danger",
}
G = GuaranteeState

CLIENT = who("enterprise research", "officer signatory", party="client")
GUARANTOR_OFFICER = who("guarantor", "officer", party="guarantor")
GUARANTOR_APPROVER = who("guarantor", "approver", party="guarantor")
GUARANTOR_DECIDES = who("guarantor", "approver signatory", party="guarantor")
SIGNERS = (
    who("enterprise research", "signatory", party="client") | GUARANTOR_APPROVER | who("bank", "approver", party="bank")
)

GUARANTEE = Machine("guarantee", GuaranteeState, (
    move("apply", START, G.APPLIED, CLIENT | SYSTEM_ONLY, _("Apply for a guarantee")),
    move("approve", G.APPLIED, G.APPROVED, GUARANTOR_OFFICER, _("Approve the guarantee"), second=GUARANTOR_DECIDES),
    move("decline", G.APPLIED, G.DECLINED, GUARANTOR_OFFICER, _("Decline the guarantee"), second=GUARANTOR_DECIDES),
    move("lapse", (G.APPROVED, G.SIGNED), G.LAPSED, SYSTEM_ONLY, _("Let the guarantee lapse")),
    move("sign", G.APPROVED, G.APPROVED, SIGNERS, _("Sign the guarantee")),
    move("sign", G.APPROVED, G.SIGNED, SIGNERS, _("Sign the guarantee")),
    move("start", G.SIGNED, G.EFFECTIVE, SYSTEM_ONLY, _("Put the guarantee into force")),
    move("consent", G.EFFECTIVE, G.EFFECTIVE, GUARANTOR_OFFICER, _("Consent to new terms"), second=GUARANTOR_DECIDES),
    move("call", G.EFFECTIVE, G.CALLED, SYSTEM_ONLY, _("Call the guarantee")),
    move("resume", G.CALLED, G.EFFECTIVE, SYSTEM_ONLY, _("Resume the guarantee")),
    move("discharge", (G.EFFECTIVE, G.CALLED), G.DISCHARGED, SYSTEM_ONLY, _("Discharge the guarantee")),
    move("expire", G.EFFECTIVE, G.EXPIRED, SYSTEM_ONLY, _("Let the guarantee period end")),
    move("cancel", (G.APPLIED, G.APPROVED, G.SIGNED), G.CANCELLED, CLIENT | GUARANTOR_OFFICER | SYSTEM_ONLY,
         _("Cancel the guarantee")),
))

OPEN = (G.APPLIED, G.APPROVED, G.SIGNED, G.EFFECTIVE, G.CALLED)
BINDING = (G.APPROVED, G.SIGNED, G.EFFECTIVE, G.CALLED)


class ReguaranteeState(State):
    """Where a re-guarantee stands."""

    REQUESTED = "requested", _("Re-guarantee requested")
    APPROVED = "approved", _("Re-guarantee confirmed")
    DECLINED = "declined", _("Re-guarantee declined")
    EFFECTIVE = "effective", _("Re-guarantee in force")
    ENDED = "ended", _("Re-guarantee ended")
    LAPSED = "lapsed", _("Re-guarantee lapsed")


REGUARANTEE_TONES = {
    ReguaranteeState.APPROVED: "info", ReguaranteeState.EFFECTIVE: "ok", ReguaranteeState.DECLINED: "danger",
    ReguaranteeState.LAPSED: "warn",
}
R = ReguaranteeState
REGUARANTOR_OFFICER = who("reguarantor", "officer", party="reguarantor")
REGUARANTOR_DECIDES = who("reguarantor", "approver signatory", party="reguarantor")
REQUESTERS = GUARANTOR_OFFICER | SYSTEM_ONLY

REGUARANTEE = Machine("reguarantee", ReguaranteeState, (
    move("request", START, R.REQUESTED, REQUESTERS, _("Request a re-guarantee")),
    move("approve", R.REQUESTED, R.APPROVED, REGUARANTOR_OFFICER, _("Confirm the re-guarantee"), second=REGUARANTOR_DECIDES),
    move("decline", R.REQUESTED, R.DECLINED, REGUARANTOR_OFFICER, _("Decline the re-guarantee"), second=REGUARANTOR_DECIDES),
    move("start", R.APPROVED, R.EFFECTIVE, SYSTEM_ONLY, _("Put the re-guarantee into force")),
    move("consent", R.EFFECTIVE, R.EFFECTIVE, REGUARANTOR_OFFICER, _("Consent to new terms"), second=REGUARANTOR_DECIDES),
    move("end", R.EFFECTIVE, R.ENDED, SYSTEM_ONLY, _("End the re-guarantee")),
    move("lapse", (R.REQUESTED, R.APPROVED), R.LAPSED, SYSTEM_ONLY, _("Let the re-guarantee lapse")),
))


class SchemeState(State):
    """Where an edition of a scheme stands."""

    DRAFT = "draft", _("Scheme drafted")
    APPROVED = "approved", _("Scheme in use")
    RETIRED = "retired", _("Scheme retired")


SCHEME_TONES = {SchemeState.APPROVED: "ok"}
SCHEME_OFFICER = who("reguarantor pool", "officer", party="owner")
SCHEME_APPROVER = who("reguarantor pool", "approver", party="owner")

SCHEME = Machine("scheme", SchemeState, (
    move("draft", START, SchemeState.DRAFT, who("reguarantor pool", "officer"), _("Draft a scheme")),
    move("approve", SchemeState.DRAFT, SchemeState.APPROVED, SCHEME_OFFICER, _("Approve the scheme"), second=SCHEME_APPROVER),
    move("retire", SchemeState.APPROVED, SchemeState.RETIRED, SCHEME_OFFICER, _("Retire the scheme"), second=SCHEME_APPROVER),
))


class YearState(State):
    """Where a statement of net assets stands."""

    STATED = "stated", _("Net assets stated")
    CONFIRMED = "confirmed", _("Net assets confirmed")


GUARANTOR_YEAR = Machine("guarantor_year", YearState, (
    move("state", START, YearState.STATED, who("guarantor", "officer"), _("State the net assets")),
    move("confirm", YearState.STATED, YearState.CONFIRMED, who("guarantor", "officer", party="owner"),
         _("Confirm the net assets"), second=who("guarantor", "approver", party="owner")),
))
