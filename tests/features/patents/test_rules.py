"""The pure rules of patents against the page's own vectors and the samples."""

from __future__ import annotations

import csv
from datetime import date
from fractions import Fraction
from itertools import permutations, product

import pytest
from hypothesis import given
from hypothesis import strategies as some

from exchange.core.errors import DomainError
from exchange.core.money import yuan
from exchange.registers.patents.rules import annuities, terms
from exchange.registers.patents.rules.classes import read_class
from exchange.registers.patents.rules.importing.dates import DateColumn, slash_order
from exchange.registers.patents.rules.legal import EventFact, derive_status
from exchange.registers.patents.rules.licences import Box, LiveLicence, conflict_code, overlaps, remaining_cells
from exchange.registers.patents.rules.names import alike, same_name
from exchange.registers.patents.rules.numbers import check_digit, normalise_publication, read_application
from exchange.registers.patents.rules.shares import OwnerShare, after_transfer, basis_points, check_sum, read_share
from exchange.registers.patents.rules.tables import effects, fee_steps
from exchange.registers.patents.states import Effect, LegalStatus, LicenceKind, PatentType, Use

GOOD = ["02159962.9", "200710201273.2", "200910027562.4", "200920045236.1", "201220158825.2", "201510316722.2", "201510870162.5", "201610051447.0", "201621260436.5", "201711256672.9", "201711410931.9", "201780033978.X", "202011260045.4", "202111510160.7", "202230481835.9", "202310400741.8", "202310645338.1", "202310901127.X", "202311020199.X", "202330176115.6"]
TODAY = date(2026, 11, 25)
INVENTION, MODEL, DESIGN = PatentType.INVENTION, PatentType.UTILITY_MODEL, PatentType.DESIGN


def codes(text):
    return [fault.code for fault in read_application(text, year=2026).faults]


def sample_rows(samples, name):
    path = samples / name
    if not path.is_file():
        pytest.skip(f"shared samples not present: {name}")
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))


@pytest.mark.parametrize("number", GOOD)
def test_a_real_number_is_read_in_every_spelling(number):
    body, digit = number.split(".")
    wide = number.translate(str.maketrans("0123456789.", "０１２３４５６７８９．"))
    for spelling in (number, f"ZL {number}", f"ZL{body}{digit}", f"CN{number}", f"cn {body}.{digit.lower()}", wide, f" CN-{number} "):
        assert read_application(spelling, year=2026).normal == f"CN{number}", spelling
        assert codes(spelling) == []
    assert codes(f"CN {body} A") == ["CN_NO_CHECK_DIGIT"]
    assert read_application(f"CN{body}", year=2026).normal == f"CN{number}"


def test_the_slip_is_refused_with_both_codes_and_the_hint():
    number = read_application("ZL101610203352.6", year=2026)
    assert [fault.code for fault in number.faults] == ["CN_YEAR", "CN_CHECK_DIGIT"]
    assert number.faults[1].details["expected"] == "4"


@given(some.sampled_from(GOOD), some.integers(0, 11), some.sampled_from("0123456789"))
def test_every_single_wrong_digit_is_found(number, place, digit):
    body, check = number.split(".")
    place = min(place, len(body) - 1)
    if body[place] != digit:
        changed = body[:place] + digit + body[place + 1 :]
        assert check_digit(changed) != check


@given(some.text(max_size=30))
def test_reading_any_text_never_fails_and_is_idempotent_where_it_holds(text):
    number = read_application(text, year=2026)
    if not number.faults:
        assert read_application(number.normal, year=2026).normal == number.normal


def test_the_samples_numbers_agree_with_their_published_digits(samples):
    rows = sample_rows(samples, "cn_application_numbers.csv")
    valid = [row for row in rows if not codes(row["application_number"])]
    assert (len(rows), len(valid)) == (21, 20)


