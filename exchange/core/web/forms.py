"""Reading of requests: forms with dotted names, uploads taken before the transaction, keys and versions put aside."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, BinaryIO, cast

from flask import request
from marshmallow import fields
from werkzeug.datastructures import MultiDict

from exchange.core import files
from exchange.core.errors import DomainError, Invalid, faults_of
from exchange.core.i18n import sentence_of
from exchange.core.schemas import Choices, Shape, load, parse_json, shown_name

ASIDE = ("csrf_token", "idempotency_key", "version", "_draft", "_draft_version")


@dataclass(frozen=True)
class Kept:
    """Where and since when a form keeps what is typed; ``other`` holds what another device saved meanwhile."""

    path: str
    version: int = 0
    saved_at: datetime | None = None
    public_id: str = ""
    other: Mapping[str, Any] = field(default_factory=dict)
FORM_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data", "")
STEPS = 6
"""How deep the dotted names of a form may lead; what lies deeper is one name that no shape knows."""
ROW_NUMBER = re.compile(r"[0-9]{1,4}", re.ASCII)
VERSION = re.compile(r"[0-9]{1,18}", re.ASCII)
BESIDE = ("lang", "tour")


@dataclass
class Form:
    """A form as the template sees it: what was typed, and what is wrong with it."""

    data: Mapping[str, Any] = field(default_factory=dict)
    errors: dict[str, list[str]] = field(default_factory=dict)
    summary: list[tuple[str | None, str, str]] = field(default_factory=list)
    kept: Kept | None = None

    @classmethod
    def refused(cls, data: Mapping[str, Any], refusal: DomainError) -> Form:
        """The form given back with the refusal's sentences at their fields."""
        form = cls(data)
        for fault in faults_of(refusal):
            sentence = sentence_of(fault)
            form.summary.append((fault.field, sentence, fault.code.name))
            if fault.field:
                form.errors.setdefault(fault.field, []).append(sentence)
        return form


def typed(source: MultiDict[str, str]) -> dict[str, Any]:
    """What was typed, flat: one text a name, or a list where a name came several times."""
    return {name or "": values[0] if len(values) == 1 else values for name, values in source.lists()}


def nested(flat: Mapping[str, Any]) -> dict[str, Any]:
    """``items.0.name`` becomes ``{"items": [{"name": …}]}``; rows come in the order of their numbers."""
    tree: dict[str, Any] = {}
    for name, value in flat.items():
        *path, last = name.split(".", STEPS)
        place = tree
        for step in path:
            inner = place.setdefault(step, {})
            if not isinstance(inner, dict):
                raise DomainError("DUPLICATE_PARAMETER", name=shown_name(name))
            place = inner
        if last in place:
            raise DomainError("DUPLICATE_PARAMETER", name=shown_name(name))
        place[last] = value
    return {name: _rows(value) for name, value in tree.items()}


def _rows(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    inner = {name: _rows(each) for name, each in value.items()}
    if inner and all(ROW_NUMBER.fullmatch(name) for name in inner):
        rows = [inner[name] for name in sorted(inner, key=int)]
        return [row for row in rows if not isinstance(row, dict) or any(each not in ("", None) for each in row.values())]
    return inner


def read_form(shape: type[Shape] | None) -> tuple[dict[str, Any], dict[str, Any]]:
    """What was typed, and what the shape made of it."""
    if request.mimetype not in FORM_TYPES and request.get_data(cache=True):
        raise DomainError("MEDIA_TYPE", expected=", ".join(FORM_TYPES[:2]))
    flat = typed(request.form)
    kept = {name: value for name, value in flat.items() if name not in ASIDE}
    if shape is None:
        if kept:
            raise Invalid("UNKNOWN_FIELD", field=shown_name(next(iter(kept))))
        return flat, {}
    return flat, load(shape, _scalars_once(shape, nested(kept)), form=True)


def read_query(shape: type[Shape] | None) -> dict[str, Any]:
    """The query string by its shape; the language switch and the stop of the tour are put aside."""
    flat = {name: value for name, value in typed(request.args).items() if name not in BESIDE}
    return {} if shape is None else load(shape, _scalars_once(shape, flat), form=True)


def _scalars_once(shape: type[Shape], raw: dict[str, Any]) -> dict[str, Any]:
    declared = {each.data_key or name: each for name, each in shape().fields.items()}
    for name, value in [*raw.items()]:
        field_ = declared.get(name)
        if isinstance(value, list) and not isinstance(field_, fields.List | Choices | fields.Nested):
            raise DomainError("DUPLICATE_PARAMETER", name=shown_name(name))
        if isinstance(field_, fields.List):
            raw[name] = [each for each in (value if isinstance(value, list) else [value]) if each != ""]
            if not raw[name]:
                del raw[name]
    return raw


def read_json(shape: type[Shape] | None) -> dict[str, Any]:
    """The JSON body by its shape."""
    if not request.get_data(cache=True):
        body: Any = {}
    elif request.mimetype != "application/json":
        raise DomainError("MEDIA_TYPE", expected="application/json")
    else:
        body = parse_json(request.get_data(cache=True))
    if isinstance(body, dict):
        body = {name: value for name, value in body.items() if name != "version"}
    return load(shape or Shape, body)


def take_uploads(purposes: Mapping[str, str]) -> dict[str, Any]:
    """Check and store the uploaded files before any transaction; an empty control is None."""
    taken: dict[str, Any] = {}
    for name, purpose in purposes.items():
        stored = [each for each in request.files.getlist(name) if each.filename]
        try:
            uploads = [files.take(cast(BinaryIO, each.stream), each.filename or "", purpose=purpose) for each in stored]
        except DomainError as refusal:
            refusal.field = refusal.field or name
            raise
        taken[name] = uploads[0] if len(uploads) == 1 else (uploads or None)
    return taken


def request_digest(uploads: Mapping[str, Any]) -> str:
    """The digest by which a repeated key is compared: path, and fields or body, and the files' digests."""
    if request.mimetype == "application/json":
        content: Any = request.get_data(cache=True).decode("utf-8", "replace")
    else:
        content = sorted((name, value) for name, value in request.form.items(multi=True) if name not in ASIDE)
    marks = {name: str(getattr(each, "sha256", each)) for name, each in uploads.items() if each is not None}
    text = json.dumps([request.path, content, marks], ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def expected_version() -> int | None:
    """The version that the reader had before him, when the request names one."""
    given = request.headers.get("If-Match", "").strip('"') or request.form.get("version", "")
    if not given and request.mimetype == "application/json" and request.get_data(cache=True):
        body = parse_json(request.get_data(cache=True))
        given = str(body.get("version", "")) if isinstance(body, dict) else ""
    if not given:
        return None
    if not VERSION.fullmatch(given):
        raise Invalid("NUMBER_UNREADABLE", field="version", example="3")
    return int(given)
