"""Which language: asked for in the address, preferred by the person, kept in the cookie, sent by the browser, Chinese."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar, Token
from typing import Final, Literal, TypeGuard

Language = Literal["zh", "en"]
LANGUAGES: Final[tuple[Language, ...]] = ("zh", "en")
DEFAULT: Final[Language] = "zh"

_current: ContextVar[Language] = ContextVar("language", default=DEFAULT)


def current() -> Language:
    """The language of the running request or job."""
    return _current.get()


def use(language: Language) -> Token[Language]:
    """Set the language of the running request."""
    return _current.set(language)


@contextmanager
def speaking(language: Language) -> Iterator[None]:
    """Speak ``language`` within the block, as a mail or PDF to one recipient needs."""
    token = _current.set(language)
    try:
        yield
    finally:
        _current.reset(token)


def html_language(language: Language) -> str:
    """The tag for ``<html lang>`` and for the PDF."""
    return "zh-Hans-CN" if language == "zh" else "en"


def is_language(value: str | None) -> TypeGuard[Language]:
    """Whether ``value`` names a language of the house."""
    return value in LANGUAGES


def choose_language(
    *, query: str | None = None, preference: str | None = None, cookie: str | None = None, accept: str | None = None
) -> Language:
    """The first of address, preference and cookie that names a language, else the browser's best, else Chinese."""
    for wish in (query, preference, cookie):
        if is_language(wish):
            return wish
    return best_of(accept or "")


def best_of(accept: str) -> Language:
    """The language an Accept-Language header likes best among ours; ties by its order."""
    best: Language = DEFAULT
    highest = 0.0
    for entry in accept.split(","):
        tag, _, parameters = entry.strip().partition(";")
        primary = tag.strip().lower().partition("-")[0]
        quality = quality_of(parameters)
        if is_language(primary) and quality > highest:
            best, highest = primary, quality
    return best


def quality_of(parameters: str) -> float:
    """The q value of one Accept-Language entry; what cannot be read counts as refused."""
    name, _, value = parameters.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        quality = float(value)
    except ValueError:
        return 0.0
    return quality if 0.0 <= quality <= 1.0 else 0.0
