"""Words of the listing pages: facets as links, options of selects, regions by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from exchange.core import i18n
from exchange.core.text import Text, _
from exchange.market.deals.rules import PRICE_FORMS
from exchange.market.deals.states import Mode
from exchange.market.listings.queries.browse import FACETS
from exchange.market.listings.rules.listing import INDUSTRIES, PRICE_BANDS, STAGES
from exchange.market.listings.rules.offer import DECLINE_REASONS
from exchange.market.listings.rules.regions import region_name, regions
from exchange.market.listings.schemas import LISTED_MODES, LISTED_PRICE_MODES
from exchange.market.listings.states import PriceMode

SORT_LABELS: Mapping[str, Text] = {
    "newest": _("Newest first"),
    "relevance": _("Best match first"),
    "price": _("Lowest price first"),
    "price_down": _("Highest price first"),
    "ending": _("Ending soon"),
    "complete": _("Most complete first"),
}
FACET_LABELS: Mapping[str, Text] = {
    "sale": _("Transfer or licence"),
    "mode": _("Mode"),
    "price_mode": _("Pricing"),
    "industry": _("Industry"),
    "section": _("IPC section"),
    "ipc": _("IPC subclass"),
    "stage": _("Stage"),
    "band": _("Price"),
    "region": _("Region"),
}
SALE_LABELS: Mapping[str, Text] = {
    "transfer": _("Transfer"),
    "licence": _("Licence"),
    "capital": _("Capital contribution"),
}
SECTIONS: Mapping[str, Text] = {
    "A": _("A Human necessities"),
    "B": _("B Operations and transport"),
    "C": _("C Chemistry and metallurgy"),
    "D": _("D Textiles and paper"),
    "E": _("E Construction"),
    "F": _("F Mechanics, lighting, heating"),
    "G": _("G Physics"),
    "H": _("H Electricity"),
}


def region_label(code: str) -> str:
    """Names a region in the reader's language."""
    return region_name(code, i18n.current())


def value_label(facet: str, value: str) -> str:
    """Names a facet's value in the reader's language."""
    if facet == "region":
        return region_label(value)
    if facet == "mode":
        return i18n.translate(Mode(value).label)
    if facet == "price_mode":
        return i18n.translate(PriceMode(value).label)
    named: Mapping[str, Mapping[str, Any]] = {
        "sale": SALE_LABELS, "industry": INDUSTRIES, "section": SECTIONS,
        "stage": {name: stage[0] for name, stage in STAGES.items()}, "band": {name: band[0] for name, band in PRICE_BANDS.items()},
    }  # fmt: skip
    label = named.get(facet, {}).get(value)
    return value if label is None else i18n.translate(label)


def query_string(data: Mapping[str, Any], **changes: Any) -> str:
    """The address of the list with some filters changed; the place in the pages is left unless it is named."""
    merged = {name: value for name, value in data.items() if name != "cursor"} | changes
    pairs = [
        (name, each) for name, value in merged.items() if value and not (name == "sort" and value == "newest")
        for each in (value if isinstance(value, list | tuple) else [value])
    ]  # fmt: skip
    return "/listings" + ("?" + urlencode(pairs) if pairs else "")


def facet_groups(
    counted: Mapping[str, Sequence[tuple[str, int]]], chosen: Mapping[str, Sequence[str]], data: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """The facets as groups of links, each with its count and whether it is chosen; empty groups are left out."""
    groups = []
    for name in FACETS:
        rows = list(counted.get(name, ()))
        rows += [(value, 0) for value in chosen.get(name, ()) if value not in dict(rows)]
        links = [_link(name, value, number, chosen.get(name, ()), data) for value, number in rows]
        if links:
            groups.append({"name": name, "label": FACET_LABELS[name], "links": links, "active": bool(chosen.get(name))})
    return groups


def _link(name: str, value: str, number: int, chosen: Sequence[str], data: Mapping[str, Any]) -> dict[str, Any]:
    on = value in chosen
    values = [each for each in chosen if each != value] if on else [*chosen, value]
    return {"label": value_label(name, value), "count": number, "on": on, "url": query_string(data, **{name: values})}


def options() -> dict[str, list[tuple[str, str]]]:
    """The choices of the forms in the reader's language."""
    said = i18n.translate
    return {
        "mode": [(mode, said(Mode(mode).label)) for mode in LISTED_MODES],
        "price_mode": [(mode, said(PriceMode(mode).label)) for mode in LISTED_PRICE_MODES],
        "price_form": [(name, said(label)) for name, label in PRICE_FORMS.items()],
        "industry": [(name, said(label)) for name, label in INDUSTRIES.items()],
        "stage": [(str(level), f"TRL {level}") for level in range(1, 10)],
        "region": [(code, region_label(code)) for code in regions()],
        "territory": [(code, region_label(code)) for code in ("CN", *regions())],
        "decline": [(name, said(label)) for name, label in DECLINE_REASONS.items()],
    }  # fmt: skip
