"""What is read of appraisals: reports, drafts, versions, and what upper features may ask about a sealed one."""

from .archive import archive_of
from .batches import (
    batch_by_id, batch_head, batch_job, batch_version, computed_today, count_rows, current_batch_version, done_rows,
    facts_of_many, find_batch, list_batches, patents_named, report_facts, request_bytes, rows_after, rows_numbered,
    rows_page, running_batches, settings_shown, table_of, template_rows, totals_of, undone_rows,
)
from .documents import appraisal_by_id, moment_of, sheet_of, under_review, verify_url
from .drafts import draft_of, patent_facts, people_who_worked, sources_of
from .papers import (
    SHEET_READERS, bilingual_of, facts_of_review, is_decided, papers_of, review_by_id, sealed_paper, sheet_of_review, sheets_of_report, signers_of,
    visible_papers, waiting_paper,
)
from .people import find_organisation, members_of
from .reports import (
    appraisal_by_number, appraisals_of_patents, computed_version, current_version, frozen_document, list_appraisals, live_signatures, sealed_pdf, version_number,
    visible_appraisals,
)
from .reviews import AcceptedReview, accepted_review, list_reviews, live_review, live_reviews, visible_reviews
from .limits import scorecard_ceiling
from .scorecards import (
    AcceptedScorecard, SealedScorecard, accepted_scorecard, accepted_scorecards, check_scorecard, edition_in_force, edition_of, editions, find_scorecard,
    get_scorecard, heading_of, history_of_scorecard, kept_request, kept_result, list_scorecards, live_scorecard_reviews, mark_rows, marks_of, next_edition,
    people_of_scorecard, predecessors_of, recomputed, scorecard_head, request_of_scorecard, scorecard_by_id, scorecard_reviews_of, scorecard_tasks, scorecards_for,
    scorecards_of_patents, sealed_scorecard, standings,
)
from .sealed import SealedAppraisal, SealedItem, check_usable, cross_check_range, sealed_appraisal, usable_for
from .waiting import tasks
from .working import (
    attached_calculation, comparison, find_appraisal, gaps_of, hides_amount, history_of, is_fresh, may_draft, names_of, pending_decisions,
    people_of, people_of_review, preview, recompute_verdict, reviewable, running_job, same_file, snapshots_of, validity_of,
)

__all__ = [
    "batch_by_id", "batch_head", "batch_job", "batch_version", "computed_today", "count_rows", "current_batch_version",
    "done_rows", "facts_of_many", "find_batch", "list_batches", "patents_named", "report_facts", "request_bytes",
    "rows_after", "rows_numbered", "rows_page", "running_batches", "settings_shown", "table_of", "template_rows",
    "totals_of", "undone_rows",
    "AcceptedScorecard", "SealedScorecard", "accepted_scorecard", "accepted_scorecards", "check_scorecard", "edition_in_force",
    "edition_of", "editions", "find_scorecard", "get_scorecard", "heading_of", "scorecard_head", "history_of_scorecard", "kept_request",
    "kept_result", "list_scorecards", "live_scorecard_reviews", "mark_rows", "marks_of", "next_edition",
    "people_of_scorecard", "predecessors_of", "recomputed", "request_of_scorecard", "scorecard_by_id", "scorecard_reviews_of",
    "scorecard_tasks", "scorecards_for", "scorecards_of_patents", "sealed_scorecard", "standings", "scorecard_ceiling",
    "AcceptedReview", "appraisal_by_id", "moment_of", "sheet_of", "under_review", "verify_url", "SealedAppraisal", "SealedItem", "accepted_review", "appraisal_by_number", "appraisals_of_patents", "archive_of", "attached_calculation", "check_usable",
    "comparison", "computed_version", "cross_check_range", "current_version", "draft_of", "find_appraisal", "find_organisation", "frozen_document", "gaps_of",
    "hides_amount", "history_of", "is_fresh", "list_appraisals", "list_reviews", "live_review", "live_reviews", "live_signatures",
    "may_draft", "members_of", "names_of", "patent_facts", "pending_decisions", "people_of", "people_of_review", "people_who_worked", "preview",
    "recompute_verdict", "reviewable", "running_job", "same_file", "sealed_appraisal", "sealed_pdf", "snapshots_of", "sources_of", "tasks",
    "SHEET_READERS", "bilingual_of", "facts_of_review", "is_decided", "papers_of", "review_by_id", "sealed_paper", "sheet_of_review", "sheets_of_report",
    "signers_of", "usable_for", "visible_papers", "waiting_paper", "validity_of", "version_number", "visible_appraisals", "visible_reviews",
]
