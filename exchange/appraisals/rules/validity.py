"""From which day to which a report may be relied on, and what ends it."""

from __future__ import annotations

import calendar
from collections.abc import Collection
from datetime import date, timedelta

from exchange.core.errors import Conflict, Invalid


def anniversary(day: date, years: int = 1) -> date:
    """The same month and day later, or the month's last day where it is missing."""
    last = calendar.monthrange(day.year + years, day.month)[1]
    return date(day.year + years, day.month, min(day.day, last))


def valid_through(valuation_date: date, *, reading: str = "day_before_anniversary") -> date:
    """The last day of use: the day before the first anniversary of the valuation date, unless the operator reads it otherwise."""
    end = anniversary(valuation_date)
    return end if reading == "anniversary" else end - timedelta(days=1)


def retain_until(issued_on: date, document_kind: str) -> date:
    """Fifteen years, thirty for a statutory appraisal (评估法 art. 29)."""
    return anniversary(issued_on, 30 if document_kind == "statutory" else 15)


def check_valuation_date(valuation_date: date, *, today: date, max_age_days: int = 180) -> None:
    """The valuation date is not in the future and not older than the parameter allows."""
    if valuation_date > today:
        raise Invalid("VALUATION_DATE_IN_FUTURE", field="valuation_date")
    if (today - valuation_date).days > max_age_days:
        raise Invalid("VALUATION_DATE_TOO_OLD", field="valuation_date", days=max_age_days)


def check_snapshot(taken_on: date | None, *, today: date, max_age_days: int = 7) -> None:
    """A register copy older than the limit is no basis."""
    if taken_on is None or (today - taken_on).days > max_age_days:
        raise Conflict("REGISTER_STALE", field="register_copy", limit=max_age_days)


_ENDED = {"expired": "REPORT_EXPIRED", "withdrawn": "REPORT_WITHDRAWN", "superseded": "REPORT_SUPERSEDED"}


def check_usable(*, state: str, through: date | None, on: date, signers: int, purpose: str, wanted: str,
                 covered: Collection[int], patents: Collection[int], revaluation: str) -> None:
    """A report is relied on only issued, in time, for its purpose, for its patents, and without a pending revaluation."""
    if state in _ENDED:
        raise Invalid(_ENDED[state], field="appraisal")
    if state != "issued" or through is None:
        raise Invalid("REPORT_NOT_ISSUED", field="appraisal")
    if on > through:
        raise Invalid("REPORT_EXPIRED", field="appraisal")
    if signers < 2:
        raise Invalid("APPRAISAL_NOT_USABLE", field="signers")
    if purpose != wanted:
        raise Invalid("APPRAISAL_NOT_USABLE", field="purpose")
    if not set(patents) <= set(covered):
        raise Invalid("APPRAISAL_NOT_USABLE", field="patents")
    if revaluation:
        raise Invalid("REVALUATION_DUE", field="appraisal")


def check_in_force(*, legal_status: str, ended_on: date | None, on: date) -> None:
    """A right that has ended carries no value from its legal day; an invalidated one never existed."""
    if legal_status in ("invalidated", "revoked") or (ended_on is not None and on >= ended_on):
        raise Conflict("PATENT_NOT_IN_FORCE", field="patents", status=legal_status, date=ended_on or "—")
