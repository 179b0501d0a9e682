"""The machine of the report 评估报告 and of the reader's review of it 押品审查."""

from __future__ import annotations

from exchange.core.access import ACTING, CLERK, MEMBER, SUPERVISOR, SYSTEM_ONLY, permit, who
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


class ScorecardState(State):
    """Where a scorecard 评分卡 stands."""

    DRAFTING = "drafting", _("Being scored")
    DECLINED = "declined", _("Declined")
    CANCELLED = "cancelled", _("Cancelled")
    SUBMITTED = "submitted", _("Waiting for the second signatory")
    SEALING = "sealing", _("Being sealed")
    ISSUED = "issued", _("Issued")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    SUPERSEDED = "superseded", _("Superseded")
    EXPIRED = "expired", _("Expired")


SCORE_CLIENT = who("enterprise research bank guarantor", "officer signatory approver", party="client")
SCORE_CLIENTS = who("enterprise research bank guarantor", "officer signatory approver")
SCORER = who("bank guarantor", "officer", party="scorer") | who("appraiser", "officer signatory", party="scorer")
SCORE_CONFIRMER = who("bank guarantor appraiser", "approver", party="scorer")
SCORE_READER = who("bank guarantor", "officer signatory", party="reader")
SCORE_OFFICER = who("bank guarantor", "officer signatory", party="organisation")
SCORE_APPROVER = who("bank guarantor", "approver", party="organisation")

C = ScorecardState
SCORECARD = Machine("scorecard", ScorecardState, [
    move("commission", START, C.DRAFTING, SCORE_CLIENTS, _("Commission a scorecard")),
    move("decline", C.DRAFTING, C.DECLINED, SCORER | SCORE_CONFIRMER, _("Decline")),
    move("cancel", C.DRAFTING, C.CANCELLED, SCORE_CLIENT, _("Cancel")),
    move("submit", C.DRAFTING, C.SUBMITTED, SCORER, _("Sign as scorer and submit"), step_up=True),
    move("return", C.SUBMITTED, C.DRAFTING, SCORE_CONFIRMER, _("Return with remarks")),
    move("confirm", C.SUBMITTED, C.SEALING, SCORE_CONFIRMER, _("Sign as second person"), step_up=True),
    move("issue", C.SEALING, C.ISSUED, SYSTEM_ONLY, _("Issue")),
    move("withdraw", C.ISSUED, C.WITHDRAWN, SCORER, _("Withdraw"), second=SCORE_CONFIRMER),
    move("supersede", [C.ISSUED, C.EXPIRED], C.SUPERSEDED, SYSTEM_ONLY, _("Supersede")),
    move("expire", C.ISSUED, C.EXPIRED, SYSTEM_ONLY, _("Expire")),
])
SEALED_SCORECARDS = (C.ISSUED, C.EXPIRED, C.WITHDRAWN, C.SUPERSEDED)


class ScorecardReviewState(State):
    """Where a lender's own view of a scorecard stands."""

    OPEN = "open", _("Open")
    ACCEPTED = "accepted", _("Accepted")
    REJECTED = "rejected", _("Rejected")
    SUPERSEDED = "superseded", _("Superseded")


V = ScorecardReviewState
SCORECARD_REVIEW = Machine("scorecard_review", ScorecardReviewState, [
    move("open", START, V.OPEN, who("bank guarantor", "officer signatory"), _("Enter your own values")),
    move("accept", V.OPEN, V.ACCEPTED, SCORE_OFFICER, _("Accept"), second=SCORE_APPROVER),
    move("reject", V.OPEN, V.REJECTED, SCORE_OFFICER, _("Reject"), second=SCORE_APPROVER),
    move("supersede", [V.OPEN, V.ACCEPTED], V.SUPERSEDED, SYSTEM_ONLY, _("Supersede")),
])
LIVE_SCORECARD_REVIEWS = (V.OPEN, V.ACCEPTED)


class SchemeState(State):
    """Where an edition of the scoring weights stands."""

    DRAFT = "draft", _("Proposed")
    IN_FORCE = "in_force", _("In force")
    RETIRED = "retired", _("Replaced")


SCORECARD_SCHEME = Machine("scorecard_scheme", SchemeState, [
    move("draft", START, SchemeState.DRAFT, CLERK, _("Propose weights")),
    move("adopt", SchemeState.DRAFT, SchemeState.IN_FORCE, CLERK, _("Put in force"), second=CLERK),
    move("retire", [SchemeState.DRAFT, SchemeState.IN_FORCE], SchemeState.RETIRED, CLERK | SYSTEM_ONLY, _("Retire"), second=CLERK),
])


class BatchState(State):
    """Where a batch valuation 批量测算 stands."""

    UPLOADED = "uploaded", _("Uploaded")
    CHECKED = "checked", _("Checked")
    QUEUED = "queued", _("In the queue")
    RUNNING = "running", _("Being computed")
    DONE = "done", _("Computed")
    CANCELLED = "cancelled", _("Cancelled")
    FAILED = "failed", _("Failed")


BATCH_OWNERS = who("enterprise research bank guarantor reguarantor appraiser", ACTING)
BATCH_OWNER = who("enterprise research bank guarantor reguarantor appraiser", ACTING, party="owner")

B = BatchState
APPRAISAL_BATCH = Machine("appraisal_batch", BatchState, [
    move("upload", START, B.UPLOADED, BATCH_OWNERS, _("Value many patents")),
    move("check", [B.UPLOADED, B.CHECKED, B.DONE, B.CANCELLED, B.FAILED], B.CHECKED, BATCH_OWNER | SYSTEM_ONLY, _("Check")),
    move("queue", [B.CHECKED, B.CANCELLED, B.FAILED], B.QUEUED, BATCH_OWNER, _("Compute")),
    move("run", [B.QUEUED, B.RUNNING], B.RUNNING, SYSTEM_ONLY, _("Begin")),
    move("finish", B.RUNNING, B.DONE, SYSTEM_ONLY, _("Finish")),
    move("cancel", [B.QUEUED, B.RUNNING], B.CANCELLED, BATCH_OWNER, _("Stop the computation")),
    move("fail", [B.QUEUED, B.RUNNING], B.FAILED, SYSTEM_ONLY, _("Fail")),
])
RUNNING_BATCHES = (B.QUEUED, B.RUNNING)

permit("scorecard:list", MEMBER)
permit("scorecard:read", MEMBER)
permit("scorecard:score", SCORER)
permit("scorecard:share", SCORE_CLIENT)
permit("scorecard:recompute", SCORER | SCORE_CONFIRMER | SCORE_READER | SUPERVISOR)
permit("scorecard_review:read", MEMBER)
permit("scorecard_review:value", SCORE_OFFICER)
permit("scorecard_scheme:read", MEMBER)
permit("appraisal_batch:list", MEMBER)
permit("appraisal_batch:read", MEMBER)
