"""Pages of batches: list, taking in, the batch with its rows and figures, own assumptions, and tables to take away."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask import Response

from exchange.core import charts, clock, files
from exchange.core.access import Actor
from exchange.core.errors import CODES, Invalid
from exchange.core.i18n import translate
from exchange.core.text import _
from exchange.core.web import Room, back_to, page
from exchange.registers.patents import queries as patents
from exchange.registers.patents.queries.exports import csv_bytes, xlsx_bytes

from .. import operations, queries
from ..models import AppraisalBatch, AppraisalBatchRow
from ..rules.batch_fields import COMMON, FIELDS, PERCENT, SETTINGS
from ..rules.batch_sheet import BINDINGS, WARNINGS
from ..rules.inputs import to_money
from ..schemas import AmendBatchShape, BatchFilter, QueueShape, RowsQuery, UploadBatchShape

room = Room("appraisal_batches", __name__)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def attachment(content: bytes, name: str, media: str) -> Response:
    """A file to take away."""
    answer = Response(content, mimetype=media)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def setting_fields(kept: dict[str, str] | None = None) -> list[dict[str, Any]]:
    """The common assumptions as fields of a form, with what holds now."""
    found = []
    for name in SETTINGS:
        known = FIELDS.get(name) or COMMON[name]
        value = (kept or {}).get(name, known.default)
        typed = f"{(Decimal(value) * 100).normalize():f}%" if known.quantity == PERCENT else value
        found.append({"name": name, "label": translate(known.label), "hint": translate(known.hint) if known.hint else None, "value": typed})
    return found


@room.page("/appraisal-batches", "appraisal_batch:list", query=BatchFilter)
def list_batches(data: dict[str, Any], actor: Actor) -> Any:
    """The batches of this organisation."""
    return page("appraisal_batches/list.html", found=queries.list_batches(actor, **data))


def upload_choices(actor: Actor) -> dict[str, Any]:
    """Own patents and the common assumptions."""
    return {"owned": patents.owned_patents(actor.organisation_id)[:500], "settings": setting_fields(), "today": clock.today(), "columns": FIELDS}


@room.form("/appraisal-batches/new", "appraisal_batch:upload", shape=UploadBatchShape, template="appraisal_batches/new.html", context=upload_choices,
           uploads={"file": "import"})
def upload_appraisal_batch(data: dict[str, Any], actor: Actor) -> Any:
    """Take in many patents by choice or by file."""
    upload, chosen = data.pop("file", None), data.pop("patents")
    if upload is None and not chosen:
        raise Invalid("MISSING_FIELD", field="file")
    numbers = [patents.find_patent(actor, name).shown_number for name in chosen] if upload is None else []
    made = operations.upload_appraisal_batch(numbers=numbers, upload=upload, actor=actor, **data)
    return back_to(made, _("Taken in. See which rows can be computed."))


@room.page("/appraisal-batches/template.<kind>", "appraisal_batch:list")
def template_file(kind: str, actor: Actor) -> Any:
    """The template with the actor's own patents."""
    rows = queries.template_rows(actor)
    if kind == "xlsx":
        guide = [[name, translate(field.label, "zh"), str(field.label)] for name, field in FIELDS.items()]
        return attachment(xlsx_bytes(rows, guide=[["column", "中文", "English"], *guide]), "batch-template.xlsx", XLSX)
    return attachment(csv_bytes(rows), "batch-template.csv", "text/csv")


def row_shown(row: AppraisalBatchRow) -> dict[str, Any]:
    """A row with its figures and everything that is wrong with it."""
    found = row.result
    return {
        "number": row.number, "patent": row.facts.get("number", row.patent_number) or "—", "title": row.facts.get("title", ""), "given": row.given,
        "value": row.value,
        **{name: to_money(found[key]) if key in found else None for name, key in (("p5", "P5"), ("p95", "P95"), ("contribution", "contribution"), ("flv", "flv"))},
        "ltv": f"{found['ltv'] * 100:.0f} %" if "ltv" in found else "—", "binding": translate(BINDINGS.get(found.get("binding", ""), "")) if found else "",
        "common": [translate(FIELDS[name].label) for name in found.get("common", ())], "warnings": [translate(WARNINGS[name]) for name in found.get("warnings", ())],
        "years": f"{row.facts['remaining_days'] / 365:.1f}" if "remaining_days" in row.facts else "—",
        "faults": [fault_shown(each) for each in row.faults],
    }


def fault_shown(each: dict[str, Any]) -> dict[str, str]:
    """A fault of a row: where, which code, and what it says."""
    column = each["column"]
    known = FIELDS.get("revenue" if column.startswith("revenue") else column)
    details: Any = {name: translate(value) for name, value in each["details"].items()}
    return {"column": translate(known.label) if known else translate(_("Patent")) if column == "patent" else column, "code": each["code"],
            "sentence": translate(str(CODES[each["code"]].sentence), **details)}


