"""The score of a match: hard bars for law and money only, then named parts from 0 to 1, each with its reason in words."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from exchange.core.money import Money
from exchange.core.text import Text, _
from exchange.market.matching.rules.fields import NEIGHBOUR, SAME_SUBCLASS, nearest, subclass_of
from exchange.market.matching.rules.glossary import telling_terms

WHOLE = 10_000
FUSION_K = 60
CANDIDATES = 200
CONCEPT_WEIGHT = 2.0
TEXT_GAIN = 2.0  # a cosine of a half between two differently worded descriptions is already as good as it gets
FULL_LIFE_DAYS = 10 * 365
FRESH_DAYS = 365
FULL_RECORD = 5
STAGE_STEP = 2_500
WORTH_TELLING = 2_500  # below this no match is kept

WEIGHTS_VERSION = "2026-11"
WEIGHTS: Mapping[str, int] = {
    "text": 30, "field": 25, "price": 12, "stage": 10, "region": 6, "life": 6, "valuation": 4, "freshness": 4, "record": 3,
}  # fmt: skip

PART_LABELS: Mapping[str, Text] = {
    "text": _("Text"),
    "field": _("Field"),
    "price": _("Price"),
    "stage": _("Stage"),
    "region": _("Region"),
    "life": _("Remaining life"),
    "valuation": _("Appraisal"),
    "freshness": _("Freshness"),
    "record": _("Holder's record"),
}

SENTENCES: Mapping[str, Text] = {
    "text_shared": _("In common: %(words)s"),
    "text_none": _("The texts share no telling word"),
    "field_same": _("Same field %(wanted)s"),
    "field_near": _("Neighbouring field: %(offered)s beside %(wanted)s"),
    "field_class": _("Related field: %(offered)s and %(wanted)s"),
    "field_far": _("Another field: %(offered)s"),
    "field_unknown": _("No field of technology is given"),
    "stage_fits": _("Stage TRL %(stage)s as wanted"),
    "stage_off": _("Stage TRL %(stage)s, wanted %(low)s to %(high)s"),
    "stage_unknown": _("The stage is not stated"),
    "price_within": _("Asked %(price)s, within your budget"),
    "price_open": _("Asked %(price)s; you named no budget"),
    "price_enquiry": _("Price on enquiry"),
    "region_same": _("In the region you look in"),
    "region_near": _("In the same province"),
    "region_other": _("In another region"),
    "life_years": _("%(years)s years left"),
    "life_unknown": _("The remaining term is not known"),
    "valuation_there": _("A sealed appraisal is there"),
    "valuation_missing": _("No appraisal yet"),
    "fresh_days": _("Listed %(days)s days ago"),
    "record_deals": _("The holder has completed %(deals)s deals here"),
    "record_none": _("The holder's first deal here"),
}

GAPS: Mapping[str, Text] = {
    "no_valuation": _("No appraisal: a sealed report answers the question about the price before it is asked."),
    "no_english": _("No English summary: seekers who write English find you by the glossary alone."),
    "no_chinese": _("No Chinese summary: most seekers write Chinese."),
    "no_price": _("No price: seekers with a budget cannot tell whether it fits."),
    "no_stage": _("No stage (TRL): seekers who look for production-ready technology pass by."),
    "no_evidence": _("No evidence of use: samples, tests or orders weigh most with buyers."),
    "no_region": _("No region: seekers nearby cannot find you as a neighbour."),
}

BARS: Mapping[str, Text] = {
    "mode": _("Not offered in a mode that is wanted"),
    "budget": _("Asked above the budget"),
    "territory": _("Not offered for that territory"),
    "force": _("Not in force"),
    "rights": _("A right of another stands in the way"),
}


@dataclass(frozen=True, slots=True)
class Wish:
    """What a seeker looks for; of a demand or of an investor's saved criteria."""

    key: str
    text: str = ""
    classes: tuple[str, ...] = ()
    modes: frozenset[str] = frozenset()
    low: Money | None = None
    high: Money | None = None
    regions: tuple[str, ...] = ()
    territory: str = ""
    stage_low: int | None = None
    stage_high: int | None = None
    language: str = "zh"
    terms: frozenset[str] = frozenset()

    def with_terms(self) -> "Wish":
        """The same wish with its telling terms ready."""
        return self if self.terms else replace(self, terms=telling_terms(self.text))


@dataclass(frozen=True, slots=True)
class Supply:
    """What a listing offers, as matching sees it; nothing confidential is in here."""

    key: str
    text: str = ""
    classes: tuple[str, ...] = ()
    mode: str = ""
    price: Money | None = None
    region: str = ""
    territories: tuple[str, ...] = ()
    stage: int | None = None
    days_left: int | None = None
    in_force: bool = True
    barred: bool = False
    has_valuation: bool = False
    has_evidence: bool = False
    has_english: bool = False
    has_chinese: bool = True
    opened_on: date | None = None
    deals_done: int = 0
    terms: frozenset[str] = frozenset()

    def with_terms(self) -> "Supply":
        """The same supply with its telling terms ready."""
        return self if self.terms else replace(self, terms=telling_terms(self.text))



