"""Classes 分类: IPC, CPC and Locarno symbols in one normal text, cut into their parts."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from exchange.core.text import Text, _

SYMBOL = re.compile(r"^([A-HY])(\d{2})([A-Z])(?:(\d{1,4})/(\d{2,6}))?$", re.ASCII)
FIXED_WIDTH = re.compile(r"^([A-HY])(\d{2})([A-Z])(\d{4})(\d{6})$", re.ASCII)
LOCARNO = re.compile(r"^(\d{2})(?:-(\d{2}))?-?$", re.ASCII)
EDITION = re.compile(r"\((?:19|20)\d{2}\.\d{2}\)|\[(?:\d|20\d{2}\.\d{2})\]")

SECTIONS: dict[str, Text] = {
    "A": _("Human necessities"),
    "B": _("Performing operations; transporting"),
    "C": _("Chemistry; metallurgy"),
    "D": _("Textiles; paper"),
    "E": _("Fixed constructions"),
    "F": _("Mechanical engineering; lighting; heating; weapons; blasting"),
    "G": _("Physics"),
    "H": _("Electricity"),
    "Y": _("New technological developments; cross-sectional technologies"),
}


@dataclass(frozen=True, slots=True)
class ClassSymbol:
    """One class with its parts; ``coarse`` when it stops at the subclass."""

    scheme: str
    symbol: str
    section: str
    class_code: str
    subclass: str | None
    main_group: str | None
    subgroup: str | None
    coarse: bool


@lru_cache(maxsize=200_000)
def read_class(scheme: str, text: str) -> ClassSymbol | None:
    """Read one symbol, or None where it is not a symbol of the scheme."""
    plain = EDITION.sub("", unicodedata.normalize("NFKC", text).upper())
    compact = re.sub(r"\s+", "", plain)
    if scheme == "locarno":
        return _locarno(compact)
    matched = SYMBOL.match(compact) or _fixed_width(compact)
    if matched is None or (scheme == "ipc" and matched[1] == "Y"):
        return None
    section, digits, letter, group, subgroup = matched.groups()
    subclass = section + digits + letter
    if group is None:
        return ClassSymbol(scheme, subclass, section, section + digits, subclass, None, None, True)
    main = group.lstrip("0") or "0"
    return ClassSymbol(scheme, f"{subclass} {main}/{subgroup}", section, section + digits, subclass, main, subgroup, False)


def _fixed_width(compact: str) -> re.Match[str] | None:
    matched = FIXED_WIDTH.match(compact)
    if matched is None:
        return None
    tail = matched[5].rstrip("0").ljust(2, "0")
    return SYMBOL.match(f"{matched[1]}{matched[2]}{matched[3]}{int(matched[4])}/{tail}")


def _locarno(compact: str) -> ClassSymbol | None:
    matched = LOCARNO.match(compact)
    if matched is None:
        return None
    group, sub = matched.groups()
    return ClassSymbol("locarno", f"{group}-{sub}" if sub else group, group, group, sub and f"{group}-{sub}", None, None, sub is None)
