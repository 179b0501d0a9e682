"""Machines of the pledge 质押登记 and of the disposal 质物处置."""

from __future__ import annotations

from exchange.core.access import CLERK, SYSTEM_ONLY, who
from exchange.core.states import START, Machine, State, move
from exchange.core.text import _


class PledgeState(State):
    """Where a pledge stands."""

    DRAFTED = "drafted", _("Drafted")
    SIGNED = "signed", _("Signed")
    FILED = "filed", _("Filed for registration")
    CORRECTING = "correcting", _("To be corrected")
    REFUSED = "refused", _("Refused by the registry")
    REGISTERED = "registered", _("Pledge registered")
    RELEASING = "releasing", _("Release filed")
    RELEASED = "released", _("Released")
    ENFORCING = "enforcing", _("In enforcement")
    REVOKED = "revoked", _("Revoked by the registry")
    EXTINGUISHED = "extinguished", _("Extinguished")
    CANCELLED = "cancelled", _("Cancelled")


TONES = {
    PledgeState.REGISTERED: "ok",
    PledgeState.FILED: "info",
    PledgeState.CORRECTING: "warn",
    PledgeState.RELEASING: "info",
    PledgeState.ENFORCING: "danger",
    PledgeState.REFUSED: "danger",
    PledgeState.REVOKED: "danger",
    PledgeState.EXTINGUISHED: "danger",
}

PLEDGEE_OFFICER = who("bank guarantor", "officer", party="pledgee")
PLEDGEE_APPROVER = who("bank guarantor", "approver", party="pledgee")
PLEDGOR = who("enterprise research", "officer signatory", party="pledgor")
SIGNERS = who("enterprise research", "signatory", party="pledgor") | PLEDGEE_APPROVER
DRAFTERS = PLEDGEE_OFFICER | PLEDGOR | SYSTEM_ONLY

D, S, F, C, REF, REG, REL, ENF = (
    PledgeState.DRAFTED, PledgeState.SIGNED, PledgeState.FILED, PledgeState.CORRECTING, PledgeState.REFUSED,
    PledgeState.REGISTERED, PledgeState.RELEASING, PledgeState.ENFORCING,
)

PLEDGE = Machine("pledge", PledgeState, (
    move("draft", START, D, DRAFTERS, _("Draft the pledge")),
    move("sign", D, D, SIGNERS, _("Sign the contract")),
    move("sign", D, S, SIGNERS, _("Sign the contract")),
    move("file", S, F, PLEDGEE_OFFICER, _("File for registration")),
    move("correct", F, C, PLEDGEE_OFFICER, _("Note a request for correction")),
    move("refile", C, F, PLEDGEE_OFFICER, _("File again")),
    move("register", F, REG, PLEDGEE_OFFICER, _("Enter the registration"), second=PLEDGEE_APPROVER),
    move("refuse", (F, C), REF, PLEDGEE_OFFICER, _("Enter the refusal"), second=PLEDGEE_APPROVER),
    move("redraft", REF, D, PLEDGEE_OFFICER | PLEDGOR, _("Draft anew")),
    move("change", REG, REG, PLEDGEE_OFFICER, _("Enter a change"), second=PLEDGEE_APPROVER),
    move("consent", REG, REG, PLEDGEE_OFFICER, _("Consent to a use"), second=PLEDGEE_APPROVER),
    move("withdraw", REG, REG, PLEDGEE_OFFICER, _("Withdraw a consent"), second=PLEDGEE_APPROVER),
    move("release", REG, REL, PLEDGEE_OFFICER, _("Release the pledge"), second=PLEDGEE_APPROVER),
    move("confirm", REL, PledgeState.RELEASED, PLEDGEE_OFFICER, _("Enter the cancellation"), second=PLEDGEE_APPROVER),
    move("withdraw", REL, REG, PLEDGEE_OFFICER, _("Withdraw the release"), second=PLEDGEE_APPROVER),
    move("enforce", REG, ENF, PLEDGEE_OFFICER, _("Enforce the pledge"), second=PLEDGEE_APPROVER),
    move("stop", ENF, REG, PLEDGEE_OFFICER, _("Stop the enforcement"), second=PLEDGEE_APPROVER),
    move("finish", ENF, REL, SYSTEM_ONLY, _("Finish the enforcement")),
    move("revoke", (F, REG, ENF), PledgeState.REVOKED, PLEDGEE_OFFICER, _("Enter the revocation"),
         second=PLEDGEE_APPROVER),
    move("extinguish", (REG, REL, ENF), PledgeState.EXTINGUISHED, SYSTEM_ONLY, _("Extinguish")),
    move("cancel", (D, S, C, REF), PledgeState.CANCELLED, PLEDGEE_OFFICER | PLEDGOR | SYSTEM_ONLY, _("Cancel the pledge")),
))

HOLDING = (F, C, REG, REL, ENF)
COVERING = (REG, REL, ENF)


class DisposalState(State):
    """Where the disposal of pledged rights stands."""

    PROPOSED = "proposed", _("Disposal proposed")
    APPROVED = "approved", _("Disposal approved")
    LISTED = "listed", _("Listed for disposal")
    FAILED = "failed", _("Not sold")
    SOLD = "sold", _("Sold")
    SETTLED = "settled", _("Settled")
    ABANDONED = "abandoned", _("Disposal abandoned")


P, A, L, X = DisposalState.PROPOSED, DisposalState.APPROVED, DisposalState.LISTED, DisposalState.FAILED

DISPOSAL = Machine("disposal", DisposalState, (
    move("propose", START, P, PLEDGEE_OFFICER, _("Propose a disposal")),
    move("approve", P, A, PLEDGEE_APPROVER, _("Approve the disposal")),
    move("list", (A, X), L, PLEDGEE_OFFICER, _("List for disposal"), second=CLERK),
    move("fail", L, X, SYSTEM_ONLY, _("Note that it was not sold")),
    move("sell", L, DisposalState.SOLD, SYSTEM_ONLY, _("Note the sale")),
    move("settle", DisposalState.SOLD, DisposalState.SETTLED, SYSTEM_ONLY, _("Settle the disposal")),
    move("reopen", DisposalState.SOLD, X, SYSTEM_ONLY, _("Open the disposal again")),
    move("abandon", (P, A, X), DisposalState.ABANDONED, PLEDGEE_OFFICER, _("Abandon the disposal"),
         second=PLEDGEE_APPROVER),
    move("record", A, DisposalState.SETTLED, PLEDGEE_OFFICER, _("Enter a sale by the court"), second=PLEDGEE_APPROVER),
))
