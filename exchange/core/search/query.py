"""What a person typed, read into phrases; written out for FTS5 or for tsquery, never passed through raw.

A Han run is a phrase of pairs, one character a prefix, quotes make a phrase, `-word` excludes; every other string is a valid query."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from exchange.core.errors import Invalid, define
from exchange.core.search.tokens import HAN, TOKEN, code, pairs, plain, terms, word_term
from exchange.core.text import _

define("QUERY_TOO_LONG", 422, _("Search for at most {limit} characters."))

LONGEST = 256
PIECE = re.compile(r'(?P<minus>(?<![^\s"])[-−－])?(?:"(?P<quoted>[^"]*)"|(?P<bare>[^\s"]+))')
LONE_HAN = re.compile(f"[{HAN}]")
EVERY_ROW = code("is", "row")
WIDTHS = str.maketrans({"“": '"', "”": '"', "＂": '"', "「": '"', "」": '"', "−": "-", "－": "-", "　": " "})


@dataclass(frozen=True, slots=True)
class Phrase:
    """Terms that follow one another; a prefix phrase is one character that a term must begin with."""

    words: tuple[str, ...]
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """All phrases wanted, those excluded, and exact codes: one of each group."""

    wanted: tuple[Phrase, ...] = ()
    excluded: tuple[Phrase, ...] = ()
    groups: tuple[tuple[str, ...], ...] = ()
    any_of: bool = False

    @property
    def is_empty(self) -> bool:
        """Tells that nothing was asked in words."""
        return not self.wanted and not self.excluded

    def loosened(self) -> "Query":
        """Gives the same query content with any one phrase instead of all."""
        return Query(self.wanted, self.excluded, self.groups, any_of=True)


def phrases(bare: str) -> list[Phrase]:
    """Reads one unquoted piece: each Han run a phrase, each word a term."""
    found: list[Phrase] = []
    for run, word in TOKEN.findall(plain(bare)):
        if word:
            found.append(Phrase((word_term(word),)))
        else:
            found.append(Phrase(tuple(pairs(run)), prefix=len(run) == 1))
    return found


def quoted_phrase(text: str) -> list[Phrase]:
    """Reads one quoted piece as a single phrase."""
    words = tuple(terms(text))
    lone = len(words) == 1 and len(words[0]) == 1 and bool(LONE_HAN.match(words[0]))
    return [Phrase(words, prefix=lone)] if words else []


def parse(text: str, *, filters: Mapping[str, Iterable[str]] | None = None) -> Query:
    """Reads a query of at most 256 characters; only its length, NUL and lone surrogates can be refused."""
    if len(text) > LONGEST:
        raise Invalid("QUERY_TOO_LONG", field="q", limit=LONGEST)
    plain(text)
    wanted, excluded = list[Phrase](), list[Phrase]()
    for piece in PIECE.finditer(text.translate(WIDTHS)):
        quoted, bare = piece["quoted"], piece["bare"]
        found = phrases(bare) if bare is not None else quoted_phrase(quoted or "")
        (excluded if piece["minus"] else wanted).extend(found)
    return Query(_once(wanted), _once(excluded), groups_of(filters or {}))


def _once(found: list[Phrase]) -> tuple[Phrase, ...]:
    return tuple(dict.fromkeys(found))


def groups_of(filters: Mapping[str, Iterable[str]]) -> tuple[tuple[str, ...], ...]:
    """Gives filters as groups of codes, of each of which one must be there."""
    groups = (tuple(code(name, value) for value in values) for name, values in sorted(filters.items()))
    return tuple(group for group in groups if group)


def fts5(query: Query) -> str:
    """Writes a query for FTS5's MATCH, every term quoted."""
    joint = " OR " if query.any_of else " AND "
    parts = [f"({joint.join(_fts5_phrase(phrase) for phrase in query.wanted)})"] if query.wanted else []
    parts += ["{codes} : (" + " OR ".join(f'"{token}"' for token in group) + ")" for group in query.groups]
    text = " AND ".join(parts) or f'{{codes}} : "{EVERY_ROW}"'
    for phrase in query.excluded:
        text = f"({text}) NOT {_fts5_phrase(phrase)}"
    return text


def _fts5_phrase(phrase: Phrase) -> str:
    columns = "{title abstract claims applicant} : "
    return columns + '"' + " ".join(phrase.words) + '"' + ("*" if phrase.prefix else "")


def tsquery(query: Query) -> str:
    """Writes a query as the text of a tsquery, every lexeme quoted; words look at the weights A to C, codes at D."""
    joint = " | " if query.any_of else " & "
    parts = [f"({joint.join(_ts_phrase(phrase) for phrase in query.wanted)})"] if query.wanted else []
    parts += ["(" + " | ".join(f"'{token}':D" for token in group) + ")" for group in query.groups]
    parts = parts or [f"'{EVERY_ROW}':D"]
    return " & ".join([*parts, *(f"!({_ts_phrase(phrase)})" for phrase in query.excluded)])


def _ts_phrase(phrase: Phrase) -> str:
    mark = ":*ABC" if phrase.prefix else ":ABC"
    return "(" + " <-> ".join(f"'{word}'{mark}" for word in phrase.words) + ")"


def tsvector(columns: Iterable[tuple[str, str]]) -> str:
    """Writes segmented columns with their weight letters as the text of a tsvector, positions counted on."""
    position, parts = 0, list[str]()
    for weight, text in columns:
        for word in text.split():
            position = min(position + 1, 16_383)
            parts.append(f"'{word}':{position}{weight}")
        position = min(position + 8, 16_383)
    return " ".join(parts)
