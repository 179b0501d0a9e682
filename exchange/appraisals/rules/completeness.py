"""What a draft still lacks before it may be submitted: all gaps at once, each with the page that mends it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from exchange.core.errors import Invalid

from .facts import Assumption, Draft
from .vocabulary import CRITICAL, INSPECTION, LADDER, METHODS, NEVER_COUNTED, NOT_USED, SOURCES, SOURCES_WITH_FILE, SURVEY

LEAST_REASON = 20
LEAST_DISPERSION = 100
MOST_GROWTH = 0.5


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing missing: its code, the field, the page on which it is mended, and the words for its sentence."""

    code: str
    field: str
    page: str
    subject: str = ""


def gaps(draft: Draft, *, today: date, snapshot_days: int = 7) -> tuple[Gap, ...]:
    """Everything that is missing, in the order of the pages."""
    return (*_assumption_gaps(draft), *_method_gaps(draft), *_survey_gaps(draft, today, snapshot_days),
            *_apportionment_gaps(draft), *_result_gaps(draft))


def check_complete(draft: Draft, *, today: date, snapshot_days: int = 7) -> None:
    """A draft with gaps is not submitted; the refusal lists them all."""
    found = gaps(draft, today=today, snapshot_days=snapshot_days)
    if found:
        raise Invalid(found[0].code, field=found[0].field, gaps=[gap.field for gap in found], count=len(found))


def source_gaps(row: Assumption) -> Iterator[Gap]:
    """An assumption needs a kind of source, its reference and day, a file where one exists, and reasons where it is judged."""
    if row.source_kind not in SOURCES or not row.source_ref.strip():
        yield Gap("SOURCE_MISSING", row.slot, "assumptions", row.name)
        return
    if row.source_kind in SOURCES_WITH_FILE and not row.source_file:
        yield Gap("SOURCE_MISSING", row.slot, "assumptions", row.name)
    if row.source_kind == "appraiser-judgement" and len(row.note.strip() or row.source_ref.strip()) < LEAST_REASON:
        yield Gap("JUDGEMENT_TOO_SHORT", row.slot, "assumptions", row.name)


def _assumption_gaps(draft: Draft) -> Iterator[Gap]:
    for row in draft.assumptions:
        yield from source_gaps(row)
    for name in needed(draft):
        if not draft.rows(name):
            yield Gap("MISSING_FIELD", f"{name}/0/0", "assumptions", name)
    for row in draft.assumptions:
        if row.name in CRITICAL and (row.verified_by is None or row.verified_by == row.entered_by):
            yield Gap("NOT_VERIFIED", row.slot, "assumptions", row.name)
    yield from _growth_gaps(draft)
    if draft.note("tab_decision") is None:
        yield Gap("STATEMENT_MISSING", "note/tab_decision/0", "survey", "tab_decision")


def needed(draft: Draft) -> tuple[str, ...]:
    """Names that the chosen methods and the discount rate cannot do without."""
    names: list[str] = ["risk_free", "equity_premium", "tax_rate"]
    for choice in draft.methods:
        if choice.used:
            names.extend(need for need in METHODS[choice.name].needs if not need.startswith("cost_") or need == "cost_labour")
    return tuple(dict.fromkeys(names))


def _growth_gaps(draft: Draft) -> Iterator[Gap]:
    plan = [*draft.rows("history"), *draft.rows("revenue")]
    for before, after in zip(plan, plan[1:], strict=False):
        start, end = float(before.value or 0), float(after.value or 0)
        if after.name == "revenue" and start > 0 and end / start - 1 > MOST_GROWTH and len(after.note.strip()) < LEAST_REASON:
            yield Gap("GROWTH_UNEXPLAINED", after.slot, "assumptions", "revenue")


def _method_gaps(draft: Draft) -> Iterator[Gap]:
    used = [choice for choice in draft.methods if choice.used and choice.name not in NEVER_COUNTED]
    approaches = {METHODS[choice.name].approach for choice in used}
    if (len(used) < 2 and draft.note("one_method") is None) or (len(used) >= 2 and len(approaches) < 2 and not _independent(draft)):
        yield Gap("TWO_METHODS_NEEDED", "methods", "methods")
    for name in METHODS:
        yield from _choice_gaps(draft, name)
    if used and sum(choice.weight_bp for choice in used) != 10000:
        yield Gap("WEIGHTS_DO_NOT_SUM", "methods", "methods")
    heaviest = max(used, key=lambda choice: choice.weight_bp, default=None)
    if heaviest and not METHODS[heaviest.name].may_be_primary and draft.rows("revenue"):
        yield Gap("METHOD_MAY_NOT_BE_PRIMARY", f"method/{heaviest.name}", "methods", heaviest.name)


def _independent(draft: Draft) -> bool:
    """Two methods of one approach count as two when they rest on other data (royalty on sales, excess earnings on profit)."""
    used = {choice.name for choice in draft.methods if choice.used}
    return {"relief_from_royalty", "excess_earnings"} <= used


def _choice_gaps(draft: Draft, name: str) -> Iterator[Gap]:
    choice = draft.choice(name)
    field = f"method/{name}"
    if choice is None or (not choice.used and (choice.reason_code not in NOT_USED or len(choice.reason.strip()) < LEAST_REASON)):
        yield Gap("REASON_MISSING", field, "methods", name)
    elif choice.used and name in NEVER_COUNTED and choice.weight_bp:
        yield Gap("METHOD_MAY_NOT_BE_PRIMARY", field, "methods", name)
    elif choice.used and len(choice.reason.strip()) < LEAST_REASON:
        yield Gap("REASON_MISSING", field, "methods", name)


def _survey_gaps(draft: Draft, today: date, snapshot_days: int) -> Iterator[Gap]:
    for patent in draft.patents:
        for item in SURVEY:
            if item == "evaluation_report" and patent.type == "invention":
                continue
            if draft.note(item, patent.patent_id) is None:
                yield Gap("SURVEY_MISSING", f"note/{item}/{patent.patent_id}", "survey", item)
        if patent.taken_on is None or (today - patent.taken_on).days > snapshot_days:
            yield Gap("REGISTER_STALE", f"patent/{patent.patent_id}", "survey", patent.number)
    title = draft.note("register_copy")
    if title is not None and (title.verified_by is None or title.verified_by == title.entered_by):
        yield Gap("NOT_VERIFIED", "note/register_copy/0", "survey", "register_copy")
    for item in INSPECTION:
        if draft.note(item) is None:
            yield Gap("INSPECTION_MISSING", f"note/{item}/0", "survey", item)


def _apportionment_gaps(draft: Draft) -> Iterator[Gap]:
    if len(draft.patents) > 1 and sum(patent.share_bp for patent in draft.patents) != 10000:
        yield Gap("WEIGHTS_DO_NOT_SUM", "apportionment", "methods")


def _result_gaps(draft: Draft) -> Iterator[Gap]:
    dispersion = draft.result_dispersion
    explained = draft.note("dispersion")
    if dispersion is not None and dispersion > 0.5 and (explained is None or len(explained.text.strip()) < LEAST_DISPERSION):
        yield Gap("DISPERSION_UNEXPLAINED", "note/dispersion/0", "survey", "dispersion")
    if not draft.result_is_fresh or draft.result_mode != "report":
        yield Gap("RESULT_STALE", "result", "results")
    if draft.challenge_open:
        yield Gap("CHALLENGE_OPEN", "challenge", "overview")


def ladder_complete(draft: Draft) -> bool:
    """Whether every step of the discount rate has a row, be it zero."""
    return all(draft.rows(name) for name in LADDER)
