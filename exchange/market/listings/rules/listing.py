"""What a listing must and should say."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from exchange.core.errors import Forbidden, Invalid
from exchange.core.money import Money
from exchange.core.text import Text, _
from exchange.market.deals.states import LICENCES, Mode
from exchange.market.listings.rules import refusals as _refusals  # noqa: F401  # the codes are declared there
from exchange.market.listings.states import PriceMode

TERM_DAYS = 180
LONGEST_TERM_DAYS = 365
MOST_PATENTS = 200
SUPPORTED_PRICE_MODES = (PriceMode.NEGOTIATED, PriceMode.FIXED, PriceMode.ASCENDING, PriceMode.SEALED, PriceMode.DUTCH)

STAGES: Mapping[str, tuple[Text, int, int]] = {
    "research": (_("Research (TRL 1–3)"), 1, 3),
    "prototype": (_("Prototype (TRL 4–6)"), 4, 6),
    "production": (_("Production (TRL 7–9)"), 7, 9),
}

PRICE_BANDS: Mapping[str, tuple[Text, int | None]] = {
    "under-100k": (_("Below 100,000 yuan"), 10_000_000),
    "100k-500k": (_("100,000 to 500,000 yuan"), 50_000_000),
    "500k-1m": (_("500,000 to 1 million yuan"), 100_000_000),
    "1m-5m": (_("1 to 5 million yuan"), 500_000_000),
    "over-5m": (_("Above 5 million yuan"), None),
    "enquiry": (_("Price on enquiry"), None),
}

INDUSTRIES: Mapping[str, Text] = {
    "new-energy": _("New energy and batteries"),
    "electronics": _("Electronics and semiconductors"),
    "software": _("Software and artificial intelligence"),
    "telecom": _("Communication"),
    "medical": _("Medicine and medical devices"),
    "materials": _("Chemistry and materials"),
    "machinery": _("Machinery and robots"),
    "vehicles": _("Vehicles and transport"),
    "environment": _("Environment and water"),
    "agriculture": _("Agriculture and food"),
    "construction": _("Construction"),
    "consumer": _("Consumer goods"),
    "other": _("Other"),
}


@dataclass(frozen=True, slots=True)
class Draft:
    """What a listing says, as values; the rules look at nothing else."""

    mode: str
    price_mode: str
    price: Money | None = None
    on_enquiry: bool = False
    title_zh: str = ""
    title_en: str = ""
    summary_zh: str = ""
    summary_en: str = ""
    problem: str = ""
    solution: str = ""
    benefit: str = ""
    economics: str = ""
    stage: int | None = None
    evidence_of_use: str = ""
    prior_art: str = ""
    industry: str = ""
    region: str = ""
    territories: Sequence[str] = ()
    fields: Sequence[str] = ()
    first_day: date | None = None
    last_day: date | None = None
    patents: int = 0
    declared: bool = False
    leak_confirmed: bool = False
    documents: int = 0
    has_valuation: bool = False
    days_left: int | None = None


FIELD_LABELS: Mapping[str, Text] = {
    "patents": _("the patents"),
    "title_zh": _("the Chinese title"),
    "summary_zh": _("the Chinese summary"),
    "industry": _("the industry"),
    "stage": _("the stage (TRL)"),
    "declared": _("the declaration of burdens"),
}


def missing_fields(draft: Draft) -> list[str]:
    """Names the fields without which no listing goes to review."""
    given = {
        "patents": draft.patents > 0, "title_zh": bool(draft.title_zh), "summary_zh": bool(draft.summary_zh),
        "industry": bool(draft.industry), "stage": draft.stage is not None, "declared": draft.declared,
    }  # fmt: skip
    return [name for name, there in given.items() if not there]


def check_complete(draft: Draft) -> None:
    """A listing that goes to review is complete, priced and, for a licence, boxed."""
    if missing := missing_fields(draft):
        raise Invalid("LISTING_INCOMPLETE", field=missing[0], fields=[FIELD_LABELS[name] for name in missing])
    if draft.mode in LICENCES and not has_box(draft):
        raise Invalid("BOX_REQUIRED", field="territories")
    if draft.price is None and not (draft.on_enquiry and draft.price_mode == PriceMode.NEGOTIATED):
        raise Invalid("PRICE_REQUIRED", field="price")
    if not draft.leak_confirmed:
        raise Invalid("LEAK_WARNING", field="leak_confirmed")


def has_box(draft: Draft) -> bool:
    """Tells whether territory, field and first day of the licence are said; no end means the patent's term."""
    return bool(draft.territories and draft.fields and draft.first_day)


