"""The quick estimate: five inputs, a range with its reasons, nothing kept."""

from __future__ import annotations

from typing import Any

from flask import request as http

from exchange.core import clock
from exchange.core.access import Actor
from exchange.core.errors import DomainError, faults_of
from exchange.core.i18n import sentence_of
from exchange.core.web import Room, page

from ..rules.quick import estimate
from ..rules.vocabulary import BINDING
from ..schemas import QuickQuery
from . import pictures

room = Room("appraisal_quick", __name__)


@room.page("/appraisals/quick", public="a first estimate is open to all and keeps nothing", query=QuickQuery)
def quick_estimate(data: dict[str, Any], actor: Actor | None) -> Any:
    found, why_not = None, []
    if data["sales"]:
        try:
            found = estimate(today=clock.today(), **data)
        except DomainError as refusal:
            why_not = [(fault.field or "", sentence_of(fault)) for fault in faults_of(refusal)]
    template = "appraisals/_quick.html" if http.headers.get("HX-Request") else "appraisals/quick.html"
    figure = pictures.tornado_of(found["request"], found["result"]) if found else None
    return page(template, typed=data, found=found, why_not=why_not, binding_words=BINDING, figure=figure)
