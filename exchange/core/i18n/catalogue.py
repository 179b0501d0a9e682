"""Sentences: English in the source, Chinese from the fragments of ``exchange/translations``.

A placeholder is ``%(name)s`` (sentences of pages) or ``{name}`` (sentences of refusals); values are shown in the
manner of the language, so that an amount or a date in a sentence never has a format of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Final

from babel.messages.pofile import read_po

from exchange.core.errors import DomainError
from exchange.core.i18n.amounts import money_exact
from exchange.core.i18n.language import Language, current
from exchange.core.i18n.moments import day, moment
from exchange.core.money import Money
from exchange.core.text import Text

FRAGMENTS: Final = Path(__file__).resolve().parents[2] / "translations" / "zh_Hans_CN"
PLACEHOLDER: Final = re.compile(r"%\((\w+)\)[sd]|\{(\w+)\}|%%")


@dataclass(frozen=True)
class Entry:
    """One translated message and the fragment that holds it."""

    source: str
    target: str
    fragment: str


def entries(folder: Path = FRAGMENTS) -> Iterator[Entry]:
    """Every translated message of every fragment, in the order of their names."""
    for path in sorted(folder.glob("*.po")):
        with path.open(encoding="utf-8") as stream:
            messages = read_po(stream, locale="zh_Hans_CN", abort_invalid=True)
        for message in messages:
            source, target = first(message.id), first(message.string)
            if source and target:
                yield Entry(source, target, path.stem)


def first(text: str | Sequence[str] | None) -> str:
    """A message, or of a plural its singular."""
    return text if isinstance(text, str) else (text or ("",))[0]


@cache
def chinese() -> Mapping[str, str]:
    """English sentence → Chinese sentence, read once."""
    return {entry.source: entry.target for entry in entries()}


def translate(message: str, lang: Language | None = None, **values: Any) -> str:
    """``message`` in the reader's language with its placeholders filled; unknown messages stay English."""
    language = lang or current()
    return filled(chinese().get(message, message) if language == "zh" else str(message), values, language)


def plural(singular: str, many: str, number: int, *, lang: Language | None = None, **values: Any) -> str:
    """The singular or plural sentence for ``number``, which it may name as ``%(num)s``; Chinese has one form."""
    language = lang or current()
    source = singular if number == 1 or language == "zh" else many
    return translate(source, language, num=number, **values)


def filled(sentence: str, values: Mapping[str, Any], language: Language) -> str:
    """``sentence`` with every placeholder replaced; braces stay as they are when nothing is to be filled in."""

    def value_of(found: re.Match[str]) -> str:
        name = found[1] or found[2]
        if name is None:
            return "%"
        if found[2] and name not in values:
            return found[0]
        return spoken(values[name], language)

    return PLACEHOLDER.sub(value_of, sentence) if "%" in sentence or (values and "{" in sentence) else sentence


def spoken(value: Any, language: Language) -> str:
    """A value inside a sentence, in the manner of the language."""
    if isinstance(value, Text):
        return translate(value, language)
    if isinstance(value, Money):
        return money_exact(value, lang=language)
    if isinstance(value, datetime):
        return moment(value, lang=language)
    if isinstance(value, date):
        return day(value, lang=language)
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, Sequence | set | frozenset) and not isinstance(value, str):
        return ("、" if language == "zh" else ", ").join(spoken(item, language) for item in value)
    return str(value)


def sentence_of(error: DomainError, lang: Language | None = None) -> str:
    """The sentence of a refusal, in the reader's language."""
    return translate(error.code.sentence, lang, **error.details)


def in_both(message: str, **values: Any) -> dict[Language, str]:
    """``message`` in both languages, for sealed documents that bear both."""
    return {"zh": translate(message, "zh", **values), "en": translate(message, "en", **values)}
