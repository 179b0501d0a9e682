"""Tables of appraisals: reports and the reader's reviews, scorecards, batches."""

from .papers import AppraisalPaper
from .reports import (
    Appraisal, AppraisalAssumption, AppraisalDocument, AppraisalMethod, AppraisalNote, AppraisalPatent, AppraisalQuery, AppraisalRemark,
    AppraisalReview, AppraisalShare, AppraisalSignature, AppraisalVersion, person,
)

__all__ = [
    "Appraisal", "AppraisalAssumption", "AppraisalDocument", "AppraisalMethod", "AppraisalNote", "AppraisalPaper", "AppraisalPatent", "AppraisalQuery",
    "AppraisalRemark", "AppraisalReview", "AppraisalShare", "AppraisalSignature", "AppraisalVersion", "person",
]
