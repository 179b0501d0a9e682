"""Reasons of a match as sentences in the reader's language, and the choices of the forms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from exchange.core import i18n
from exchange.core.money import Money
from exchange.core.search.tokens import runs_of
from exchange.core.text import _
from exchange.market.deals.states import Mode
from exchange.market.listings.rules.regions import region_name, regions
from exchange.market.matching.models import Demand, Interest, Match
from exchange.market.matching.rules.fields import subclass_names
from exchange.market.matching.rules.glossary import concepts, words_of
from exchange.market.matching.rules.scoring import GAPS, PART_LABELS, SENTENCES
from exchange.market.matching.rules.wishes import DECLINE_REASONS, INVESTOR_KINDS

SHOWN_WORDS = 5


def reasons(match: Match) -> list[dict[str, Any]]:
    """The parts of a match, the weightiest first: label, share from 0 to 100, sentence."""
    return [_shown(match, part) for part in match.parts if part["name"] in PART_LABELS and part["sentence"] in SENTENCES]


def _shown(match: Match, part: Mapping[str, Any]) -> dict[str, Any]:
    label, sentence = PART_LABELS[part["name"]], SENTENCES[part["sentence"]]
    said = i18n.translate(sentence, **_readable(match, part))
    return {"label": i18n.translate(label), "share": part["value"] // 100, "sentence": said}


def _readable(match: Match, part: Mapping[str, Any]) -> dict[str, Any]:
    values = dict(part["values"])
    if "price" in values:
        amount = values["price"]
        values["price"] = i18n.money(Money.parse(amount["amount"], amount["currency"]))
    for name in ("wanted", "offered"):
        if name in values:
            values[name] = field_label(values[name])
    if "terms" in values:
        values["words"] = shared_words(match, values.pop("terms"))
    return values


def shared_words(match: Match, shared: list[str]) -> str:
    """The shared terms as people read them: concepts by name, pairs of characters joined into words."""
    language, listing = i18n.current(), match.listing
    met = [term[1:] for term in shared if term.startswith("~") and term[1:] in concepts()]
    named = [words_of(name, language) for name in met]
    text = f"{listing.title_zh} {listing.summary_zh} {listing.title_en} {listing.summary_en}"
    pieces = [piece for piece in runs_of(text, [term for term in shared if not term.startswith("~")]) if len(piece) > 1]
    covered = " ".join(word for name in met for word in (*concepts()[name].zh, *concepts()[name].en))
    extra = [piece for piece in sorted(pieces, key=lambda piece: -len(piece)) if piece not in covered]
    return (i18n.translate(_(", "))).join([*named, *extra][:SHOWN_WORDS])


def field_label(subclass: str) -> str:
    """A subclass with its short name in the reader's language."""
    names = subclass_names().get(subclass)
    return f"{subclass} {names[0 if i18n.current() == 'zh' else 1]}" if names else subclass


def coaching(match: Match) -> list[str]:
    """What the seller could add, in words."""
    return [i18n.translate(GAPS[name]) for name in match.gaps if name in GAPS]


def options() -> dict[str, list[tuple[str, str]]]:
    """The choices of the forms in the reader's language."""
    language, said = i18n.current(), i18n.translate
    return {
        "mode": [(str(mode), said(mode.label)) for mode in Mode],
        "region": [(code, region_name(code, language)) for code in regions()],
        "territory": [(code, region_name(code, language)) for code in ("CN", *regions())],
        "stage": [(str(level), f"TRL {level}") for level in range(1, 10)],
        "kind": [(name, said(label)) for name, label in INVESTOR_KINDS.items()],
        "decline": [(name, said(label)) for name, label in DECLINE_REASONS.items()],
        "field": [(subclass, field_label(subclass)) for subclass in sorted(subclass_names())],
    }  # fmt: skip


def typed(wish: Demand | Interest) -> dict[str, Any]:
    """A wish as its form shows it."""
    amounts = {name: i18n.amount_input(amount) if (amount := getattr(wish, name)) else "" for name in ("low", "high")}
    names = ("title", "text", "classes", "modes", "regions", "stage_low", "stage_high")
    return {name: getattr(wish, name) for name in names} | amounts


def wish_facts(wish: Demand | Interest) -> dict[str, Any]:
    """Fields, modes and regions of a wish in words."""
    language = i18n.current()
    comma = i18n.translate(_(", "))
    return {
        "fields": comma.join(field_label(subclass) for subclass in wish.classes) or None,
        "modes": comma.join(i18n.translate(Mode(mode).label) for mode in wish.modes) or None,
        "regions": comma.join(region_name(region, language) for region in wish.regions) or None,
    }


def demand_budget(wish: Demand | Interest) -> str | None:
    """A budget in words."""
    if wish.low and wish.high:
        return i18n.money_range(wish.low, wish.high)
    if wish.high:
        return i18n.translate(_("up to %(amount)s"), amount=i18n.money(wish.high))
    return i18n.translate(_("from %(amount)s"), amount=i18n.money(wish.low)) if wish.low else None
