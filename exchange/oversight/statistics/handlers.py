"""Facts follow patents and evidence, in the same transaction and once in it."""

from __future__ import annotations

from exchange.core.events import News, on
from exchange.oversight.statistics.operations import refresh_facts_later


@on("evidence.accept", "evidence.record", "evidence.withdraw", "evidence.correct", "evidence.challenge")
def evidence_changed(news: News) -> None:
    """Evidence began or ceased to count."""
    refresh_facts_later(news.thing.patent)


@on(
    "patent.register", "patent.dispute", "patent.resolve", "patent.close", "patent.correct", "patent.lapsed", "patent.expired",
    "patent.invalidated", "patent.partly_invalidated", "patent.abandoned", "patent.restored", "patent.owner_changed",
    "patent.status", "patent.term_changed", "patent.record_legal_event", "patent.record_register_copy", "patent.state_shares",
)
def patent_changed(news: News) -> None:
    """A right began, ended, or changed hands."""
    refresh_facts_later(news.thing)