@pytest.mark.parametrize(("given_text", "normal"), [
    ("CN 104932525 A", "CN104932525A"), ("CN110836969-A", "CN110836969A"), ("US-11803561-B1", "US11803561B1"),
    ("US 2013/0101709 A1", "US20130101709A1"), ("WO 2016/015311 A1", "WO2016015311A1"), ("US D763134 S1", "USD763134S1"),
    ("CO2023016037A", "CO2023016037A"),
])
def test_publication_numbers_have_one_normal_form(given_text, normal):
    assert normalise_publication(given_text).normal == normal
    assert normalise_publication(normal).normal == normal


def test_all_event_codes_are_mapped_once(samples):
    listed = {row["code"] for row in sample_rows(samples, "inpadoc_cn_legal_codes_2024w17.csv")}
    assert (len(listed), len(effects())) == (110, 110)
    assert set(effects()) == listed


@pytest.mark.parametrize(("kind", "filed", "ends"), [
    (MODEL, date(2012, 4, 5), date(2022, 4, 5)), (INVENTION, date(2012, 2, 29), date(2032, 2, 29)),
    (DESIGN, date(2021, 5, 31), date(2031, 5, 31)), (DESIGN, date(2021, 6, 1), date(2036, 6, 1)),
    (MODEL, date(1999, 9, 6), date(2009, 9, 6)), (INVENTION, date(1992, 12, 31), date(2007, 12, 31)),
    (MODEL, date(2012, 2, 29), date(2022, 2, 28)),
])
def test_terms_end_on_the_first_day_no_longer_in_force(kind, filed, ends):
    assert terms.expiry_date(kind, filed) == ends


def test_the_surcharge_climbs_by_months_with_each_boundary_in_the_earlier_step():
    due = date(2021, 8, 31)
    boundaries = [date(2021, 9, 30), date(2021, 10, 31), date(2021, 11, 30), date(2021, 12, 31), date(2022, 1, 31), date(2022, 2, 28)]
    assert [annuities.surcharge_bp(due, day) for day in boundaries] == [0, 500, 1000, 1500, 2000, 2500]
    assert annuities.surcharge_bp(due, date(2021, 10, 1)) == 500
    with pytest.raises(DomainError) as late:
        annuities.surcharge_bp(due, date(2022, 3, 1))
    assert late.value.code.name == "ANNUITY_LATE"


def test_fees_follow_the_dated_table_and_its_last_step():
    fee = lambda kind, year: str(annuities.fee_for_year(fee_steps(), kind, year, on=TODAY))
    assert [fee(INVENTION, year) for year in (1, 4, 7, 10, 13, 20, 23)] == [
        "900.00", "1200.00", "2000.00", "4000.00", "6000.00", "8000.00", "8000.00",
    ]
    assert [fee(MODEL, year) for year in (3, 5, 8, 10)] == ["600.00", "900.00", "1200.00", "2000.00"]
    assert fee(DESIGN, 15) == "3000.00"


def test_an_unpaid_seventh_year_ends_the_right_as_of_due():
    state = annuities.annuity_state(date(2012, 4, 5), 6, on=date(2019, 1, 1), expires_on=date(2022, 4, 5))
    assert (state.next_due, state.status) == (date(2018, 4, 5), annuities.AnnuityStanding.OVERDUE)
    grant = EventFact(1, Effect.GRANT, date(2012, 10, 1))
    found = derive_status([grant], type=MODEL, filing_on=date(2012, 4, 5), added_days=0, annuity=state, on=date(2019, 1, 1))
    assert (found.status, found.since, found.presumed) == (LegalStatus.LAPSED, date(2018, 4, 5), True)


def status_of(*facts, on=TODAY, filed=date(2015, 1, 5)):
    return derive_status(facts, type=INVENTION, filing_on=filed, added_days=0, annuity=None, on=on)


EVENTS = (
    EventFact(1, Effect.PUBLISH, date(2016, 1, 1)), EventFact(2, Effect.EXAMINE, date(2016, 6, 1)),
    EventFact(3, Effect.GRANT, date(2018, 3, 1)), EventFact(4, Effect.LAPSE_FEE, date(2020, 1, 5)),
    EventFact(5, Effect.REVIVE, date(2020, 9, 1)),
)


