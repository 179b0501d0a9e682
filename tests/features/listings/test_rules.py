"""What a listing must say, how complete it is, and how offers are answered."""

from datetime import UTC, date, datetime, timedelta

import pytest

from exchange.core.errors import DomainError
from exchange.core.money import yuan
from exchange.market.listings.rules.listing import (
    COMPLETENESS,
    Draft,
    check_complete,
    check_reviewer,
    check_term,
    completeness,
    missing_fields,
    price_band,
    sale_of,
    sells_again,
    stage_band,
)
from exchange.market.listings.rules.offer import (
    LicenceBox,
    check_answer,
    check_negotiable,
    check_offer,
    check_reason,
    check_rounds,
    inside,
    shown_reasons,
)
from exchange.market.listings.rules.regions import lineage, region_name

NOW = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
FULL = Draft(
    mode="transfer", price_mode="negotiated", price=yuan(1_200_000), title_zh="固态电池隔膜", title_en="Separator",
    summary_zh="隔" * 100, summary_en="s" * 200, problem="p" * 30, solution="s" * 30, benefit="b" * 30, economics="e" * 30,
    stage=7, evidence_of_use="u" * 30, prior_art="a" * 30, industry="new-energy", region="CN/44/4403", patents=1,
    declared=True, leak_confirmed=True, documents=1, has_valuation=True, days_left=4000,
)  # fmt: skip


def code_of(call: object) -> str:
    with pytest.raises(DomainError) as refusal:
        call()  # type: ignore[operator]  # the test hands in a closure
    return refusal.value.code.name


def but(**changes: object) -> Draft:
    from dataclasses import replace

    return replace(FULL, **changes)  # type: ignore[arg-type]  # the test names fields of Draft


def test_points_of_completeness_sum_to_100() -> None:
    assert sum(points for _name, points, _advice in COMPLETENESS) == 100


def test_a_full_listing_scores_100_without_gaps() -> None:
    assert completeness(FULL).score == 100
    assert completeness(FULL).gaps == ()


def test_names_the_dearest_gap_first() -> None:
    found = completeness(but(evidence_of_use="", documents=0))
    assert found.score == 85
    assert [gap.name for gap in found.gaps] == ["evidence_of_use", "documents"]


def test_an_empty_listing_scores_0() -> None:
    assert completeness(Draft(mode="transfer", price_mode="negotiated")).score == 0


def test_names_every_missing_field_at_once() -> None:
    assert missing_fields(but(title_zh="", stage=None, declared=False)) == ["title_zh", "stage", "declared"]
    assert code_of(lambda: check_complete(but(title_zh=""))) == "LISTING_INCOMPLETE"


def test_a_licence_needs_its_box() -> None:
    assert code_of(lambda: check_complete(but(mode="sole"))) == "BOX_REQUIRED"
    check_complete(but(mode="sole", territories=("CN",), fields=("*",), first_day=date(2027, 1, 1)))


def test_only_a_negotiated_listing_may_leave_the_price_open() -> None:
    check_complete(but(price=None, on_enquiry=True))
    assert code_of(lambda: check_complete(but(price=None, on_enquiry=True, price_mode="fixed"))) == "PRICE_REQUIRED"
    assert code_of(lambda: check_complete(but(price=None))) == "PRICE_REQUIRED"


def test_the_leak_must_be_acknowledged() -> None:
    assert code_of(lambda: check_complete(but(leak_confirmed=False))) == "LEAK_WARNING"


@pytest.mark.parametrize(
    ("amount", "band"),
    [("99999.99", "under-100k"), ("100000", "100k-500k"), ("500000", "500k-1m"), ("1000000", "1m-5m"), ("5000000", "over-5m")],
)
def test_a_band_begins_at_its_lower_bound(amount: str, band: str) -> None:
    assert price_band(yuan(amount)) == band


def test_no_price_is_on_enquiry_and_stages_have_bands() -> None:
    assert price_band(None) == "enquiry"
    assert [stage_band(stage) for stage in (None, 1, 3, 4, 9)] == ["", "research", "research", "prototype", "production"]


