"""What can still be sold of a licensed patent: regions by years, read from the live licences."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from exchange.core import clock
from exchange.market.deals.rules import use_of
from exchange.market.listings.models import Listing
from exchange.registers.patents.queries import rights_picture
from exchange.registers.patents.rules.licences import EVERYTHING, LiveLicence, remaining_cells
from exchange.registers.patents.states import LicenceKind, Use

MOST_YEARS = 12


@dataclass(frozen=True, slots=True)
class Remaining:
    """The picture: which region is free in which year, for the first listed patent."""

    territories: tuple[str, ...]
    years: tuple[int, ...]
    free: frozenset[tuple[str, int]]


def remaining_years(listing: Listing) -> Remaining | None:
    """Gives the free years of each listed region; none for a sale or without a patent."""
    if not listing.is_licence or not listing.patents or not listing.territories:
        return None
    picture = rights_picture(listing.patent_ids[0], clock.today())
    live = tuple(
        LiveLicence(burden.id, burden.licence_kind or LicenceKind.ORDINARY, burden.box, burden.public)
        for burden in picture.burdens if burden.box is not None
    )  # fmt: skip
    years = _years(listing, picture.expires_on)
    places, trades = tuple(listing.territories), tuple(listing.fields or (EVERYTHING,))
    cells = remaining_cells(Use(use_of(listing.mode)), live=live, territories=places, fields=trades, years=years)
    free = frozenset((place, year) for place in places for year in years if all((place, trade, year) in cells for trade in trades))
    return Remaining(places, years, free)


def _years(listing: Listing, expires_on: date | None) -> tuple[int, ...]:
    first = (listing.first_day or clock.today()).year
    last = listing.last_day.year if listing.last_day else (expires_on.year - 1 if expires_on else first + MOST_YEARS - 1)
    return tuple(range(first, min(last, first + MOST_YEARS - 1) + 1))
