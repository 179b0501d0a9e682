"""Importing: upload, the dry run with its codes, answers, confirmation, undo, the files."""

from __future__ import annotations

import re
from typing import Any

from flask import Response, url_for

from exchange.core import jobs
from exchange.core.access import Actor
from exchange.core.errors import Invalid
from exchange.core.i18n import translate
from exchange.core.text import Text, _
from exchange.core.web import Room, back_to, page
from exchange.registers.patents import operations, queries
from exchange.registers.patents.models import ImportBatch, ImportRow
from exchange.registers.patents.queries import exports
from exchange.registers.patents.rules.importing.decode import CANDIDATES
from exchange.registers.patents.rules.importing.fields import OPEN_FIELDS
from exchange.registers.patents.rules.importing.plan import finding_of
from exchange.registers.patents.rules.importing.reading import PROFILES
from exchange.registers.patents.rules.row_codes import ROW_CODES
from exchange.registers.patents.schemas import IMPORT_POLICIES, AnswersShape, ConfirmShape, RowFilter, UploadShape
from exchange.registers.patents.views.patents import attachment
from exchange.registers.patents.rules.permissions import IMPORTS

room = Room("imports", __name__)
BLANKS = re.compile(r"\{\w+\}")
POLICY_LABELS: dict[str, Text] = {
    "fill": _("Fill what is empty"), "replace": _("Replace what differs"), "keep": _("Keep what is there"),
}
NOTES: dict[str, Text] = {
    "NAME_CONTENT_DIFFER": _("The name says another format than the content; the content was read."),
    "OTHER_SHEETS": _("The workbook has other sheets; one of them was read."),
}


@room.form("/patents/import", "import:upload", shape=UploadShape, template="imports/list.html", uploads={"file": "patents"},
           context=lambda actor: {"batches": queries.find_batches(actor).rows})
def upload_import(data: dict[str, Any], actor: Actor) -> Any:
    """Upload a file; small ones are checked at once."""
    if data.get("file") is None:
        raise Invalid("MISSING_FIELD", field="file")
    batch = operations.upload_import(actor, data["file"], again=data.get("again", False))
    return back_to(batch, _("Uploaded. Nothing is written until you confirm."))


@room.page("/patents/import/template.<kind>", IMPORTS)
def template_file(kind: str, actor: Actor) -> Response:
    """Our template as a workbook or as CSV."""
    return attachment(exports.template_file("csv" if kind == "csv" else "xlsx"))


@room.page("/patents/import/<id>", IMPORTS, thing=ImportBatch, query=RowFilter, home=True)
def show_import(thing: ImportBatch, data: dict[str, Any], actor: Actor) -> str:
    """One batch: what was found, what is asked, what will happen."""
    code = data.get("code", "")
    rows = queries.rows_of_batch(thing.id, code=code, limit=200 if code else 50)
    return page(
        "imports/show.html", batch=thing, rows=[row_shown(row) for row in rows], code=code, codes=codes_shown(thing),
        encodings=list(CANDIDATES.items()), profiles=list(PROFILES.values()), fields=list(OPEN_FIELDS.items()),
        policies=[(name, POLICY_LABELS[name]) for name in IMPORT_POLICIES], notes=[NOTES.get(note, note) for note in thing.notes],
        profile=PROFILES[thing.profile].label if thing.profile in PROFILES else "", job=job_shown(thing), form=None,
        trail=[(translate(_("Patents")), url_for("patents.list_patents")), (translate(_("Imports")), url_for("imports.upload_import")), (thing.filename, None)],
    )


def codes_shown(batch: ImportBatch) -> list[dict[str, Any]]:
    """The codes of the dry run with their level, sentence and number."""
    return [
        {"code": code, "level": ROW_CODES[code][0], "sentence": BLANKS.sub("…", translate(ROW_CODES[code][1])), "count": number}
        for code, number in queries.codes_of_batch(batch)
    ]


def row_shown(row: ImportRow) -> dict[str, Any]:
    """A row of the batch with everything that was said about it."""
    findings = [finding_of(one) for one in row.findings]
    return {
        "number": row.number, "level": row.level, "outcome": row.outcome, "shown": row.shown, "before": row.before, "after": row.after,
        "findings": [(one.code, one.level, translate(one.sentence, **one.details)) for one in findings],
    }


def job_shown(batch: ImportBatch) -> dict[str, Any] | None:
    """The job that reads or writes the batch, while it runs."""
    if not batch.job_id or batch.state not in ("uploaded", "recognised", "mapped", "writing"):
        return None
    job = jobs.job_by_id(batch.job_id)
    return {"state": str(job.state), "url": url_for("imports.show_import", id=batch.public_id), "public_id": job.public_id}


@room.post("/patents/import/<id>/map", "import:map", thing=ImportBatch, shape=AnswersShape)
def map_import(thing: ImportBatch, data: dict[str, Any], actor: Actor) -> Any:
    """Answer what the file leaves open."""
    operations.map_import(actor, thing.id, **data)
    return back_to(thing, _("Read again with your answers."))


@room.post("/patents/import/<id>/confirm", "import:confirm", thing=ImportBatch, shape=ConfirmShape)
def confirm_import(thing: ImportBatch, data: dict[str, Any], actor: Actor) -> Any:
    """Write the accepted rows as drafts."""
    operations.confirm_import(actor, thing.id, **data)
    return back_to(thing, _("The accepted rows are being written as drafts."))


@room.post("/patents/import/<id>/stop", "import:stop", thing=ImportBatch)
def stop_import(thing: ImportBatch, actor: Actor) -> Any:
    """Stop the writing after the chunk under way."""
    operations.want_stop(actor, thing.id)
    return back_to(thing, _("The writing stops after this chunk."))


@room.post("/patents/import/<id>/undo", "import:undo", thing=ImportBatch)
def undo_import(thing: ImportBatch, actor: Actor) -> Any:
    """Take the import back."""
    operations.undo_import(actor, thing.id)
    return back_to(thing, _("The import is undone; what others worked on stays."))


@room.post("/patents/import/<id>/discard", "import:discard", thing=ImportBatch)
def discard_import(thing: ImportBatch, actor: Actor) -> Any:
    """Put the batch away."""
    operations.discard_import(actor, thing.id)
    return back_to(thing, _("Discarded."))


@room.page("/patents/import/<id>/errors", IMPORTS, thing=ImportBatch)
def download_errors(thing: ImportBatch, actor: Actor) -> Response:
    """The refused rows with what is wrong, to be repaired and uploaded again."""
    return attachment(exports.error_file(thing))
