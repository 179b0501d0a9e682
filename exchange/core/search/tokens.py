"""The tokeniser of index and query: Latin words as stems, Han runs as overlapping pairs of characters.

Pairs find a two-character word such as 电池 anywhere in a run, which neither FTS5's unicode61 nor any trigram index does."""

import re
from collections.abc import Iterable
from operator import add
from unicodedata import combining, is_normalized, normalize

from exchange.core.errors import Invalid
from exchange.core.search.stems import stem

HAN = (
    "\u3005-\u3007\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)  # Han, kana and hangul: scripts written without spaces or read by syllable
TOKEN = re.compile(f"([{HAN}]+)|([^\\W_{HAN}]+)")
SURROGATE = re.compile("[\ud800-\udfff\x00]")
LATIN_MARKS = re.compile("[\u00c0-\u024f\u1e00-\u1eff]")


def plain(text: str) -> str:
    """Brings text to one width and one case; NUL and lone surrogates are refused."""
    if bad := SURROGATE.search(text):
        raise Invalid("BAD_TEXT", position=bad.start() + 1)
    if not text.isascii() and not is_normalized("NFKC", text):
        text = normalize("NFKC", text)
    return text.casefold()


def word_term(word: str) -> str:
    """Gives the term of one Latin word: no accents, its English stem."""
    if not word.isascii() and LATIN_MARKS.search(word):
        word = "".join(mark for mark in normalize("NFKD", word) if not combining(mark))
    return stem(word) if word.isascii() else word


def pairs(run: str) -> list[str]:
    """Gives a Han run as its overlapping pairs, a lone character as itself."""
    return list(map(add, run, run[1:])) if len(run) > 1 else [run]


def terms(text: str) -> list[str]:
    """Gives the terms of any text in order, the same for index and query.

    >>> terms("锂电池 Coatings, 5G")
    ['锂电', '电池', 'coat', '5g']
    """
    found: list[str] = []
    for run, word in TOKEN.findall(plain(text)):
        if run:
            found += pairs(run)
        else:
            found.append(word_term(word))
    return found


def segmented(text: str) -> str:
    """Gives text as the index keeps it: its terms between spaces."""
    return " ".join(terms(text))


def code(name: str, value: str) -> str:
    """Gives the token of an exact value, such as `ipc=h01m`; what an index cannot keep becomes an underscore.

    >>> code("ipc", "H01M 10/0525")
    'ipc=h01m_10/0525'
    """
    return f"{name}={re.sub(r'[^0-9a-z/.+-]', '_', plain(value))}"


def codes(pairs_of: Iterable[tuple[str, str]]) -> str:
    """Gives many exact values as the codes column keeps them, each once and in order."""
    return " ".join(dict.fromkeys(code(name, value) for name, value in pairs_of))


def runs_of(text: str, shared: Iterable[str]) -> list[str]:
    """Gives the longest readable pieces of a text that are made of shared terms, for showing why two texts meet.

    >>> runs_of("一种锂电池隔膜的涂层", ["电池", "池隔", "隔膜"])
    ['电池隔膜']
    """
    wanted, pieces = set(shared), list[str]()
    for run, word in TOKEN.findall(plain(text)):
        if word:
            pieces += [word] if word_term(word) in wanted else []
        else:
            pieces += _han_pieces(run, wanted)
    return list(dict.fromkeys(pieces))


def _han_pieces(run: str, wanted: set[str]) -> list[str]:
    """Joins neighbouring shared pairs of one Han run."""
    pieces, piece = list[str](), ""
    for pair in pairs(run):
        if pair in wanted:
            piece = piece + pair[-1] if piece else pair
        elif piece:
            pieces, piece = [*pieces, piece], ""
    return [*pieces, piece] if piece else pieces
