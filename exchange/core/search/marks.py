"""Which pieces of a shown text a query met, so that a page can set them in bold without any markup in the text."""

from collections.abc import Iterator

from exchange.core.search.query import Query
from exchange.core.search.tokens import TOKEN, pairs, plain, word_term


def marked(text: str, query: Query) -> list[tuple[str, bool]]:
    """Cuts a text into pieces and says of each whether it was looked for.

    >>> from exchange.core.search.query import parse
    >>> marked("固态电池隔膜", parse("电池"))
    [('固态', False), ('电池', True), ('隔膜', False)]
    """
    words = {word for phrase in query.wanted for word in phrase.words}
    prefixes = tuple(phrase.words[0] for phrase in query.wanted if phrase.prefix)
    hit = bytearray(len(text))
    for start, end in _met(text, words, prefixes):
        hit[start:end] = b"\x01" * (end - start)
    pieces: list[tuple[str, bool]] = []
    start = 0
    for place in range(1, len(text) + 1):
        if place == len(text) or hit[place] != hit[start]:
            pieces.append((text[start:place], bool(hit[start])))
            start = place
    return pieces


def _met(text: str, words: set[str], prefixes: tuple[str, ...]) -> Iterator[tuple[int, int]]:
    for token in TOKEN.finditer(text):
        run, word = token.groups()
        if word and word_term(plain(word)) in words:
            yield token.span()
        for offset, pair in enumerate(pairs(run) if run else ()):
            if pair in words:
                yield token.start() + offset, token.start() + offset + len(pair)
            elif prefixes and pair.startswith(prefixes):
                yield token.start() + offset, token.start() + offset + 1