def test_the_status_does_not_depend_on_the_order_of_entry():
    answers = {(found.status, found.since, found.needs_review) for found in (status_of(*order) for order in permutations(EVENTS))}
    assert answers == {(LegalStatus.IN_FORCE, date(2020, 9, 1), False)}


def test_each_day_has_its_own_status():
    days = {
        date(2015, 6, 1): LegalStatus.UNKNOWN, date(2016, 2, 1): LegalStatus.PUBLISHED, date(2017, 1, 1): LegalStatus.EXAMINED,
        date(2018, 3, 1): LegalStatus.IN_FORCE, date(2020, 2, 1): LegalStatus.LAPSED, date(2020, 9, 1): LegalStatus.IN_FORCE,
        date(2035, 1, 5): LegalStatus.EXPIRED,
    }
    assert {day: status_of(*EVENTS, on=day).status for day in days} == days


def test_an_invalidated_right_never_lives_again_without_supersession():
    dead = EventFact(6, Effect.INVALIDATE, date(2022, 5, 1))
    for later in Effect:
        found = status_of(*EVENTS, dead, EventFact(7, later, date(2023, 1, 1)))
        assert found.status in (LegalStatus.INVALIDATED, LegalStatus.REVOKED), later
    superseded = EventFact(6, Effect.INVALIDATE, date(2022, 5, 1), superseded=True)
    assert status_of(*EVENTS, superseded).status is LegalStatus.IN_FORCE


def test_contradictions_keep_the_last_certain_status_and_call_for_a_look():
    found = status_of(EventFact(1, Effect.REFUSE, date(2017, 1, 1)), EventFact(2, Effect.GRANT, date(2018, 1, 1)))
    assert (found.status, found.needs_review) == (LegalStatus.REFUSED, True)
    twice = status_of(*EVENTS[:3], EventFact(9, Effect.GRANT, date(2019, 1, 1)))
    assert (twice.status, twice.since, twice.needs_review) == (LegalStatus.IN_FORCE, date(2018, 3, 1), True)


def test_shares_are_exact():
    assert read_share("33.33%") * 3 != 1
    check_sum([read_share("1/3")] * 3)
    assert basis_points([Fraction(1, 3)] * 3) == (3334, 3333, 3333)
    moved = after_transfer(
        (OwnerShare(1, "A", Fraction(2, 3)), OwnerShare(2, "B", Fraction(1, 3))), giver=1, taker=OwnerShare(2, "B", Fraction(1, 3)),
        fraction=Fraction(1, 3),
    )
    assert {share.name: share.fraction for share in moved} == {"A": Fraction(1, 3), "B": Fraction(2, 3)}
    with pytest.raises(DomainError):
        after_transfer((OwnerShare(1, "A", Fraction(1)),), giver=2, taker=OwnerShare(3, "C", Fraction(1)), fraction=Fraction(1))


def test_names_are_the_same_as_a_whole_only():
    assert same_name("深圳市（甲）科技有限公司", "深圳市(甲)科技有限公司 ")
    assert not same_name("甲科技有限公司", "甲科技有限责任公司")
    assert alike("甲科技有限公司", "甲科技有限责任公司")


@pytest.mark.parametrize(("text", "symbol"), [
    ("H04L9/32", "H04L 9/32"), ("A01B0001000000", "A01B 1/00"), ("G06F015/00", "G06F 15/00"), ("H04L", "H04L"), ("h04l 9/32 (2006.01)", "H04L 9/32"),
])
def test_classes_have_one_normal_text(text, symbol):
    assert read_class("ipc", text).symbol == symbol


def test_a_symbol_of_no_scheme_is_none():
    assert read_class("ipc", "Y02T 10/70") is None
    assert read_class("cpc", "Y02T 10/70").symbol == "Y02T 10/70"
    assert read_class("ipc", "electric") is None
    assert read_class("locarno", "14-02").symbol == "14-02"


