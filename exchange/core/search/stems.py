"""English stems by Porter's algorithm (1980), so that "coatings" finds "coating" and "coated"."""

import re
from functools import lru_cache

MEASURE = re.compile(r"V+C+")
DOUBLE = re.compile(r"([^aeiou])\1$")
CVC = re.compile(r"CVC$")

STEP_2 = (
    ("ational", "ate"), ("tional", "tion"), ("enci", "ence"), ("anci", "ance"), ("izer", "ize"), ("isation", "ize"),
    ("abli", "able"), ("alli", "al"), ("entli", "ent"), ("eli", "e"), ("ousli", "ous"), ("ization", "ize"),
    ("ation", "ate"), ("ator", "ate"), ("alism", "al"), ("iveness", "ive"), ("fulness", "ful"), ("ousness", "ous"),
    ("aliti", "al"), ("iviti", "ive"), ("biliti", "ble"),
)  # fmt: skip
STEP_3 = (("icate", "ic"), ("ative", ""), ("alize", "al"), ("iciti", "ic"), ("ical", "ic"), ("ful", ""), ("ness", ""))
STEP_4 = (
    "ement", "ance", "ence", "able", "ible", "ment", "ant", "ent", "ism", "ate", "iti", "ous", "ive", "ize", "al", "er", "ic", "ou",
)  # fmt: skip


def _shape(word: str) -> str:
    """Writes a word as its consonants C and vowels V."""
    shape = ""
    for index, letter in enumerate(word):
        vowel = letter in "aeiou" or (letter == "y" and index > 0 and shape[-1] == "C")
        shape += "V" if vowel else "C"
    return shape


def _measure(word: str) -> int:
    """Counts the vowel-consonant turns of a word."""
    return len(MEASURE.findall(_shape(word)))


def _short(word: str) -> bool:
    """Tells whether a word ends consonant-vowel-consonant, the last not w, x or y."""
    return bool(CVC.search(_shape(word))) and word[-1] not in "wxy"


def _plural(word: str) -> str:
    """Takes the plural away (step 1a)."""
    if word.endswith("sses"):
        return word[:-2]
    if word.endswith("ies"):
        return word[:-2]
    if word.endswith("s") and not word.endswith("ss"):
        return word[:-1]
    return word


def _past(word: str) -> str:
    """Takes -ed and -ing away (step 1b)."""
    if word.endswith("eed"):
        return word[:-1] if _measure(word[:-3]) > 0 else word
    for ending in ("ed", "ing"):
        stem = word.removesuffix(ending)
        if stem != word and "V" in _shape(stem):
            return _mended(stem)
    return word


def _mended(stem: str) -> str:
    """Puts back the e, or drops the doubled letter, that the ending had changed."""
    if stem.endswith(("at", "bl", "iz")):
        return stem + "e"
    if DOUBLE.search(stem) and stem[-1] not in "lsz":
        return stem[:-1]
    return stem + "e" if _measure(stem) == 1 and _short(stem) else stem


def _replaced(word: str, table: tuple[tuple[str, str], ...]) -> str:
    """Replaces the first ending of the table whose stem is long enough."""
    for ending, new in table:
        if word.endswith(ending):
            stem = word.removesuffix(ending)
            return stem + new if _measure(stem) > 0 else word
    return word


def _cut(word: str) -> str:
    """Takes the last suffix away (step 4)."""
    if word.endswith(("sion", "tion")):
        return word[:-3] if _measure(word[:-3]) > 1 else word
    for ending in STEP_4:
        if word.endswith(ending):
            stem = word.removesuffix(ending)
            return stem if _measure(stem) > 1 else word
    return word


def _tidied(word: str) -> str:
    """Drops a silent e and a doubled l (step 5)."""
    if word.endswith("e"):
        stem = word[:-1]
        if _measure(stem) > 1 or (_measure(stem) == 1 and not _short(stem)):
            word = stem
    return word[:-1] if word.endswith("ll") and _measure(word) > 1 else word


@lru_cache(maxsize=131_072)
def stem(word: str) -> str:
    """Gives the stem of one lower-case ASCII word; words with digits and short ones stay as they are."""
    if len(word) < 4 or not word.isalpha():
        return word
    word = _past(_plural(word))
    if word.endswith("y") and "V" in _shape(word[:-1]):
        word = word[:-1] + "i"
    return _tidied(_cut(_replaced(_replaced(word, STEP_2), STEP_3)))
