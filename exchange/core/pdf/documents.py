"""The server's side of the renderer: ask for a document, a page image, a text or a check.

Everything is done in a warm child; nothing here opens a PDF. The same input and templates give the same bytes, so a
result is kept under the digest of its input.
"""

import hashlib
import json
import os
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from exchange.core.money import Money
from exchange.core.sandbox.pool import ROOT, TEMPLATES, Pool, pool
from exchange.core.text import Text


@dataclass(frozen=True, kw_only=True)
class DocumentHead:
    """What stands on the cover, in the running head and in the foot of a document."""

    title: str
    number: str
    issued_at: datetime
    version: str = "1"
    issuer: str = ""
    code: str = ""
    verify_url: str = ""
    audit_head: str = ""
    mark: str = ""

    def as_json(self) -> dict[str, str]:
        """The head as the template gets it; the time is ISO 8601 to the second."""
        return {**self.__dict__, "issued_at": self.issued_at.isoformat(timespec="seconds")}


@dataclass(frozen=True)
class Rendered:
    """A finished document and what it was made from."""

    content: bytes
    pages: int
    digest: str

    @property
    def sha256(self) -> str:
        """The digest of the bytes themselves."""
        return hashlib.sha256(self.content).hexdigest()


Kinds = list[tuple[list[Any], str]]


def plain(value: Any, kinds: Kinds, path: list[Any]) -> Any:
    """JSON for a value; what JSON cannot tell apart is noted in ``kinds`` with its path."""
    if isinstance(value, Mapping):
        return {str(key): plain(item, kinds, [*path, str(key)]) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item, kinds, [*path, place]) for place, item in enumerate(value)]
    if value is None or isinstance(value, bool | int | float):
        return value
    for type_, kind, write in KINDS:
        if isinstance(value, type_):
            kinds.append((path, kind))
            return write(value)
    if is_dataclass(value) and not isinstance(value, type):
        return plain({item.name: getattr(value, item.name) for item in fields(value)}, kinds, path)
    return str(value)


KINDS: tuple[tuple[type, str, Any], ...] = (
    (Money, "money", Money.to_json),
    (datetime, "moment", datetime.isoformat),
    (date, "date", date.isoformat),
    (Decimal, "decimal", lambda value: format(value, "f")),
    (Text, "text", str),
)


def canonical(data: Mapping[str, Any]) -> bytes:
    """The bytes of the data that are attached to the document and digested."""
    return written(plain(data, [], []))


def written(value: Any) -> bytes:
    """JSON with sorted keys and no blanks."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


@lru_cache(maxsize=4)
def template_version(folders: tuple[Path, ...] = (TEMPLATES,)) -> str:
    """A digest over every template, asset and catalogue that a document may draw on."""
    total = hashlib.sha256()
    for folder in (*folders, ROOT / "exchange" / "translations"):
        for path in sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc"):
            total.update(f"{path.relative_to(folder)}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def render(
    template: str,
    data: Mapping[str, Any],
    *,
    head: DocumentHead,
    language: str = "zh",
    cache: Path | None = None,
    using: Pool | None = None,
) -> Rendered:
    """One PDF/A-3a of a template under ``templates/pdf/`` with its data attached."""
    body, request = describe(template, data, head=head, language=language)
    kept = cache / f"{request['digest']}.pdf" if cache else None
    if kept is not None and kept.exists():
        return Rendered(kept.read_bytes(), int(kept.with_suffix(".pages").read_text()), request["digest"])
    from exchange.core.database import failpoint  # not above: the child imports this package and needs no database

    failpoint("renderer.started")
    answer, content = (using or pool()).ask({"act": "render", **request}, body)
    failpoint("renderer.rendered")
    made = Rendered(content, answer["pages"], request["digest"])
    if kept is not None:
        keep(made, kept)
        failpoint("renderer.stored")
    return made


def describe(
    template: str, data: Mapping[str, Any], *, head: DocumentHead, language: str
) -> tuple[bytes, dict[str, Any]]:
    """The request to the child and the digest of everything that decides the bytes."""
    kinds: Kinds = []
    body = written(plain(data, kinds, []))
    request = {"template": template, "language": language, "document": head.as_json(), "kinds": kinds}
    parts = [template_version().encode(), written(request), body]
    return body, {**request, "digest": hashlib.sha256(b"\n".join(parts)).hexdigest()}


def keep(made: Rendered, path: Path) -> None:
    """The result is kept under its digest, never as half a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    for target, content in ((path.with_suffix(".pages"), str(made.pages).encode()), (path, made.content)):
        partial = target.with_name(f".{target.name}.{os.getpid()}.{threading.get_ident()}")
        partial.write_bytes(content)
        partial.replace(target)


def preview(template: str, data: Mapping[str, Any], *, head: DocumentHead, language: str = "zh") -> str:
    """The same document as HTML, for a draft."""
    body, request = describe(template, data, head=head, language=language)
    return pool().ask({"act": "preview", **request}, body)[1].decode()


def page_image(content: bytes, page: int, *, width: int = 1200, watermark: str = "") -> bytes:
    """One page of a PDF as PNG."""
    request = {"act": "draw_page", "page": page, "width": width, "watermark": watermark}
    return pool().ask(request, content)[1]


def page_text(content: bytes, page: int | None = None) -> str:
    """The text of one page, or of all pages parted by form feeds."""
    return pool().ask({"act": "read_text", "page": page}, content)[1].decode()


def page_sizes(content: bytes) -> list[tuple[float, float]]:
    """Width and height of each page, in points."""
    return [(width, height) for width, height in pool().ask({"act": "measure"}, content)[0]["sizes"]]


def attached(content: bytes, name: str = "data.json") -> bytes:
    """The named file that a PDF carries."""
    return pool().ask({"act": "read_attachment", "name": name}, content)[1]


def inspect(act: str, content: bytes, **request: Any) -> tuple[dict[str, Any], bytes]:
    """An uploaded file is looked at in the child; `core.files` calls this."""
    return pool().ask({"act": act, **request}, content)


def pool_for(folders: Sequence[Path], **options: Any) -> Pool:
    """Children of their own, for tests and tools that bring their own templates."""
    return Pool(folders, **options)
