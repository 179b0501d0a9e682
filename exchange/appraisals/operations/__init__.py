"""Every write of appraisals, one function a verb."""

from .batches import (
    amend_appraisal_batch, batch_caps, cancel_appraisal_batch, check_appraisal_batch, chunk_input, fail_appraisal_batch,
    finish_appraisal_batch, judge_batch_rows, keep_batch_report, queue_appraisal_batch, record_batch_rows, run_appraisal_batch,
    upload_appraisal_batch, version_texts,
)
from .commissioning import (
    accept_appraisal, cancel_appraisal, challenge_appraisal, commission_appraisal, decline_appraisal, respond_appraisal, share_appraisal,
    unshare_appraisal,
)
from .drafting import (
    apportion_value, attach_source, choose_methods, clear_assumption, enter_assumptions, enter_notes, record_version, refresh_register, request_calculation,
    submit_appraisal, verify_assumptions,
)
from .ending import (
    expire_appraisal, expire_appraisals, explain_appraisal, flag_revaluation, note_reading, object_appraisal, report_difference, supersede_appraisal, withdraw_appraisal,
)
from .papers import keep_bilingual, keep_sheet, lapse_papers, order_bilingual, order_sheet
from .reviewing import (
    accept_review, answer_review, ask_again, close_query, enter_own_value, fill_checklist, open_review, query_review, reject_review, reveal_range,
    supersede_review, supersede_reviews,
)
from .scorecard_reviewing import (
    accept_scorecard_review, open_scorecard_review, reject_scorecard_review, supersede_scorecard_review, value_scorecard_review,
)
from .scorecard_schemes import adopt_scorecard_scheme, draft_scorecard_scheme, retire_scorecard_scheme
from .scorecards import (
    cancel_scorecard, commission_scorecard, confirm_scorecard, decline_scorecard, enter_marks, expire_scorecard, expire_scorecards, flag_scorecard,
    issue_scorecard, note_scorecard_reading, return_scorecard, share_scorecard, submit_scorecard, supersede_scorecard, withdraw_scorecard,
)
from .signing import (
    answer_remark, approve_appraisal, close_remark, freeze_appraisal, issue_appraisal, recall_appraisal, return_appraisal, seal_appraisal, sign_appraisal,
)

__all__ = [
    "amend_appraisal_batch", "batch_caps", "cancel_appraisal_batch", "check_appraisal_batch", "chunk_input", "fail_appraisal_batch",
    "finish_appraisal_batch", "judge_batch_rows", "keep_batch_report", "queue_appraisal_batch", "record_batch_rows", "run_appraisal_batch",
    "upload_appraisal_batch", "version_texts",
    "accept_scorecard_review", "open_scorecard_review", "reject_scorecard_review", "supersede_scorecard_review", "value_scorecard_review", "adopt_scorecard_scheme",
    "draft_scorecard_scheme", "retire_scorecard_scheme", "cancel_scorecard", "commission_scorecard", "confirm_scorecard", "decline_scorecard",
    "enter_marks", "expire_scorecard", "expire_scorecards", "flag_scorecard", "issue_scorecard", "note_scorecard_reading",
    "return_scorecard", "share_scorecard", "submit_scorecard", "supersede_scorecard", "withdraw_scorecard",
    "accept_appraisal", "accept_review", "answer_remark", "close_remark", "answer_review", "apportion_value", "attach_source", "approve_appraisal", "ask_again", "cancel_appraisal",
    "challenge_appraisal", "choose_methods", "clear_assumption", "close_query", "commission_appraisal", "decline_appraisal",
    "enter_assumptions", "enter_notes", "enter_own_value", "expire_appraisal", "expire_appraisals", "explain_appraisal", "fill_checklist",
    "flag_revaluation", "freeze_appraisal", "note_reading", "report_difference", "issue_appraisal", "object_appraisal", "open_review", "query_review", "recall_appraisal",
    "record_version", "refresh_register", "reject_review", "request_calculation", "respond_appraisal", "return_appraisal", "reveal_range",
    "keep_bilingual", "keep_sheet", "lapse_papers", "order_bilingual", "order_sheet", "seal_appraisal", "share_appraisal", "sign_appraisal", "submit_appraisal", "supersede_appraisal", "supersede_review",
    "supersede_reviews", "unshare_appraisal", "verify_assumptions", "withdraw_appraisal",
]
