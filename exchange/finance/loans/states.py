"""Machine of the loan 贷款."""

from __future__ import annotations

from exchange.core.access import SYSTEM_ONLY, who
from exchange.core.states import START, Machine, State, move
from exchange.core.text import _


class LoanStage(State):
    """Where a loan stands."""

    DRAFTED = "drafted", _("Loan drafted")
    APPROVED = "approved", _("Credit approved")
    DECLINED = "declined", _("Credit declined")
    LAPSED = "lapsed", _("Approval lapsed")
    SIGNED = "signed", _("Contract signed")
    CANCELLED = "cancelled", _("Loan cancelled")
    ACTIVE = "active", _("Running")
    WATCH = "watch", _("On watch")
    OVERDUE = "overdue", _("Overdue")
    DEFAULTED = "defaulted", _("In default")
    COMPENSATED = "compensated", _("Paid by the guarantor")
    REPAID = "repaid", _("Repaid")
    CLOSED = "closed", _("Loan closed")
    WRITTEN_OFF = "written_off", _("Written off")


S = LoanStage
TONES = {
    S.ACTIVE: "ok", S.REPAID: "ok", S.CLOSED: "none", S.WATCH: "warn", S.OVERDUE: "danger", S.DEFAULTED: "danger",
    S.COMPENSATED: "warn", S.WRITTEN_OFF: "danger", S.APPROVED: "info", S.SIGNED: "info", S.DECLINED: "danger",
}

OFFICER = who("bank", "officer", party="bank")
APPROVER = who("bank", "approver", party="bank")
DECIDES = who("bank", "approver signatory", party="bank")
SIGNERS = (
    who("enterprise research", "signatory", party="borrower") | APPROVER | who("guarantor", "approver", party="guarantor")
)
BORROWER = who("enterprise research", "officer signatory", party="borrower")

LOAN = Machine("loan", LoanStage, (
    move("draft", START, S.DRAFTED, OFFICER | SYSTEM_ONLY, _("Draft a loan")),
    move("approve", S.DRAFTED, S.APPROVED, OFFICER, _("Approve the credit"), second=DECIDES),
    move("decline", S.DRAFTED, S.DECLINED, OFFICER, _("Decline the credit"), second=DECIDES),
    move("lapse", S.APPROVED, S.LAPSED, SYSTEM_ONLY, _("Let the approval lapse")),
    move("sign", S.APPROVED, S.APPROVED, SIGNERS, _("Sign the loan contract")),
    move("sign", S.APPROVED, S.SIGNED, SIGNERS, _("Sign the loan contract")),
    move("cancel", (S.DRAFTED, S.APPROVED, S.SIGNED), S.CANCELLED, BORROWER | OFFICER, _("Cancel the loan")),
    move("disburse", S.SIGNED, S.ACTIVE, OFFICER, _("Pay the loan out"), second=APPROVER),
    move("draw", S.ACTIVE, S.ACTIVE, OFFICER, _("Pay a tranche out"), second=APPROVER),
    move("watch", S.ACTIVE, S.WATCH, OFFICER | SYSTEM_ONLY, _("Put on watch")),
    move("unwatch", S.WATCH, S.ACTIVE, OFFICER, _("End the watch"), second=APPROVER),
    move("mark", (S.ACTIVE, S.WATCH), S.OVERDUE, SYSTEM_ONLY, _("Mark as overdue")),
    move("clear", S.OVERDUE, S.ACTIVE, SYSTEM_ONLY, _("Clear the arrears")),
    move("default", (S.OVERDUE, S.WATCH), S.DEFAULTED, OFFICER, _("Declare default"), second=APPROVER),
    move("cure", S.DEFAULTED, S.ACTIVE, OFFICER, _("Reinstate"), second=APPROVER),
    move("compensate", S.DEFAULTED, S.COMPENSATED, SYSTEM_ONLY, _("Note the guarantor's payment")),
    move("restructure", (S.ACTIVE, S.WATCH, S.OVERDUE), S.ACTIVE, OFFICER, _("Restructure"), second=APPROVER),
    move("settle", (S.ACTIVE, S.WATCH, S.OVERDUE, S.DEFAULTED, S.COMPENSATED), S.REPAID, SYSTEM_ONLY,
         _("Settle the loan")),
    move("write_off", (S.DEFAULTED, S.COMPENSATED), S.WRITTEN_OFF, OFFICER, _("Write off"), second=APPROVER),
    move("close", S.REPAID, S.CLOSED, SYSTEM_ONLY, _("Close the loan")),
))

RUNNING = (S.ACTIVE, S.WATCH, S.OVERDUE, S.DEFAULTED, S.COMPENSATED)
PAYING = (S.ACTIVE, S.WATCH, S.OVERDUE, S.DEFAULTED)