def test_slash_dates_are_read_as_their_column_shows():
    assert slash_order(["27/10/99", "04/01/10"]) == (True, "day_first")
    assert slash_order(["10/27/99"]) == (True, "month_first")
    assert slash_order(["27/10/99", "10/27/99"]) == (True, "row")
    assert slash_order(["04/01/10"]) == (True, None)
    assert slash_order(["2021-01-02"]) == (False, None)


def test_dates_of_every_form_are_read():
    column = DateColumn("day_first", serials=True, today=TODAY)
    day = date(2021, 3, 2)
    for text in ("2021-03-02", "20210302", "2021/3/2", "2021.3.2", "2021年3月2日", "02.03.2021", "02/03/2021", "44257", "2021-03-02T00:00:00"):
        assert column.read(text).day == day, text
    assert column.read("27/10/99").day == date(1999, 10, 27)
    assert column.read("07/08/02", "1902").day == date(1902, 8, 7)
    assert column.read("31/02/2021").code == "DATE_FORMAT"
    assert DateColumn(None, today=TODAY).read("04/01/2010").code == "DATE_AMBIGUOUS"


REGIONS, FIELDS, YEARS = ("CN", "CN/44", "CN/44/4403", "CN/31"), ("*", "C", "C39"), (2026, 2027, 2028)


def test_boxes_overlap_as_their_cells_do():
    leaves = [(place, trade, year) for place in ("CN/44/4403", "CN/44/4401", "CN/31/3101", "CN/11/1101") for trade in ("C39", "C40", "A01") for year in YEARS]

    def cells(box):
        return {
            (place, trade, year) for place, trade, year in leaves
            if any(place == one or place.startswith(one + "/") for one in box.territories)
            and any(one == "*" or trade.startswith(one) for one in box.fields)
            and box.first_day.year <= year <= box.last_day.year
        }

    boxes = [
        Box(frozenset((place,)), frozenset((trade,)), date(first, 1, 1), date(last, 12, 31))
        for place, trade, first, last in product(REGIONS, FIELDS, YEARS, YEARS) if first <= last
    ]
    for left, right in product(boxes, boxes):
        assert overlaps(left, right) == bool(cells(left) & cells(right))


@pytest.mark.parametrize(("asked", "live", "code"), [
    (Use.EXCLUSIVE_LICENCE, LicenceKind.ORDINARY, "RIGHTS_CONFLICT"), (Use.SOLE_LICENCE, LicenceKind.ORDINARY, "RIGHTS_CONFLICT"),
    (Use.ORDINARY_LICENCE, LicenceKind.ORDINARY, None), (Use.ORDINARY_LICENCE, LicenceKind.SOLE, "RIGHTS_CONFLICT"),
    (Use.OPEN_LICENCE, LicenceKind.ORDINARY, None), (Use.OPEN_LICENCE, LicenceKind.SOLE, "RIGHTS_CONFLICT"), (Use.TRANSFER, LicenceKind.EXCLUSIVE, None),
])
def test_licences_stand_beside_each_other_as_the_table_says(asked, live, code):
    found = conflict_code(asked, Box(), [LiveLicence(1, live, Box())], open_licence=False, own_use=False)
    assert (found[0] if found else None) == code


def test_what_can_still_be_sold_is_what_meets_no_licence():
    south = Box(frozenset(("CN/44",)), frozenset(("C39",)), date(2027, 1, 1), date(2027, 12, 31))
    free = remaining_cells(
        Use.EXCLUSIVE_LICENCE, live=[LiveLicence(1, LicenceKind.EXCLUSIVE, south)], territories=("CN/44", "CN/31"), fields=("C39", "A01"), years=YEARS,
    )
    assert len(free) == 12 - 1
    assert ("CN/44", "C39", 2027) not in free


def test_money_of_fees_is_rounded_once_half_up():
    assert annuities.surcharge(yuan("1234.50"), date(2026, 1, 31), date(2026, 3, 1)) == yuan("61.73")
