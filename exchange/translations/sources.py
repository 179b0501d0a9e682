"""Every marked sentence of the code and the templates, found as Babel finds it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from babel.messages.extract import extract

ROOT: Final = Path(__file__).resolve().parents[2]
EVERYWHERE: Final = (ROOT / "exchange", ROOT / "templates")
KEYWORDS: Final[Mapping[str, tuple[int, ...] | None]] = {
    "_": None, "gettext": None, "translate": None, "ngettext": (1, 2), "plural": (1, 2),
}  # fmt: skip
OPTIONS: Final = {"extensions": "jinja2.ext.i18n", "trimmed": "true", "silent": "false", "encoding": "utf-8"}


def files(paths: Iterable[Path]) -> Iterator[Path]:
    """The Python files and templates at or below ``paths``."""
    for path in paths:
        found = sorted(path.rglob("*")) if path.is_dir() else [path]
        yield from (file for file in found if file.suffix in (".py", ".html", ".txt", ".xml") and file.is_file())


def messages(paths: Iterable[Path] = EVERYWHERE) -> dict[str, list[str]]:
    """Sentence → the places that mark it."""
    places: dict[str, list[str]] = defaultdict(list)
    for file in files(paths):
        place = file.relative_to(ROOT) if file.is_relative_to(ROOT) else file
        for line, message in marked(file):
            places[message].append(f"{place}:{line}")
    return dict(places)


def marked(file: Path) -> Iterator[tuple[int, str]]:
    """Line and sentence of each mark in one file; of a plural the singular, which names it."""
    method = "python" if file.suffix == ".py" else "jinja2.ext:babel_extract"
    with file.open("rb") as stream:
        for line, found, _comments, _context in extract(method, stream, keywords=KEYWORDS, options=dict(OPTIONS)):
            message = found if isinstance(found, str) else found[0]
            if message:
                yield line, message
