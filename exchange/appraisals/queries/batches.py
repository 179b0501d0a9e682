"""Batches as their owner sees them: rows by number or value, what the register says of many patents at once, versions, and tables to take away."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import false, func, select, true

from exchange.core import clock, pdf
from exchange.core.access import SUPERVISOR, VISIBLE_TO, Actor, visibility
from exchange.core.database import by_public_id, db, visible
from exchange.core.i18n import translate
from exchange.core.i18n.catalogue import in_both
from exchange.core.jobs import Job
from exchange.core.money import Money
from exchange.core.pages import Order, Page, page_of
from exchange.core.text import _
from exchange.registers.patents.models import Patent
from exchange.registers.patents.queries import owned_patents
from exchange.registers.patents.queries.picture import gather_all, picture_from
from exchange.registers.patents.rules.numbers import read_application

from ..models import AppraisalBatch, AppraisalBatchRow, AppraisalBatchVersion
from ..rules import batches as rules
from ..rules.batch_fields import COMMON, FIELDS, PERCENT, SHOWN_IN_REPORT
from ..rules.batch_sheet import ReportFacts, ReportRow
from ..rules.inputs import to_money
from ..states import RUNNING_BATCHES
from .drafts import future_annuities, hard_stops

DEAD = ("lapsed", "expired", "ceased", "abandoned", "withdrawn", "refused", "invalidated", "revoked")


@visibility("appraisal_batch")
def visible_batches(actor: Actor | None) -> Any:
    """A batch stays with the organisation that made it; supervisors see all."""
    if actor is None:
        return false()
    if actor.is_system or SUPERVISOR.fits_role(actor):
        return true()
    return AppraisalBatch.organisation_id == actor.organisation_id


def list_batches(actor: Actor, *, cursor: str = "") -> Page[AppraisalBatch]:
    """The batches this actor may see, newest first."""
    return page_of(select(AppraisalBatch).where(visible_batches(actor)), [Order(AppraisalBatch.id, "id", True)], cursor=cursor, size=50)


def batch_by_id(public_id: str) -> AppraisalBatch:
    """The batch of this name, for work that already knows who asked."""
    return by_public_id(AppraisalBatch, public_id)


def find_batch(actor: Actor, public_id: str) -> AppraisalBatch:
    """A batch by its public name, if the actor may see it."""
    return visible(AppraisalBatch, public_id, actor)


def running_batches(organisation_id: int) -> list[AppraisalBatch]:
    """Batches of an organisation that are in the queue or being computed."""
    wanted = select(AppraisalBatch).where(AppraisalBatch.organisation_id == organisation_id, AppraisalBatch.state.in_(RUNNING_BATCHES))
    return list(db.session.scalars(wanted))


def computed_today(organisation_id: int) -> int:
    """How many computations an organisation had in the last day."""
    since = clock.now() - timedelta(days=1)
    wanted = select(func.count()).select_from(AppraisalBatchVersion).where(
        AppraisalBatchVersion.organisation_id == organisation_id, AppraisalBatchVersion.made_at > since)
    return int(db.session.scalar(wanted) or 0)


def rows_page(batch: AppraisalBatch, *, order: str = "number", show: str = "", cursor: str = "", size: int = 100) -> Page[AppraisalBatchRow]:
    """A page of rows in their order, or by value from the top; ``show="faults"`` those with faults."""
    wanted = select(AppraisalBatchRow).where(AppraisalBatchRow.batch_id == batch.id)
    if show == "faults":
        wanted = wanted.where(AppraisalBatchRow.fault_count > 0)
    keys = [Order(AppraisalBatchRow.number, "number")]
    if order == "value":
        wanted = wanted.where(AppraisalBatchRow.value_minor.is_not(None))
        keys = [Order(AppraisalBatchRow.value_minor, "value_minor", True), *keys]
    return page_of(wanted, keys, cursor=cursor, size=size)


def rows_after(batch_id: int, *, number: int = 0, limit: int = rules.CHUNK) -> list[AppraisalBatchRow]:
    """The next rows in their order."""
    wanted = select(AppraisalBatchRow).where(AppraisalBatchRow.batch_id == batch_id, AppraisalBatchRow.number > number)
    return list(db.session.scalars(wanted.order_by(AppraisalBatchRow.number).limit(limit)))


def rows_numbered(batch_id: int, numbers: Sequence[int]) -> list[AppraisalBatchRow]:
    """The rows of these numbers."""
    wanted = select(AppraisalBatchRow).where(AppraisalBatchRow.batch_id == batch_id, AppraisalBatchRow.number.in_(list(numbers)))
    return list(db.session.scalars(wanted.order_by(AppraisalBatchRow.number)))


def undone_rows(batch_id: int, *, run_no: int, limit: int = rules.CHUNK) -> list[AppraisalBatchRow]:
    """Good rows that this run has not computed yet."""
    wanted = select(AppraisalBatchRow).where(
        AppraisalBatchRow.batch_id == batch_id, AppraisalBatchRow.fault_count == 0, AppraisalBatchRow.run_no != run_no)
    return list(db.session.scalars(wanted.order_by(AppraisalBatchRow.number).limit(limit)))


def done_rows(batch_id: int, *, run_no: int) -> list[AppraisalBatchRow]:
    """Every row that this run computed."""
    wanted = select(AppraisalBatchRow).where(
        AppraisalBatchRow.batch_id == batch_id, AppraisalBatchRow.run_no == run_no, AppraisalBatchRow.fault_count == 0)
    return list(db.session.scalars(wanted.order_by(AppraisalBatchRow.number)))


def count_rows(batch_id: int) -> tuple[int, int]:
    """How many rows there are, and how many have no fault."""
    total = select(func.count()).select_from(AppraisalBatchRow).where(AppraisalBatchRow.batch_id == batch_id)
    return int(db.session.scalar(total) or 0), int(db.session.scalar(total.where(AppraisalBatchRow.fault_count == 0)) or 0)


def batch_job(batch: AppraisalBatch) -> Job | None:
    """The job that works for the batch."""
    return db.session.scalar(select(Job).where(Job.public_id == batch.running_job)) if batch.running_job else None


# ------------------------------------------------------------------ the register for many patents

def patents_named(numbers: Sequence[str], actor: Actor) -> dict[str, int]:
    """Which patents the typed numbers name, of those that the actor may see and that are registered."""
    normal: dict[str, list[str]] = {}
    year = clock.today().year
    for text in numbers:
        normal.setdefault(read_application(text, year=year).normal, []).append(text)
    clause = VISIBLE_TO["patent"](actor)
    found: dict[str, int] = {}
    keys = list(normal)
    for start in range(0, len(keys), rules.CHUNK):
        wanted = select(Patent.application_number, Patent.id).where(
            Patent.application_number.in_(keys[start:start + rules.CHUNK]), Patent.state.in_(("registered", "disputed")), clause)
        for number, patent_id in db.session.execute(wanted):
            found |= dict.fromkeys(normal[str(number)], patent_id)
    return found


def facts_of_many(patent_ids: Sequence[int], on: date) -> dict[int, dict[str, Any]]:
    """What the register says of many patents on a day, read together: type, days left, annuities, hard stops."""
    found = {}
    for patent_id, rows in gather_all(patent_ids).items():
        patent, picture = rows.patent, picture_from(rows, on=on)
        ended = patent.expires_on is None or patent.filing_on is None or patent.expires_on <= on or str(picture.status) in DEAD
        fees = [] if ended or patent.expires_on is None else future_annuities(patent, picture.annuity.paid_to_year, patent.expires_on, on)
        found[patent_id] = {
            "type": str(patent.type), "number": patent.shown_number, "title": patent.title, "ended": ended, "status": str(picture.status.label), "since": picture.status_since.isoformat() if picture.status_since else "",
            "remaining_days": 0 if patent.expires_on is None else max(0, (patent.expires_on - on).days),
            "fees": [[(day - on).days, fen] for day, _year, fen in fees if day >= on],
            "hard_stops": list(hard_stops(patent, picture.annuity, picture.burdens, picture)),
        }
    return found


# ------------------------------------------------------------------ versions

def current_batch_version(batch: AppraisalBatch) -> AppraisalBatchVersion | None:
    """The computation that is shown."""
    return db.session.get(AppraisalBatchVersion, batch.current_version_id) if batch.current_version_id else None


def batch_version(batch: AppraisalBatch, number: int) -> AppraisalBatchVersion | None:
    """A computation by its number."""
    return db.session.scalar(select(AppraisalBatchVersion).where(
        AppraisalBatchVersion.batch_id == batch.id, AppraisalBatchVersion.number == number))


@dataclass(frozen=True, slots=True)
class Totals:
    """The figures of the whole as amounts and shares."""

    count: int
    value: Money
    lendable: Money
    sum: dict[str, Money]
    apart: dict[str, Money]
    diversification: Decimal
    top_ten: Decimal
    concentration: Decimal


def totals_of(version: AppraisalBatchVersion | None) -> Totals | None:
    """The kept figures of a computation."""
    if version is None:
        return None
    kept = version.summary
    return Totals(
        int(kept["count"]), Money(int(kept["value"])), Money(int(kept["lendable"])),
        {name: Money(int(kept[f"total_{name}"])) for name in ("mean", "sd", "p5", "p25", "p50", "p75", "p95")},
        {name: Money(int(kept[f"apart_{name}"])) for name in ("mean", "p5", "p50", "p95")},
        Decimal(kept["diversification"]), Decimal(kept["top_ten"]), Decimal(kept["concentration"]))


# ------------------------------------------------------------------ tables

HEADS = ("row", "patent", "title", "value", "p05", "simulated_p5", "simulated_p50", "simulated_p95", "share_of_shortfall", "ltv", "binding", "flv",
         "cost", "pvd", "remaining_years", "common", "warnings", "faults")


def table_of(batch: AppraisalBatch) -> Iterator[list[str]]:
    """The heading and every row as text."""
    yield list(HEADS)
    number = 0
    while rows := rows_after(batch.id, number=number):
        for row in rows:
            yield _cells(row)
        number = rows[-1].number


def _cells(row: AppraisalBatchRow) -> list[str]:
    found = row.result
    money = [str(to_money(found[name])) if name in found else "" for name in ("p05", "P5", "P50", "P95", "contribution", "flv", "cost")]
    return [
        str(row.number), row.patent_number, str(row.facts.get("title", "")), str(row.value) if row.value is not None else "", *money[:5],
        f"{found['ltv'] * 100:.0f}%" if "ltv" in found else "", str(found.get("binding", "")), money[5], money[6],
        f"{found['pvd']:.2f}" if "pvd" in found else "", f"{row.facts['remaining_days'] / 365:.1f}" if "remaining_days" in row.facts else "",
        " ".join(found.get("common", ())), " ".join(found.get("warnings", ())), " ".join(each["code"] for each in row.faults),
    ]


def template_rows(actor: Actor) -> list[list[str]]:
    """The template: field names, titles in both languages, and the actor's own patents."""
    names = ["patent", *FIELDS, "source"]
    own = [[patent.shown_number, *[""] * len(FIELDS), ""] for patent in owned_patents(actor.organisation_id)[:500]]
    return [names, *own]