def show_context(thing: AppraisalBatch, actor: Actor, data: dict[str, Any] | None = None) -> dict[str, Any]:
    """The batch with a page of its rows."""
    asked = data or {"order": "number", "show": "", "cursor": ""}
    found, totals = queries.rows_page(thing, **asked), queries.totals_of(queries.current_batch_version(thing))
    return {
        "batch": thing, "rows": [row_shown(row) for row in found.rows], "next": found.next, "asked": asked, "totals": totals,
        "version": queries.current_batch_version(thing), "settings_shown": queries.settings_shown(thing), "settings": setting_fields(thing.settings),
        "job": queries.batch_job(thing) if thing.state in ("uploaded", "queued", "running") else None, "figures": pictures(totals), "columns": FIELDS,
    }


def pictures(totals: Any) -> list[Any]:
    """The spread of the whole beside the spreads added one by one."""
    if totals is None:
        return []
    rows = [
        charts.Row(translate(name), figures["p50"], interval=(figures["p5"], figures["p95"]))
        for name, figures in ((_("All together"), totals.sum), (_("Added one by one"), totals.apart))
    ]
    return [charts.attempt(charts.bars, translate(_("The sum under common shocks, P50 with P5 to P95")), rows, kind="money", additive=False)]


@room.page("/appraisal-batches/<id>", "appraisal_batch:read", thing=AppraisalBatch, query=RowsQuery, home=True)
def show_batch(thing: AppraisalBatch, data: dict[str, Any], actor: Actor) -> Any:
    """One batch."""
    return page("appraisal_batches/show.html", form=None, **show_context(thing, actor, data))


@room.form("/appraisal-batches/<id>/check", "appraisal_batch:check", thing=AppraisalBatch, shape=AmendBatchShape, template="appraisal_batches/amend.html",
           context=show_context)
def amend_appraisal_batch(thing: AppraisalBatch, data: dict[str, Any], actor: Actor) -> Any:
    """Change assumptions; all rows are judged again."""
    operations.amend_appraisal_batch(
        thing, settings=data["settings"] or None, rows=data["rows"], source=data["source"], description=data["description"], actor=actor)
    return back_to(thing, _("Kept and judged again."))


@room.post("/appraisal-batches/<id>/queue", "appraisal_batch:queue", thing=AppraisalBatch, shape=QueueShape)
def queue_appraisal_batch(thing: AppraisalBatch, data: dict[str, Any], actor: Actor) -> Any:
    """Compute."""
    operations.queue_appraisal_batch(thing, actor=actor, **data)
    return back_to(thing, _("In the queue. You may leave this page."))


@room.post("/appraisal-batches/<id>/cancel", "appraisal_batch:cancel", thing=AppraisalBatch)
def cancel_appraisal_batch(thing: AppraisalBatch, actor: Actor) -> Any:
    """Stop."""
    operations.cancel_appraisal_batch(thing, actor=actor)
    return back_to(thing, _("Stopped. What was computed stays."))


@room.page("/appraisal-batches/<id>/rows.csv", "appraisal_batch:read", thing=AppraisalBatch)
def download_csv(thing: AppraisalBatch, actor: Actor) -> Any:
    """Every row as CSV."""
    return attachment(csv_bytes(queries.table_of(thing)), f"{thing.number}.csv", "text/csv")


@room.page("/appraisal-batches/<id>/rows.xlsx", "appraisal_batch:read", thing=AppraisalBatch)
def download_xlsx(thing: AppraisalBatch, actor: Actor) -> Any:
    """Every row as a workbook."""
    return attachment(xlsx_bytes(queries.table_of(thing), sheet=thing.number), f"{thing.number}.xlsx", XLSX)


@room.page("/appraisal-batches/<id>/report.pdf", "appraisal_batch:read", thing=AppraisalBatch)
def download_report(thing: AppraisalBatch, actor: Actor) -> Any:
    """The report with its table."""
    if not thing.report_sha256:
        raise Invalid("BATCH_NOT_COMPUTED", field="batch")
    return attachment(files.get_bytes(thing.report_sha256), f"{thing.number}.pdf", "application/pdf")


@room.page("/appraisal-batches/<id>/versions/<int:number>.json", "appraisal_batch:read", thing=AppraisalBatch)
def download_version(thing: AppraisalBatch, number: int, actor: Actor) -> Any:
    """One computation: request and result as they were kept."""
    version = queries.batch_version(thing, number)
    if version is None:
        raise Invalid("BATCH_NOT_COMPUTED", field="batch")
    body = b'{"request":' + version.request_json + b',"result":' + version.result_json + b"}"
    return attachment(body, f"{thing.number}-{number}.json", "application/json")
