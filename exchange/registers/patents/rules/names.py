"""Holders' names: one normal form for comparing whole names; likeness is a suggestion, never equality."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

SIMILAR = (("有限责任公司", "有限公司"), ("limited", "ltd"), ("company", "co"), ("corporation", "corp"), ("incorporated", "inc"))


@lru_cache(maxsize=50_000)
def normal_name(name: str) -> str:
    """The name without width, case, blanks, punctuation and form of brackets."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(one for one in folded if unicodedata.category(one)[0] not in "PZSC")


def same_name(left: str, right: str) -> bool:
    """Whether two spellings are the same whole name."""
    return normal_name(left) == normal_name(right)


def alike(left: str, right: str) -> bool:
    """Whether two names differ only in words such as 有限责任公司 and 有限公司."""
    return _shortened(normal_name(left)) == _shortened(normal_name(right))


def _shortened(name: str) -> str:
    for long, short in SIMILAR:
        name = name.replace(long, short)
    return name
