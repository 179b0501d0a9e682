"""Shapes of forms and JSON: reports and reviews, scorecards, batches."""

from .reports import (
    AcceptShape, AnswerShape, AppraisalAnswer, AssumptionRow, AssumptionsShape, CalculateShape, ChecklistShape, CloseShape, CommissionShape,
    DecisionShape, LanguageQuery, ListFilter, MethodRow, MethodsShape, NoteRow, NotesShape, OwnValueShape, PageQuery, PlaceShape,
    QueryShape, QuickQuery, ReasonShape, RemarkCloseShape, RemarkShape, RespondShape, ReturnShape, ReviewAnswer, Row, ShareShape, SignShape,
    UnshareShape, VerifyShape, VersionAnswer, VersionsQuery,
)

__all__ = [
    "AcceptShape", "AnswerShape", "AppraisalAnswer", "AssumptionRow", "AssumptionsShape", "CalculateShape", "ChecklistShape", "CloseShape",
    "CommissionShape", "DecisionShape", "LanguageQuery", "ListFilter", "MethodRow", "MethodsShape", "NoteRow", "NotesShape",
    "OwnValueShape", "PageQuery", "PlaceShape", "QueryShape", "QuickQuery", "ReasonShape", "RemarkCloseShape", "RemarkShape",
    "RespondShape", "ReturnShape", "ReviewAnswer", "Row", "ShareShape", "SignShape", "UnshareShape", "VerifyShape", "VersionAnswer",
    "VersionsQuery",
]
