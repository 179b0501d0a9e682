"""Words that stand in a template without a mark."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Final

from jinja2 import Environment

from exchange.translations.sources import ROOT, files

WORD: Final = re.compile(r"[A-Za-z\u4e00-\u9fff]{2,}")
SPOKEN: Final = frozenset({"alt", "aria-label", "placeholder", "title", "data-label", "aria-description"})
SILENT: Final = frozenset({"script", "style", "code"})
PROPER: Final = frozenset({
    "Zhirong", "知融", "English", "中文", "CSV", "XLSX", "JSON", "PDF", "XML", "SHA", "IPC", "CNY", "API", "OpenAPI", "AI",
    "LTV", "LPR", "TRL", "nbsp", "amp", "TOTP", "DOI", "CC", "BY", "URL", "NPV", "SSE", "QR", "Merkle", "CPC", "CNIPA",
})  # fmt: skip


class Words(HTMLParser):
    """Collects the words a reader would see or hear."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent += tag in SILENT
        self.found += [value for name, value in attrs if name in SPOKEN and value]

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in SILENT

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.found.append(data)


def text_of(source: str) -> str:
    """The template with every Jinja part replaced by a blank or, inside a tag, by nothing."""
    tokens = Environment(autoescape=True).lex(source)
    return "".join(value for _line, kind, value in tokens if kind == "data")


def literals(paths: list[Path]) -> list[str]:
    """Template and word, for every bare word that is no proper name."""
    return [
        f"{file.relative_to(ROOT) if file.is_relative_to(ROOT) else file}: {phrase}"
        for file in files(paths) if file.suffix == ".html"
        for phrase in bare(file.read_text(encoding="utf-8"))
    ]  # fmt: skip


def bare(source: str) -> Iterator[str]:
    """The unmarked phrases of one template."""
    words = Words()
    words.feed(text_of(source))
    for phrase in words.found:
        if "=\"" not in phrase and any(word not in PROPER for word in WORD.findall(phrase)):
            yield " ".join(phrase.split())