def test_knows_what_may_be_sold_again() -> None:
    assert [sells_again(mode) for mode in ("transfer", "exclusive", "sole", "ordinary")] == [False, False, False, True]
    assert [sale_of(mode) for mode in ("transfer", "sole", "capital")] == ["transfer", "licence", "capital"]


def test_a_listing_runs_365_days_at_most() -> None:
    check_term(date(2026, 1, 1), date(2027, 1, 1))
    assert code_of(lambda: check_term(date(2026, 1, 1), date(2027, 1, 2))) == "NUMBER_OUT_OF_RANGE"


def test_nobody_reviews_its_own_organisation() -> None:
    check_reviewer({1, 2}, 3)
    assert code_of(lambda: check_reviewer({1, 2}, 2)) == "OWN_MATTER"


LISTED = LicenceBox(("CN/44",), ("C39",), date(2027, 1, 1), date(2030, 12, 31))


@pytest.mark.parametrize(
    ("asked", "fits"),
    [
        (LISTED, True),
        (LicenceBox(("CN/44/4403",), ("C3971",), date(2027, 6, 1), date(2028, 6, 1)), True),
        (LicenceBox(("CN",), ("C39",), date(2027, 1, 1), date(2030, 12, 31)), False),
        (LicenceBox(("CN/440",), ("C39",), date(2027, 1, 1), date(2030, 12, 31)), False),
        (LicenceBox(("CN/44",), ("*",), date(2027, 1, 1), date(2030, 12, 31)), False),
        (LicenceBox(("CN/44",), ("C39",), date(2026, 12, 31), date(2030, 12, 31)), False),
        (LicenceBox(("CN/44",), ("C39",), date(2027, 1, 1), date(2031, 1, 1)), False),
        (LicenceBox(("CN/44",), ("C39",), date(2027, 1, 1), None), False),
    ],
)
def test_a_box_asked_for_lies_inside_the_listed_one(asked: LicenceBox, fits: bool) -> None:
    assert inside(asked, LISTED) is fits


def test_an_offer_is_above_zero_and_stands_3_to_60_days() -> None:
    check_offer(yuan(1), days=3, asked=None, listed=None)
    check_offer(yuan(1), days=60, asked=None, listed=None)
    assert code_of(lambda: check_offer(yuan(0), days=14, asked=None, listed=None)) == "AMOUNT_MALFORMED"
    assert code_of(lambda: check_offer(yuan(1), days=2, asked=None, listed=None)) == "OFFER_VALIDITY"
    assert code_of(lambda: check_offer(yuan(1), days=61, asked=None, listed=None)) == "OFFER_VALIDITY"


def test_an_answer_names_the_standing_version_while_it_stands() -> None:
    check_answer(version_named=2, version_current=2, valid_until=NOW + timedelta(microseconds=1), now=NOW)
    assert code_of(lambda: check_answer(version_named=1, version_current=2, valid_until=NOW, now=NOW)) == "OFFER_VERSION_OLD"
    assert code_of(lambda: check_answer(version_named=2, version_current=2, valid_until=NOW, now=NOW)) == "OFFER_EXPIRED"


def test_after_twenty_rounds_no_counter_follows() -> None:
    check_rounds(19)
    assert code_of(lambda: check_rounds(20)) == "OFFER_ROUNDS_OVER"


def test_offers_are_for_negotiated_listings_and_declined_for_a_reason() -> None:
    check_negotiable("negotiated", "By negotiation")
    assert code_of(lambda: check_negotiable("fixed", "Fixed price")) == "NOT_NEGOTIABLE"
    check_reason("price")
    assert code_of(lambda: check_reason("mood")) == "CHOICE_UNKNOWN"


def test_shows_reasons_from_three_on() -> None:
    assert shown_reasons({"price": 3, "too_early": 2, "prior_art_risk": 5}) == {"prior_art_risk": 5, "price": 3}


def test_names_regions_in_both_languages() -> None:
    assert region_name("CN/44/4403/440305", "zh") == "深圳南山"
    assert region_name("CN", "en") == "China"
    assert lineage("CN/44/4403") == ["CN", "CN/44", "CN/44/4403"]
