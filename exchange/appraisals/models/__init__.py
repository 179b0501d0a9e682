"""Tables of appraisals: reports and the reader's reviews, scorecards, batches."""

from .batches import AppraisalBatch, AppraisalBatchRow, AppraisalBatchVersion
from .papers import AppraisalPaper
from .reports import (
    Appraisal, AppraisalAssumption, AppraisalDocument, AppraisalMethod, AppraisalNote, AppraisalPatent, AppraisalQuery, AppraisalRemark,
    AppraisalReview, AppraisalShare, AppraisalSignature, AppraisalVersion, person,
)
from .scorecards import Scorecard, ScorecardMark, ScorecardPatent, ScorecardReview, ScorecardScheme, ScorecardShare, ScorecardValue

__all__ = [
    "AppraisalBatch", "AppraisalBatchRow", "AppraisalBatchVersion", "Scorecard", "ScorecardMark", "ScorecardPatent", "ScorecardReview",
    "ScorecardScheme", "ScorecardShare", "ScorecardValue",
    "Appraisal", "AppraisalAssumption", "AppraisalDocument", "AppraisalMethod", "AppraisalNote", "AppraisalPaper", "AppraisalPatent", "AppraisalQuery",
    "AppraisalRemark", "AppraisalReview", "AppraisalShare", "AppraisalSignature", "AppraisalVersion", "person",
]
