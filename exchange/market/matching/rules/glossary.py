"""The small Chinese and English glossary: one concept, its words in both languages, the IPC subclasses it points to."""

import csv
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources

from exchange.core.search.tokens import plain, terms

LONGEST_PHRASE = 4

@dataclass(frozen=True, slots=True)
class Concept:
    """One technical idea and how both languages call it."""

    name: str
    zh: tuple[str, ...]
    en: tuple[str, ...]
    classes: tuple[str, ...]


def rows_of(name: str) -> Iterator[dict[str, str]]:
    """Gives the rows of a shipped table, comments left out."""
    text = resources.files("exchange.market.matching").joinpath("data", name).read_text(encoding="utf-8")
    yield from csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))


@cache
def common_terms() -> frozenset[str]:
    """Gives the terms that tell nothing about a technology."""
    return frozenset(row["term"] for row in rows_of("common_terms.csv"))


@cache
def concepts() -> dict[str, Concept]:
    """Gives the glossary by concept."""
    return {
        row["concept"]: Concept(
            row["concept"], tuple(row["zh"].split("|")), tuple(row["en"].split("|")), tuple(row["ipc"].split("|"))
        )
        for row in rows_of("glossary.csv")
    }


@cache
def _han_words() -> tuple[re.Pattern[str], dict[str, str]]:
    named = {plain(word): concept.name for concept in concepts().values() for word in concept.zh}
    longest_first = sorted(named, key=lambda word: (-len(word), word))
    return re.compile("|".join(re.escape(word) for word in longest_first)), named


@cache
def _latin_phrases() -> dict[tuple[str, ...], str]:
    return {tuple(terms(phrase)): concept.name for concept in concepts().values() for phrase in concept.en}


def concepts_of(text: str) -> list[str]:
    """Names the concepts that a text of either language speaks of, the most often named first.

    >>> concepts_of("Ceramic coated separators for lithium batteries")[:2]
    ['battery', 'ceramic']
    """
    pattern, named = _han_words()
    found = Counter(named[word] for word in pattern.findall(plain(text)))
    words, phrases = terms(text), _latin_phrases()
    for size in range(1, LONGEST_PHRASE + 1):
        for start in range(len(words) - size + 1):
            concept = phrases.get(tuple(words[start : start + size]))
            if concept:
                found[concept] += 1
    return [name for name, _count in sorted(found.items(), key=lambda item: (-item[1], item[0]))]


def telling_terms(text: str) -> frozenset[str]:
    """Gives the terms of a text that tell something, with its concepts as `~name`, which both languages share."""
    own = {term for term in terms(text) if term not in common_terms()}
    return frozenset(own | {f"~{name}" for name in concepts_of(text)})


def classes_of(text: str) -> list[str]:
    """Guesses the IPC subclasses of a text that gives none, the likeliest first; the first of each concept weighs most."""
    counted: Counter[str] = Counter()
    for place, name in enumerate(concepts_of(text)[:6]):
        for rank, subclass in enumerate(concepts()[name].classes):
            counted[subclass] += max(1, 6 - place) * (3 if rank == 0 else 1)
    return [subclass for subclass, _count in sorted(counted.items(), key=lambda item: (-item[1], item[0]))][:5]


def words_of(concept: str, language: str) -> str:
    """Gives the first word of a concept in a language."""
    found = concepts()[concept]
    return found.zh[0] if language == "zh" else found.en[0]
