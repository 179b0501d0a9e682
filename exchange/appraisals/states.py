"""The machine of the report 评估报告 and of the reader's review of it 押品审查."""

from __future__ import annotations

from exchange.core.access import ACTING, MEMBER, SUPERVISOR, SYSTEM_ONLY, permit, who
from exchange.core.states import START, Machine, State, move
from exchange.core.text import _


class AppraisalState(State):
    """Where a report stands."""

    REQUESTED = "requested", _("Commissioned")
    DECLINED = "declined", _("Declined")
    CANCELLED = "cancelled", _("Cancelled")
    DRAFTING = "drafting", _("Being prepared")
    SUBMITTED = "submitted", _("Waiting for review")
    REVIEWED = "reviewed", _("Reviewed")
    READY = "ready", _("Waiting for signature")
    SIGNING = "signing", _("Being signed")
    SIGNED = "signed", _("Signed")
    SEALING = "sealing", _("Being sealed")
    ISSUED = "issued", _("Issued")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    SUPERSEDED = "superseded", _("Superseded")
    EXPIRED = "expired", _("Expired")


CLIENT = who("enterprise research investor bank guarantor reguarantor exchange", ACTING, party="client")
COMMISSIONER = who("enterprise research investor bank guarantor reguarantor exchange", ACTING)
INSTITUTION = who("appraiser", ACTING, party="institution")
APPRAISER = who("appraiser", "signatory", party="institution")
REVIEWER = who("appraiser", "approver", party="institution")
READER = who("bank guarantor reguarantor", ACTING, party="reader")
READER_OFFICER = who("bank guarantor reguarantor", "officer signatory", party="organisation")
READER_APPROVER = who("bank guarantor reguarantor", "approver", party="organisation")

S = AppraisalState
APPRAISAL = Machine("appraisal", AppraisalState, [
    move("commission", START, S.REQUESTED, COMMISSIONER, _("Commission")),
    move("accept", S.REQUESTED, S.DRAFTING, APPRAISER, _("Accept")),
    move("decline", S.REQUESTED, S.DECLINED, INSTITUTION, _("Decline")),
    move("cancel", [S.REQUESTED, S.DRAFTING], S.CANCELLED, CLIENT, _("Cancel")),
    move("submit", S.DRAFTING, S.SUBMITTED, APPRAISER, _("Submit for review")),
    move("return", S.SUBMITTED, S.DRAFTING, REVIEWER, _("Return with remarks")),
    move("approve", S.SUBMITTED, S.REVIEWED, REVIEWER, _("Approve the draft")),
    move("freeze", S.REVIEWED, S.READY, SYSTEM_ONLY, _("Freeze")),
    move("sign", S.READY, S.SIGNING, APPRAISER, _("Sign"), step_up=True),
    move("sign", S.SIGNING, S.SIGNED, APPRAISER, _("Sign"), step_up=True),
    move("seal", S.SIGNED, S.SEALING, REVIEWER, _("Seal"), step_up=True),
    move("issue", S.SEALING, S.ISSUED, SYSTEM_ONLY, _("Issue")),
    move("recall", [S.REVIEWED, S.READY, S.SIGNING, S.SIGNED], S.DRAFTING, APPRAISER | REVIEWER, _("Recall to the draft")),
    move("challenge", S.REQUESTED, S.REQUESTED, CLIENT, _("Challenge a person")),
    move("challenge", S.DRAFTING, S.DRAFTING, CLIENT, _("Challenge a person")),
    move("respond", S.REQUESTED, S.REQUESTED, INSTITUTION, _("Answer the challenge")),
    move("respond", S.DRAFTING, S.DRAFTING, INSTITUTION, _("Answer the challenge")),
    move("object", S.ISSUED, S.ISSUED, CLIENT | READER, _("Ask for an explanation")),
    move("explain", S.ISSUED, S.ISSUED, APPRAISER, _("Explain")),
    move("withdraw", S.ISSUED, S.WITHDRAWN, APPRAISER, _("Withdraw"), second=REVIEWER),
    move("supersede", [S.ISSUED, S.EXPIRED], S.SUPERSEDED, SYSTEM_ONLY, _("Supersede")),
    move("expire", S.ISSUED, S.EXPIRED, SYSTEM_ONLY, _("Expire")),
])


class ReviewState(State):
    """Where a reader's review stands."""

    OPEN = "open", _("Open")
    QUERIED = "queried", _("Waiting for answers")
    ACCEPTED = "accepted", _("Accepted")
    REJECTED = "rejected", _("Rejected")
    SUPERSEDED = "superseded", _("Superseded")


R = ReviewState
REVIEW = Machine("appraisal_review", ReviewState, [
    move("open", START, R.OPEN, READER_OFFICER, _("Open a review")),
    move("query", [R.OPEN, R.QUERIED], R.QUERIED, READER_OFFICER, _("Ask the appraiser")),
    move("answer", R.QUERIED, R.QUERIED, APPRAISER, _("Answer")),
    move("answer", R.QUERIED, R.OPEN, APPRAISER, _("Answer")),
    move("close", R.OPEN, R.OPEN, READER_OFFICER, _("Close the question")),
    move("close", R.OPEN, R.QUERIED, READER_OFFICER, _("Ask again")),
    move("accept", R.OPEN, R.ACCEPTED, READER_OFFICER, _("Accept"), second=READER_APPROVER),
    move("reject", [R.OPEN, R.QUERIED], R.REJECTED, READER_OFFICER, _("Reject"), second=READER_APPROVER),
    move("supersede", [R.OPEN, R.QUERIED, R.ACCEPTED], R.SUPERSEDED, SYSTEM_ONLY, _("Supersede")),
])
LIVE_REVIEWS = (R.OPEN, R.QUERIED, R.ACCEPTED)
ENDED = (S.DECLINED, S.CANCELLED, S.WITHDRAWN, S.SUPERSEDED, S.EXPIRED)
SEALED = (S.ISSUED, S.EXPIRED, S.WITHDRAWN, S.SUPERSEDED)
BEFORE_ISSUE = (S.DRAFTING, S.SUBMITTED, S.REVIEWED, S.READY, S.SIGNING, S.SIGNED, S.SEALING)

permit("appraisal:list", MEMBER)
permit("appraisal:read", MEMBER)
permit("appraisal:work", who("appraiser", "officer approver signatory viewer", party="institution") | SUPERVISOR)
permit("appraisal:draft", APPRAISER)
permit("appraisal:check", REVIEWER)
permit("appraisal:share", CLIENT)
permit("appraisal:review", READER)
permit("appraisal:recompute", INSTITUTION | READER | SUPERVISOR)
permit("appraisal_review:list", who("bank guarantor reguarantor appraiser", "officer approver signatory viewer") | SUPERVISOR)
permit("appraisal_review:read", MEMBER)
permit("appraisal_review:prepare", READER_OFFICER)
