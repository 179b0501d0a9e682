"""What is read of appraisals: reports, drafts, versions, and what upper features may ask about a sealed one."""

from .drafts import draft_of, patent_facts, people_who_worked, sources_of
from .reports import (
    appraisals_of_patents, current_version, frozen_document, list_appraisals, live_signatures, sealed_pdf, tasks, version_number,
    visible_appraisals,
)
from .reviews import AcceptedReview, accepted_review, list_reviews, live_review, live_reviews, visible_reviews
from .sealed import SealedAppraisal, SealedItem, check_usable, cross_check_range, sealed_appraisal, usable_for

__all__ = [
    "AcceptedReview", "SealedAppraisal", "SealedItem", "accepted_review", "appraisals_of_patents", "check_usable", "cross_check_range",
    "current_version", "draft_of", "frozen_document", "list_appraisals", "list_reviews", "live_review", "live_reviews", "live_signatures",
    "patent_facts", "people_who_worked", "sealed_appraisal", "sealed_pdf", "sources_of", "tasks", "usable_for", "version_number",
    "visible_appraisals", "visible_reviews",
]