@dataclass(frozen=True, slots=True)
class Part:
    """One named part of a score: 0 to 10,000, and the sentence that says why with its values."""

    name: str
    value: int
    sentence: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Judged:
    """A wish and a supply judged: score of 10,000, lane, parts with reasons, what the seller could add."""

    wish: str
    supply: str
    score: int
    lane: str
    parts: tuple[Part, ...]
    gaps: tuple[str, ...]


# ---------------------------------------------------------------- bars


def bars(wish: Wish, supply: Supply) -> list[str]:
    """Names what forbids a match outright: law and money, never the field of technology."""
    found = []
    if wish.modes and supply.mode not in wish.modes:
        found.append("mode")
    if wish.high and supply.price and (supply.price.currency != wish.high.currency or supply.price > wish.high):
        found.append("budget")
    if wish.territory and supply.territories and not any(_meets(wish.territory, place) for place in supply.territories):
        found.append("territory")
    if not supply.in_force:
        found.append("force")
    if supply.barred:
        found.append("rights")
    return found


def _meets(one: str, other: str) -> bool:
    return one == other or one.startswith(other + "/") or other.startswith(one + "/")


# ---------------------------------------------------------------- parts


class Corpus:
    """How rare each term is among all supplies, so that rare words weigh more."""

    def __init__(self, texts: Iterable[frozenset[str]]) -> None:
        """Counts the texts in which each term stands."""
        self.size, self.counts = 0, dict[str, int]()
        for words in texts:
            self.size += 1
            for word in words:
                self.counts[word] = self.counts.get(word, 0) + 1

    def weight(self, word: str) -> float:
        """Gives the weight of a term; concepts that both languages share count twice."""
        rarity = math.log(1 + (self.size + 1) / (1 + self.counts.get(word, 0)))
        return rarity * (CONCEPT_WEIGHT if word.startswith("~") else 1.0)

    def likeness(self, one: frozenset[str], other: frozenset[str]) -> int:
        """Compares two texts by their weighted terms, in ten-thousandths."""
        shared = sum(self.weight(word) for word in sorted(one & other))
        whole = math.sqrt(sum(map(self.weight, sorted(one))) * sum(map(self.weight, sorted(other))))
        return min(WHOLE, round(WHOLE * TEXT_GAIN * shared / whole)) if whole else 0


def text_part(wish: Wish, supply: Supply, corpus: Corpus) -> Part:
    """Judges how much the texts speak of the same."""
    shared = wish.terms & supply.terms
    if not shared:
        return Part("text", 0, "text_none")
    by_weight = sorted(shared, key=lambda word: (-corpus.weight(word), word))
    return Part("text", corpus.likeness(wish.terms, supply.terms), "text_shared", {"terms": by_weight[:12]})


def field_part(wish: Wish, supply: Supply) -> Part:
    """Judges the distance of the fields; it moves a match between lanes, never out."""
    if not wish.classes or not supply.classes:
        return Part("field", 0, "field_unknown")
    near, wanted, offered = nearest(wish.classes, supply.classes)
    values = {"wanted": subclass_of(wanted), "offered": subclass_of(offered or supply.classes[0])}
    if near >= SAME_SUBCLASS:
        return Part("field", near, "field_same", values)
    if near == NEIGHBOUR:
        return Part("field", near, "field_near", values)
    return Part("field", near, "field_class" if near else "field_far", values)


def stage_part(wish: Wish, supply: Supply) -> Part | None:
    """Judges the stage when the seeker named one."""
    if wish.stage_low is None and wish.stage_high is None:
        return None
    low, high = wish.stage_low or 1, wish.stage_high or 9
    if supply.stage is None:
        return Part("stage", 0, "stage_unknown")
    off = max(low - supply.stage, supply.stage - high, 0)
    values = {"stage": supply.stage, "low": low, "high": high}
    return Part("stage", max(0, WHOLE - STAGE_STEP * off), "stage_off" if off else "stage_fits", values)


