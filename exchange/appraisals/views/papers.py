"""Papers after the issue: the bilingual edition on demand and the archive file."""

from __future__ import annotations

from typing import Any

from flask import Response

from exchange.core.access import ACTING, SUPERVISOR, Actor, permit, who
from exchange.core.text import _
from exchange.core.web import Room, back_to

from .. import operations, queries
from ..models import Appraisal
from ..states import CLIENT, INSTITUTION, READER

HOLDER = who("enterprise research investor exchange", ACTING, party="holder")
BILINGUAL = permit("appraisal:bilingual", CLIENT | HOLDER | INSTITUTION | READER)
ARCHIVE = permit("appraisal:archive", CLIENT | HOLDER | INSTITUTION | READER | SUPERVISOR)
room = Room("appraisal_papers", __name__)


@room.post("/appraisals/<id>/bilingual", BILINGUAL, thing=Appraisal)
def order_bilingual(thing: Appraisal, actor: Actor) -> Any:
    """Ask for the bilingual reading edition."""
    operations.order_bilingual(thing, actor=actor)
    return back_to(thing, _("The bilingual edition is being made; it will stand among the documents in a moment."))


@room.page("/appraisals/<id>/archive.zip", ARCHIVE, thing=Appraisal)
def download_archive(thing: Appraisal, actor: Actor) -> Response:
    """The archive file; sources and working versions only for the institution and supervisors."""
    whole = thing.institution_id == actor.organisation_id or SUPERVISOR.fits_role(actor)
    content = queries.archive_of(thing, whole=whole)
    operations.note_reading(thing, what="archive/whole" if whole else "archive", actor=actor)
    answer = Response(content, mimetype="application/zip")
    answer.headers["Content-Disposition"] = f'attachment; filename="{thing.number}-archive.zip"'
    return answer