@dataclass(frozen=True, slots=True)
class Gap:
    """What a listing lacks, what it costs in points and what the holder can do."""

    name: str
    points: int
    advice: Text


@dataclass(frozen=True, slots=True)
class Completeness:
    """A score from 0 to 100 with its gaps, the dearest first; it never blocks."""

    score: int
    gaps: tuple[Gap, ...]


COMPLETENESS_VERSION = "2026-11"
COMPLETENESS: tuple[tuple[str, int, Text], ...] = (
    ("summary_zh", 10, _("Describe the technology in at least 100 Chinese characters.")),
    ("summary_en", 8, _("Add an English title and summary; foreign buyers and the other language's search find it then.")),
    ("problem", 8, _("Say which problem it solves.")),
    ("solution", 8, _("Say how it solves it.")),
    ("benefit", 10, _("Say what is better than the known solution, in numbers.")),
    ("economics", 10, _("Compare costs or yields with the known solution.")),
    ("stage", 6, _("Give the stage (TRL).")),
    ("evidence_of_use", 12, _("Show evidence of use: samples, tests, orders.")),
    ("prior_art", 8, _("Say what you know of prior art or attach a search report.")),
    ("price", 8, _("State a price; listings with a price are asked about more often.")),
    ("has_valuation", 6, _("Attach a sealed appraisal.")),
    ("documents", 3, _("Attach drawings or papers.")),
    ("remaining_life", 3, _("Less than five years are left; say why it is still worth buying.")),
)  # the six commonest reasons of buyers to walk away weigh most; the points sum to 100

SHORTEST_SUMMARY = 100
SHORTEST_ENGLISH = 200
SHORTEST_PART = 30
FIVE_YEARS = 5 * 365


def completeness(draft: Draft) -> Completeness:
    """Scores how much a listing tells a buyer, and names what is missing."""
    gaps = tuple(Gap(name, points, advice) for name, points, advice in COMPLETENESS if not _told(draft, name))
    return Completeness(100 - sum(gap.points for gap in gaps), tuple(sorted(gaps, key=lambda gap: -gap.points)))


def _told(draft: Draft, name: str) -> bool:
    match name:
        case "summary_zh":
            return len(draft.summary_zh) >= SHORTEST_SUMMARY
        case "summary_en":
            return len(draft.summary_en) >= SHORTEST_ENGLISH and bool(draft.title_en)
        case "problem" | "solution" | "benefit" | "economics" | "evidence_of_use" | "prior_art":
            return len(getattr(draft, name)) >= SHORTEST_PART
        case "stage" | "price":
            return getattr(draft, name) is not None
        case "has_valuation" | "documents":
            return bool(getattr(draft, name))
        case _:
            return draft.days_left is not None and draft.days_left >= FIVE_YEARS


def price_band(price: Money | None) -> str:
    """Names the band a price falls into; no price is "on enquiry"."""
    if price is None:
        return "enquiry"
    return next(name for name, (_label, limit) in PRICE_BANDS.items() if limit is None or price.minor < limit)


def stage_band(stage: int | None) -> str:
    """Names the stage band of a technology readiness level; unknown has none."""
    return next((name for name, (_label, low, high) in STAGES.items() if stage and low <= stage <= high), "")


def sale_of(mode: str) -> str:
    """Names the coarse kind of sale a seeker filters by."""
    return "licence" if mode in LICENCES else str(mode)


def sells_again(mode: str) -> bool:
    """Tells whether a listing of this mode may be sold more than once."""
    return mode in (Mode.ORDINARY, Mode.OPEN)


def check_term(opens: date, ends: date) -> None:
    """A listing runs at most 365 days."""
    if not opens < ends <= opens + timedelta(days=LONGEST_TERM_DAYS):
        raise Invalid("NUMBER_OUT_OF_RANGE", field="term_days", low=1, high=LONGEST_TERM_DAYS)


def check_reviewer(holder_ids: Collection[int], reviewer_organisation_id: int) -> None:
    """Nobody reviews a listing of its own organisation."""
    if reviewer_organisation_id in holder_ids:
        raise Forbidden("OWN_MATTER")
