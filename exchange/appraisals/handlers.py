"""Reactions to the register: what happened to a patent may call for a new valuation."""

from __future__ import annotations

from exchange.core.access import SYSTEM
from exchange.core.events import News, on
from exchange.core.text import Text, _

from . import operations, queries
from .models import Appraisal
from .states import AppraisalState as S

CAUSES: dict[str, Text] = {
    "patent.lapsed": _("The patent lapsed"), "patent.invalidated": _("The patent was declared invalid"),
    "patent.owner_changed": _("The owner changed"), "patent.suspended": _("Procedures on the patent are stayed"),
    "patent.preserved": _("A court ordered preservation"), "patent.annuity_overdue": _("An annuity is overdue"),
    "patent.encumbered": _("A new burden was entered"), "patent.term_changed": _("The term of the right changed"),
}


@on(*CAUSES)
def flag_reports(news: News) -> None:
    """Issued reports on the patent are marked for revaluation."""
    patent_id = getattr(news.thing, "id", None) if getattr(news.thing, "noun", "") == "patent" else news.payload.get("patent_id")
    if patent_id is None:
        return
    for appraisal in queries.appraisals_of_patents([int(patent_id)]):
        if appraisal.state == S.ISSUED and not _is_expected(appraisal, news):
            operations.flag_revaluation(appraisal, reason=str(CAUSES[news.name]), actor=SYSTEM)
    for scorecard in queries.scorecards_of_patents([int(patent_id)]):
        if scorecard.state == "issued" and not (news.name == "patent.encumbered" and news.payload.get("source") == "pledges"):
            operations.flag_scorecard(scorecard, reason=str(CAUSES[news.name]), actor=SYSTEM)


def _is_expected(appraisal: Appraisal, news: News) -> bool:
    """The pledge for which a report was made is no news to it."""
    return news.name == "patent.encumbered" and appraisal.purpose == "pledge" and news.payload.get("source") == "pledges"