def price_part(wish: Wish, supply: Supply) -> Part | None:
    """Judges the price: the full part at the lower end of the budget, six tenths at its upper end."""
    if supply.price is None:
        return Part("price", WHOLE // 2, "price_enquiry") if wish.high else None
    values = {"price": supply.price.to_json()}
    if wish.high is None:
        return Part("price", WHOLE, "price_open", values)
    low = wish.low.minor if wish.low else 0
    above, width = max(0, supply.price.minor - low), max(1, wish.high.minor - low)
    return Part("price", WHOLE - (4_000 * min(above, width)) // width, "price_within", values)


def region_part(wish: Wish, supply: Supply) -> Part | None:
    """Judges the region when both sides named one."""
    if not wish.regions or not supply.region:
        return None
    if any(_meets(region, supply.region) for region in wish.regions):
        return Part("region", WHOLE, "region_same")
    province = supply.region.split("/")[:2]
    same_province = any(region.split("/")[:2] == province for region in wish.regions)
    return Part("region", 5_000, "region_near") if same_province else Part("region", 0, "region_other")


def life_part(supply: Supply) -> Part:
    """Judges the years left, ten or more being full."""
    if supply.days_left is None:
        return Part("life", 0, "life_unknown")
    values = {"years": supply.days_left // 365}
    return Part("life", min(WHOLE, WHOLE * max(0, supply.days_left) // FULL_LIFE_DAYS), "life_years", values)


def valuation_part(supply: Supply) -> Part:
    """Judges whether a sealed appraisal is there."""
    there = supply.has_valuation
    return Part("valuation", WHOLE if there else 0, "valuation_there" if there else "valuation_missing")


def freshness_part(supply: Supply, on: date) -> Part | None:
    """Judges how lately it was listed; after a year nothing is left."""
    if supply.opened_on is None:
        return None
    days = max(0, (on - supply.opened_on).days)
    return Part("freshness", max(0, WHOLE - WHOLE * days // FRESH_DAYS), "fresh_days", {"days": days})


def record_part(supply: Supply) -> Part:
    """Judges the holder's completed deals, five being full."""
    done = supply.deals_done
    return Part("record", min(WHOLE, WHOLE * done // FULL_RECORD), "record_deals" if done else "record_none", {"deals": done})


def gaps_of(supply: Supply) -> tuple[str, ...]:
    """Names what the seller could add to be found and believed more."""
    missing = {
        "no_valuation": not supply.has_valuation, "no_evidence": not supply.has_evidence, "no_price": supply.price is None,
        "no_stage": supply.stage is None, "no_english": not supply.has_english, "no_chinese": not supply.has_chinese,
        "no_region": not supply.region,
    }  # fmt: skip
    return tuple(name for name, lacks in missing.items() if lacks)


# ---------------------------------------------------------------- score


def judge(wish: Wish, supply: Supply, *, corpus: Corpus, on: date, weights: Mapping[str, int] = WEIGHTS) -> Judged:
    """Scores one pair: the weighted mean of the parts that apply, and the lane by field."""
    wish, supply = wish.with_terms(), supply.with_terms()
    possible = (
        text_part(wish, supply, corpus), field_part(wish, supply), price_part(wish, supply), stage_part(wish, supply),
        region_part(wish, supply), life_part(supply), valuation_part(supply), freshness_part(supply, on), record_part(supply),
    )  # fmt: skip
    parts = tuple(part for part in possible if part is not None)
    whole = sum(weights.get(part.name, 0) for part in parts)
    score = sum(weights.get(part.name, 0) * part.value for part in parts) // whole if whole else 0
    lane = "same" if next(part.value for part in parts if part.name == "field") >= SAME_SUBCLASS else "adjacent"
    ordered = tuple(sorted(parts, key=lambda part: (-weights.get(part.name, 0) * part.value, part.name)))
    return Judged(wish.key, supply.key, score, lane, ordered, gaps_of(supply))


def fuse(*rankings: Sequence[str], k: int = FUSION_K) -> list[str]:
    """Fuses rankings by reciprocal rank; ties by key."""
    points: dict[str, float] = {}
    for ranking in rankings:
        for place, key in enumerate(ranking, start=1):
            points[key] = points.get(key, 0.0) + 1 / (k + place)
    return sorted(points, key=lambda key: (-points[key], key))


def candidates(wish: Wish, supplies: Sequence[Supply], corpus: Corpus) -> list[Supply]:
    """Picks the supplies worth judging: by text and by field apart, fused, at most 200; barred ones are left out."""
    free = [supply for supply in supplies if not bars(wish, supply)]
    by_text = _ranked({s.key: corpus.likeness(wish.terms, s.terms) for s in free})
    by_field = _ranked({s.key: nearest(wish.classes, s.classes)[0] for s in free})
    named = {supply.key: supply for supply in free}
    return [named[key] for key in fuse(by_text, by_field)[:CANDIDATES]]


def _ranked(points: Mapping[str, int]) -> list[str]:
    return [key for key in sorted(points, key=lambda key: (-points[key], key)) if points[key] > 0]


def matches(
    wish: Wish, supplies: Sequence[Supply], *, on: date, corpus: Corpus | None = None, weights: Mapping[str, int] = WEIGHTS
) -> list[Judged]:
    """Gives the matches of a wish among supplies, the best first, ties by key; the same data gives the same order."""
    ready = [supply.with_terms() for supply in supplies]
    wish, corpus = wish.with_terms(), corpus or Corpus(supply.terms for supply in ready)
    judged = [judge(wish, supply, corpus=corpus, on=on, weights=weights) for supply in candidates(wish, ready, corpus)]
    worth = [match for match in judged if match.score >= WORTH_TELLING and meets_in_substance(match)]
    return sorted(worth, key=lambda match: (-match.score, match.supply))


def meets_in_substance(match: Judged) -> bool:
    """Tells whether text or field speak for the match at all, not price and freshness alone."""
    values = {part.name: part.value for part in match.parts}
    return values["text"] >= 500 or values["field"] >= NEIGHBOUR
