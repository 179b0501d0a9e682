"""Patent numbers in any spelling, so that the search box can go straight to the patent.

Only the shape is read here; whether a number is right and registered is for `patents` to say."""

import re
from unicodedata import normalize

DOTS = str.maketrans({"。": ".", "．": ".", "・": ".", "·": ".", "／": "/"})
APPLICATION = re.compile(r"(?:ZL)?(?:CN)?(?:ZL)?(?P<body>\d{12}|\d{8})(?:\.?(?P<check>[\dX]))?(?:[A-Z]\d?)?")
PUBLICATION = re.compile(r"(?P<country>[A-Z]{2})(?P<body>(?:[A-Z]{0,2})\d{5,13})(?P<kind>[A-Z]\d?)?")
WEIGHTS = (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)
NOISE = re.compile(r"[\s\-‐‑–—/,_]|专利号|申请号|公开号|公告号|PATENT|NO\.?:?|[:：№#]")


def compact(text: str) -> str:
    """Brings a number to half width and upper case, without spaces, hyphens and labels."""
    return NOISE.sub("", normalize("NFKC", text).translate(DOTS).upper())


def check_character(body: str) -> str:
    """Computes the check character of a Chinese application number of 8 or 12 digits."""
    rest = sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=False)) % 11
    return "X" if rest == 10 else str(rest)


def patent_numbers(text: str) -> tuple[str, ...]:
    """Gives the normal forms a text may be the number of, the likeliest first; none when it is no number.

    >>> patent_numbers("ZL 2015 1 0870162.5")
    ('CN201510870162.5',)
    """
    bare = compact(text)
    found: list[str] = []
    chinese = APPLICATION.fullmatch(bare)
    if chinese and _plausible(chinese["body"]):
        body = chinese["body"]
        found.append(f"CN{body}.{chinese['check'] or check_character(body)}")
    publication = PUBLICATION.fullmatch(bare)
    if publication and publication["country"] != "ZL" and not (found and "." in bare):
        found.append(publication["country"] + publication["body"] + (publication["kind"] or ""))
    return tuple(found)


def _plausible(body: str) -> bool:
    """Tells whether the year and type of a Chinese application number can be."""
    if len(body) == 8:
        return (int(body[:2]) >= 85 or int(body[:2]) <= 3) and body[2] in "12389"
    return 1985 <= int(body[:4]) <= 2099 and body[4] in "12389"
