"""JSON of batches under ``/api/v1``."""

from __future__ import annotations

from typing import Any

from exchange.core.access import Actor
from exchange.core.pages import Page
from exchange.core.web import ApiRoom
from exchange.core.web.api import shown

from .. import operations, queries
from ..models import AppraisalBatch, AppraisalBatchRow
from ..rules.inputs import to_money
from ..schemas import AmendBatchBody, BatchAnswer, BatchFilter, QueueShape, RowsQuery, UploadBatchBody

api = ApiRoom("appraisal_batches", __name__)


def described(batch: AppraisalBatch, actor: Actor) -> dict[str, Any]:
    """A batch with the figures of the whole once it is computed."""
    found = shown(BatchAnswer, batch, actor)
    totals = queries.totals_of(queries.current_batch_version(batch))
    if totals is not None:
        found["totals"] = {
            "count": totals.count, "value": totals.value.to_json(), "lendable": totals.lendable.to_json(),
            "together": {name: amount.to_json() for name, amount in totals.sum.items()},
            "one_by_one": {name: amount.to_json() for name, amount in totals.apart.items()},
            "diversification": str(totals.diversification), "top_ten": str(totals.top_ten), "concentration": str(totals.concentration),
        }
    found["versions"] = [{"number": row.number, "request_sha256": row.request_sha256, "result_sha256": row.result_sha256} for row in batch.versions]
    found["job"] = f"/jobs/{batch.running_job}" if batch.running_job else None
    return found


def row_answer(row: AppraisalBatchRow) -> dict[str, Any]:
    """A row with its figures and faults."""
    names = (("p05", "p05"), ("simulated_p5", "P5"), ("simulated_p50", "P50"), ("simulated_p95", "P95"), ("share_of_shortfall", "contribution"), ("flv", "flv"))
    return {
        "number": row.number, "patent": row.facts.get("number", row.patent_number), "given": row.given, "faults": row.faults,
        "value": row.value.to_json() if row.value is not None else None,
        "ltv": str(row.result["ltv"]) if "ltv" in row.result else None, "binding": row.result.get("binding"),
        "common": row.result.get("common", []), "warnings": row.result.get("warnings", []),
        **{name: to_money(row.result[key]).to_json() for name, key in names if key in row.result},
    }


@api.get("/appraisal-batches", "appraisal_batch:list", query=BatchFilter)
def list_batches(data: dict[str, Any], actor: Actor) -> Any:
    """The batches of your organisation."""
    found: Page[AppraisalBatch] = queries.list_batches(actor, **data)
    return {"items": [described(row, actor) for row in found.rows], "next": found.next}


@api.get("/appraisal-batches/<id>", "appraisal_batch:read", thing=AppraisalBatch)
def show_batch(thing: AppraisalBatch, actor: Actor) -> Any:
    """One batch."""
    return described(thing, actor)


@api.get("/appraisal-batches/<id>/rows", "appraisal_batch:read", thing=AppraisalBatch, query=RowsQuery)
def list_rows(thing: AppraisalBatch, data: dict[str, Any], actor: Actor) -> Any:
    """A page of its rows."""
    found = queries.rows_page(thing, **data)
    return {"items": [row_answer(row) for row in found.rows], "next": found.next}


@api.post("/appraisal-batches", "appraisal_batch:upload", body=UploadBatchBody, status=201)
def upload_appraisal_batch(data: dict[str, Any], actor: Actor) -> Any:
    """Take in many patents with their assumptions."""
    return described(operations.upload_appraisal_batch(actor=actor, **data), actor)


@api.post("/appraisal-batches/<id>/check", "appraisal_batch:check", thing=AppraisalBatch, body=AmendBatchBody)
def amend_appraisal_batch(thing: AppraisalBatch, data: dict[str, Any], actor: Actor) -> Any:
    """Change assumptions; all rows are judged again."""
    rows = [{"number": row["number"], **row["cells"]} for row in data["rows"]]
    return described(operations.amend_appraisal_batch(
        thing, settings=data["settings"] or None, rows=rows, source=data["source"], description=data["description"], actor=actor), actor)


@api.post("/appraisal-batches/<id>/queue", "appraisal_batch:queue", thing=AppraisalBatch, body=QueueShape, status=202)
def queue_appraisal_batch(thing: AppraisalBatch, data: dict[str, Any], actor: Actor) -> Any:
    """Compute; the answer names the job."""
    return described(operations.queue_appraisal_batch(thing, actor=actor, **data), actor)


@api.post("/appraisal-batches/<id>/cancel", "appraisal_batch:cancel", thing=AppraisalBatch)
def cancel_appraisal_batch(thing: AppraisalBatch, actor: Actor) -> Any:
    """Stop between two chunks."""
    return described(operations.cancel_appraisal_batch(thing, actor=actor), actor)
