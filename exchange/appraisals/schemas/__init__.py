"""Shapes of forms and JSON: reports and reviews, scorecards, batches."""

from .batches import (
    AmendBatchBody, AmendBatchShape, BatchAnswer, BatchFilter, OwnCells, OwnRow, QueueShape, RowsQuery, UploadBatchBody, UploadBatchShape,
)
from .reports import (
    AcceptShape, AnswerShape, AppraisalAnswer, AssumptionRow, AssumptionsShape, CalculateShape, ChecklistShape, CloseShape, CommissionShape,
    DecisionShape, LanguageQuery, ListFilter, MethodRow, MethodsShape, NoteRow, NotesShape, OwnValueShape, PageQuery, PlaceShape,
    QueryShape, QuickQuery, ReasonShape, RemarkCloseShape, RemarkShape, RespondShape, ReturnShape, ReviewAnswer, Row, ShareShape, SignShape,
    UnshareShape, VerifyShape, VersionAnswer, VersionsQuery,
)
from .scorecards import (
    CommissionScorecardShape, ConfirmScorecardShape, MarkAnswer, MarkRow, MarksBody, MarksShape, OwnValuesShape, RelyShape,
    SchemeAnswer, SchemeQuery, SchemeShape, ScorecardAnswer, ScorecardFilter, ScorecardReviewAnswer, ShareScorecardShape,
)

__all__ = [
    "AmendBatchBody", "AmendBatchShape", "BatchAnswer", "BatchFilter", "OwnCells",
    "OwnRow", "QueueShape", "RowsQuery", "UploadBatchBody", "UploadBatchShape",
    "CommissionScorecardShape", "ConfirmScorecardShape", "MarkAnswer", "MarkRow", "MarksBody", "MarksShape",
    "OwnValuesShape", "RelyShape", "SchemeAnswer", "SchemeQuery", "SchemeShape",
    "ScorecardAnswer", "ScorecardFilter", "ScorecardReviewAnswer", "ShareScorecardShape",
    "AcceptShape", "AnswerShape", "AppraisalAnswer", "AssumptionRow", "AssumptionsShape", "CalculateShape", "ChecklistShape", "CloseShape",
    "CommissionShape", "DecisionShape", "LanguageQuery", "ListFilter", "MethodRow", "MethodsShape", "NoteRow", "NotesShape",
    "OwnValueShape", "PageQuery", "PlaceShape", "QueryShape", "QuickQuery", "ReasonShape", "RemarkCloseShape", "RemarkShape",
    "RespondShape", "ReturnShape", "ReviewAnswer", "Row", "ShareShape", "SignShape", "UnshareShape", "VerifyShape", "VersionAnswer",
    "VersionsQuery",
]
