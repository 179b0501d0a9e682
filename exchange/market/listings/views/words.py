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
from exchange.registers.patents.models import Encumbrance, Patent
from exchange.registers.patents.states import EncumbranceKind, LegalStatus, LicenceKind

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


GATE_LABELS: Mapping[str, Text] = {
    "G1": _("in force, fees paid, register fresh"),
    "G2": _("no seizure or stay"),
    "G3": _("no pledge, or the pledgee consents"),
    "G4": _("co-owners consent"),
    "G5": _("no licence in the way"),
    "G7": _("burdens are shown"),
}
POINT_LABELS: Mapping[str, Text] = {
    "listing_submit": _("submission"),
    "listing_approve": _("approval"),
    "listing_open": _("opening"),
    "award": _("acceptance of an offer"),
}


def gate_words(gate: str) -> str:
    """Names what a gate asks."""
    return i18n.translate(GATE_LABELS[gate]) if gate in GATE_LABELS else gate


def point_words(point: str) -> str:
    """Names when a gate was asked."""
    return i18n.translate(POINT_LABELS[point]) if point in POINT_LABELS else point


def decline_words(reason: str) -> str:
    """Names a reason of declining."""
    return i18n.translate(DECLINE_REASONS[reason])


def status_of(patent: Patent) -> str:
    """Names a patent's legal status."""
    return i18n.translate(LegalStatus(patent.legal_status).label)


def burden_words(burden: Encumbrance) -> str:
    """Says a burden in plain words: what it is, of which kind, until when; names only where they are public."""
    what = i18n.translate(EncumbranceKind(burden.kind).label)
    if burden.licence_kind:
        what = i18n.translate(_("%(kind)s, %(what)s"), kind=i18n.translate(LicenceKind(burden.licence_kind).label), what=what)
    if burden.public and burden.holder_name:
        what = i18n.translate(_("%(what)s of %(name)s"), what=what, name=burden.holder_name)
    if burden.ends_on:
        return i18n.translate(_("%(what)s, until %(date)s"), what=what, date=i18n.day(burden.ends_on))
    return i18n.translate(_("%(what)s, since %(date)s"), what=what, date=i18n.day(burden.begins_on))


def patent_options(patents: Sequence[Patent]) -> list[tuple[str, str]]:
    """Patents as choices of a form."""
    return [(patent.public_id, f"{patent.shown_number} {patent.title}") for patent in patents]


def burden_options(burdens: Sequence[Encumbrance]) -> list[tuple[int, str]]:
    """Burdens as choices of a form."""
    return [(burden.id, burden_words(burden)) for burden in burdens]


WORDS: Mapping[str, Any] = {
    "burden_options": burden_options, "burden_words": burden_words, "decline_words": decline_words, "gate_words": gate_words,
    "patent_options": patent_options, "point_words": point_words, "status_of": status_of, "region": region_label,
}  # fmt: skip


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