def settings_shown(batch: AppraisalBatch) -> list[tuple[str, str, str]]:
    """Name, label and value of each common assumption as people write it."""
    found = []
    for name, value in batch.settings.items():
        known = FIELDS.get(name) or COMMON[name]
        shown = f"{(Decimal(value) * 100).normalize():f} %" if known.quantity == PERCENT else value
        found.append((name, translate(known.label), shown))
    return found


def report_facts(batch: AppraisalBatch, version: AppraisalBatchVersion) -> ReportFacts:
    """What the report of a computation prints: the figures of the whole, the common assumptions, and the largest patents."""
    totals = totals_of(version)
    if totals is None:
        raise ValueError(f"{batch.number} has no figures")
    rows = rows_page(batch, order="value", size=SHOWN_IN_REPORT).rows
    return ReportFacts(
        number=batch.number, title=batch.title, owner=batch.organisation.name, valuation_date=batch.valuation_date, source=batch.source, note=batch.note,
        version=version.number, request_sha256=version.request_sha256, result_sha256=version.result_sha256, seed=version.seed,
        settings=tuple(dict(batch.settings).items()), count=totals.count, value=totals.value, lendable=totals.lendable, sum=totals.sum,
        apart=totals.apart, diversification=totals.diversification, top_ten=totals.top_ten, concentration=totals.concentration,
        rows=tuple(report_row(row) for row in rows), left_out=totals.count - len(rows), refused=batch.rows_total - totals.count,
        demonstration=batch.demonstration)


def report_row(row: AppraisalBatchRow) -> ReportRow:
    """A row as the report prints it."""
    found = row.result
    return ReportRow(
        row.number, str(row.facts.get("number", row.patent_number)), str(row.facts.get("title", "")), row.value or Money(0), to_money(found["P5"]),
        to_money(found["P95"]), to_money(found["contribution"]), int(Decimal(repr(found["ltv"])) * 100 + Decimal("0.5")), str(found["binding"]),
        Decimal(row.facts["remaining_days"] * 10 // 365) / 10, tuple(found["common"]))


def batch_head(batch: AppraisalBatch, version: AppraisalBatchVersion) -> pdf.DocumentHead:
    """What stands on the first page of the report and in its foot; no code, for it is not sealed."""
    title = in_both(_("Valuation of many patents"))
    return pdf.DocumentHead(
        title=f"{title['zh']} {title['en']}", number=batch.number, issued_at=version.made_at, version=str(version.number),
        issuer=batch.organisation.name)


def request_bytes(version: AppraisalBatchVersion) -> dict[str, Any]:
    """The kept request of a computation."""
    return dict(json.loads(version.request_json))
