"""The regions a listing or a demand can lie in: a tree of codes with names in both languages."""

import csv
from functools import cache
from importlib import resources


@cache
def regions() -> dict[str, tuple[str, str]]:
    """Gives the Chinese and English name of each region code, provinces before their cities."""
    text = resources.files("exchange.market.listings").joinpath("data", "regions.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
    return {row["code"]: (row["zh"], row["en"]) for row in rows}


def region_name(code: str, language: str) -> str:
    """Gives a region's name in a language; the whole country by its own name, an unknown code as it is."""
    if code == "CN":
        return "全国" if language == "zh" else "China"
    names = regions().get(code)
    return code if names is None else names[0 if language == "zh" else 1]


def lineage(code: str) -> list[str]:
    """Gives a region and those above it, the widest first.

    >>> lineage("CN/44/4403")
    ['CN', 'CN/44', 'CN/44/4403']
    """
    parts = code.split("/")
    return ["/".join(parts[: size + 1]) for size in range(len(parts))]
