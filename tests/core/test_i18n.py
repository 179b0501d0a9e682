"""Amounts, numbers, dates and sentences in both languages: the tables of the house and their properties."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Environment, StrictUndefined

from exchange.core import i18n
from exchange.core.errors import Invalid
from exchange.core.i18n import amounts, language
from exchange.core.i18n.catalogue import Entry, entries
from exchange.core.money import Money
from exchange.core.text import Text, _

MINORS = st.integers(min_value=-(10**17), max_value=10**17)
BOTH = st.sampled_from(["zh", "en"])


@pytest.mark.parametrize(("minor", "zh", "en"), [
    (999_900, "9,999.00 元", "CNY 9,999.00"),
    (999_999, "9,999.99 元", "CNY 9,999.99"),
    (1_000_000, "1.00 万元", "CNY 10,000.00"),
    (1_234_567_890, "1,234.57 万元", "CNY 12.35M"),
    (9_999_999_900, "1.00 亿元", "CNY 100.00M"),
    (12_345_678_901, "1.23 亿元", "CNY 123.46M"),
    (99_999_999, "100.00 万元", "CNY 999,999.99"),
    (99_999_500_000, "10.00 亿元", "CNY 1.00bn"),
    (123_456_789_012, "12.35 亿元", "CNY 1.23bn"),
    (-100, "−1.00 元", "CNY −1.00"),
    (0, "0.00 元", "CNY 0.00"),
    (500_000_050_000, "50.00 亿元", "CNY 5.00bn"),
])  # fmt: skip
def test_amounts_are_shortened_by_a_unit_chosen_after_rounding(minor: int, zh: str, en: str) -> None:
    assert i18n.money(Money(minor), lang="zh") == zh
    assert i18n.money(Money(minor), lang="en") == en


def test_exact_amounts_are_never_shortened() -> None:
    assert i18n.money_exact(Money(1_234_567_890), lang="zh") == "12,345,678.90 元"
    assert i18n.money_exact(Money(1_234_567_890), lang="en") == "CNY 12,345,678.90"
    assert i18n.money_exact(Money(-5), lang="zh") == "−0.05 元"
    assert i18n.money_exact(Money(123, "USD"), lang="zh") == "1.23 美元"
    assert i18n.money_exact(Money(123, "USD"), lang="en") == "USD 1.23"


def test_a_range_and_a_column_have_one_unit() -> None:
    low, high = Money(640_000_000), Money(2_050_000_000)
    assert i18n.money_range(low, high, lang="zh") == "640 – 2,050 万元"
    assert i18n.money_range(low, high, lang="en") == "CNY 6.40M – 20.50M"
    unit = i18n.unit_for([Money(5), None, high], lang="zh")
    assert (amounts.unit_word(unit, lang="zh"), i18n.in_unit(Money(5), unit), i18n.in_unit(high, unit)) == ("单位：万元", "0.00", "2,050.00")
    assert amounts.unit_word(i18n.unit_for([high], lang="en"), lang="en") == "CNY M"


@given(MINORS, BOTH)
def test_an_exact_amount_reads_back_as_itself(minor: int, lang: language.Language) -> None:
    assert i18n.parse_amount(i18n.money_exact(Money(minor), lang=lang)) == Money(minor)
    assert i18n.parse_amount(i18n.amount_input(Money(minor))) == Money(minor)


@given(MINORS, BOTH)
def test_a_shortened_amount_is_off_by_less_than_half_its_last_digit(minor: int, lang: language.Language) -> None:
    unit = i18n.unit_for([Money(minor)], lang=lang)
    read = i18n.parse_amount(i18n.money(Money(minor), lang=lang))
    assert abs(read.minor - minor) * 200 <= unit.minor


@pytest.mark.parametrize(("typed", "yuan"), [
    ("1,592.18", "1592.18"), ("1592.18", "1592.18"), ("１，５９２．１８", "1592.18"), ("120万", "1200000"), ("1.2亿", "120000000.00"),
    ("３千万", "30000000"), ("2百万元", "2000000"), ("12 万元", "120000"), ("¥100", "100"), ("￥100元", "100"), ("RMB 5bn", "5000000000"),
    ("CNY 12.35M", "12350000"), ("12.35M", "12350000"), ("1.230", "1.23"), (" 7 ", "7"), ("0.05", "0.05"), ("1.234567万", "12345.67"), ("−3", "-3"),
])  # fmt: skip
def test_reads_amounts_as_people_type_them(typed: str, yuan: str) -> None:
    assert i18n.parse_amount(typed).amount == Decimal(yuan)


@pytest.mark.parametrize("typed", [
    "", "元", "1e5", "1_000", "NaN", "Infinity", "1万M", "1亿2千万", "1.234", "1,23", "12,34,567", "1 234", "1.2.3", "--1", "0x10", "²", "①", "一百",
    "1234567890123456789", "100000000亿", "1.2345678万", "USD 5", "5 apples",
])  # fmt: skip
def test_refuses_amounts_that_are_not_exactly_clear(typed: str) -> None:
    with pytest.raises(Invalid) as refusal:
        i18n.parse_amount(typed, field="amount")
    assert (refusal.value.code.name, refusal.value.field) == ("AMOUNT_MALFORMED", "amount")


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(typed: str) -> None:
    with suppress(Invalid):
        assert abs(i18n.parse_amount(typed).minor) < 10**18


@pytest.mark.parametrize(("yuan", "words"), [
    ("12000000.00", "人民币壹仟贰佰万元整"), ("1409.50", "人民币壹仟肆佰零玖元伍角整"), ("6007.14", "人民币陆仟零柒元壹角肆分"),
    ("325.04", "人民币叁佰贰拾伍元零肆分"), ("100000001.00", "人民币壹亿零壹元整"), ("0.05", "人民币伍分"), ("0.00", "人民币零元整"),
    ("-1.00", "人民币负壹元整"), ("0.50", "人民币伍角整"), ("0.55", "人民币伍角伍分"), ("10.00", "人民币壹拾元整"), ("100500.00", "人民币壹拾万零伍佰元整"),
    ("105000.00", "人民币壹拾万伍仟元整"), ("100050000.00", "人民币壹亿零伍万元整"), ("1000000000000.00", "人民币壹万亿元整"),
    ("1001000.00", "人民币壹佰万壹仟元整"), ("10001.00", "人民币壹万零壹元整"), ("107000.53", "人民币壹拾万柒仟元伍角叁分"),
    ("1680.32", "人民币壹仟陆佰捌拾元叁角贰分"), ("20000010.10", "人民币贰仟万零壹拾元壹角整"),
])  # fmt: skip
def test_writes_amounts_in_capital_characters(yuan: str, words: str) -> None:
    assert i18n.daxie(Money.parse(yuan)) == words


def test_capital_characters_are_for_renminbi_only() -> None:
    with pytest.raises(Invalid) as refusal:
        i18n.daxie(Money(100, "USD"))
    assert refusal.value.code.name == "CURRENCY_MIXED"


VALUES = {character: value for value, character in enumerate("零壹贰叁肆伍陆柒捌玖")}
PLACES = {"拾": 10, "佰": 100, "仟": 1000}


def read_words(words: str) -> int:
    """Capital characters back to fen, by another road."""
    body = words.removeprefix("人民币").removeprefix("负").removesuffix("整")
    yuan, _sign, small = body.rpartition("元") if "元" in body else ("", "", body)
    fen = sum(VALUES[small[index - 1]] * size for index, character in enumerate(small) for unit, size in (("角", 10), ("分", 1)) if character == unit)
    total = section = group = digit = 0
    for character in yuan:
        if character in VALUES:
            digit = VALUES[character]
        elif character in PLACES:
            group, digit = group + digit * PLACES[character], 0
        elif character == "万":
            section, group, digit = section + (group + digit) * 10**4, 0, 0
        else:
            total, section, group, digit = (total + section + group + digit) * 10**8, 0, 0, 0
    return (total + section + group + digit) * 100 + fen


@given(st.integers(min_value=0, max_value=10**17))
def test_capital_characters_read_back(minor: int) -> None:
    words = i18n.daxie(Money(minor))
    assert read_words(words) == minor
    assert "零零" not in words
    assert not any(pair in words for pair in ("零万", "零亿")), words


@pytest.mark.parametrize(("value", "shown"), [
    (Decimal("0.652"), "65.2%"), (Decimal("0.65249"), "65.2%"), (Decimal("0.6525"), "65.3%"), (Fraction(2, 3), "66.7%"), (0, "0.0%"),
    (Decimal("-0.0315"), "−3.2%"), (1, "100.0%"),
])  # fmt: skip
def test_percentages_are_rounded_half_up(value: i18n.figures.Number, shown: str) -> None:
    assert i18n.percent(value) == shown


def test_rates_changes_and_counts() -> None:
    assert [i18n.rate(Decimal(rate)) for rate in ("0.0435", "0.0345", "0.03125", "0.031254", "0.04")] == ["4.35%", "3.45%", "3.125%", "3.1254%", "4.00%"]
    assert (i18n.points(Decimal("0.013"), lang="zh"), i18n.points(Decimal("-0.013"), lang="en"), i18n.points(0, lang="en")) == ("+1.3 个百分点", "−1.3 pp", "0.0 pp")
    assert (i18n.count(12_345), i18n.count(99_999_999), i18n.count(123_456_789, lang="zh"), i18n.count(123_456_789, lang="en")) == ("12,345", "99,999,999", "1.23 亿", "123.46M")


def test_dates_and_times_are_beijings() -> None:
    instant = datetime(2026, 11, 23, 6, 3, tzinfo=UTC)
    assert (i18n.day(date(2026, 11, 23), lang="zh"), i18n.day(date(2026, 11, 23), lang="en")) == ("2026年11月23日", "23 Nov 2026")
    assert i18n.day(datetime(2026, 11, 22, 17, 0, tzinfo=UTC), lang="en") == "23 Nov 2026"
    assert (i18n.clock_time(instant, lang="zh"), i18n.clock_time(instant, lang="en")) == ("14:03（北京时间）", "14:03 (Beijing, UTC+8)")
    assert i18n.moment(instant, lang="en") == "23 Nov 2026, 14:03 (Beijing, UTC+8)"
    assert i18n.clock_time(instant, lang="en", zone=ZoneInfo("Europe/Berlin")) == "14:03 (Beijing, UTC+8) · 07:03 (Europe/Berlin)"
    assert i18n.clock_time(instant, lang="zh", zone=ZoneInfo("Asia/Singapore")) == "14:03（北京时间）"


def test_deadlines_say_what_remains() -> None:
    day = date(2026, 12, 1)
    assert i18n.deadline(day, 5, lang="zh") == "截止 2026年12月1日 24:00，还剩 5 个工作日"
    assert i18n.deadline(day, 5, lang="en") == "due end of 1 Dec 2026, 5 working days left"
    assert i18n.deadline(day, 1, lang="en") == "due end of 1 Dec 2026, 1 working day left"
    assert i18n.deadline(day, -2, lang="zh") == "截止 2026年12月1日 24:00，已逾期 2 个工作日"
    assert i18n.due_moment(datetime(2026, 12, 1, 16, 0, tzinfo=UTC), lang="zh") == "截止 2026年12月1日 24:00"
    assert i18n.due_moment(datetime(2026, 12, 1, 6, 0, tzinfo=UTC), lang="en") == "due 1 Dec 2026, 14:00 (Beijing, UTC+8)"


@pytest.mark.parametrize(("seconds", "zh", "en"), [
    (180, "3 分钟前", "3 min ago"), (5, "刚刚", "just now"), (7200, "2 小时前", "2 h ago"), (-180, "3 分钟后", "in 3 min"), (90_000, "1 天前", "1 d ago"),
])  # fmt: skip
def test_relative_times(seconds: int, zh: str, en: str) -> None:
    now = datetime(2026, 11, 25, 6, 0, tzinfo=UTC)
    then = datetime.fromtimestamp(now.timestamp() - seconds, tz=UTC)
    assert (i18n.relative(then, at=now, lang="zh"), i18n.relative(then, at=now, lang="en")) == (zh, en)


@pytest.mark.parametrize(("wishes", "chosen"), [
    ({"query": "en", "preference": "zh", "cookie": "zh"}, "en"), ({"query": "fr", "preference": "en"}, "en"), ({"cookie": "en", "accept": "zh"}, "en"),
    ({"accept": "fr, en;q=0.5, zh;q=0.9"}, "zh"), ({"accept": "en-GB,en;q=0.9"}, "en"), ({"accept": "de"}, "zh"), ({}, "zh"),
    ({"accept": "en;q=nonsense, zh-CN;q=0.1"}, "zh"), ({"accept": "en;q=0"}, "zh"),
])  # fmt: skip
def test_the_language_is_chosen_in_the_order_of_the_house(wishes: dict[str, str], chosen: str) -> None:
    assert i18n.choose_language(**wishes) == chosen


def test_a_sentence_shows_its_values_in_the_readers_manner() -> None:
    sentence = Text("About %(sum)s until %(day)s: {kinds}. 65 % stays, 100%% too.")
    values = {"sum": Money(120_000_000), "day": date(2026, 12, 1), "kinds": [_("Bank"), _("Guarantor")]}
    assert i18n.translate(sentence, "en", **values) == "About CNY 1,200,000.00 until 1 Dec 2026: Bank, Guarantor. 65 % stays, 100% too."
    assert "银行、担保机构" in i18n.translate(sentence, "zh", **values)


def test_a_refusal_speaks_both_languages() -> None:
    refusal = Invalid("LIMIT_OF_AUTHORITY", limit=Money(500_000_000))
    assert i18n.sentence_of(refusal, "en") == "This is above your limit of CNY 5,000,000.00; a member with a higher limit must confirm it."
    assert i18n.sentence_of(refusal, "zh") == "超出您 5,000,000.00 元的权限额度，须由额度更高的成员确认。"


def rendered(source: str, lang: language.Language, **values: object) -> str:
    environment = Environment(autoescape=True, undefined=StrictUndefined)
    i18n.install(environment)
    with i18n.speaking(lang):
        return environment.from_string(source).render(**values)


def test_templates_translate_and_escape() -> None:
    source = '{{ _("Waiting for: %(who)s", who=name) }}|{{ mark }}|{{ nothing }}|{{ sum|money }}'
    values = {"name": "<b>甲</b>", "mark": _("Bank"), "sum": Money(1_234_567_890)}
    assert rendered(source, "zh", nothing=None, **values) == "等待：&lt;b&gt;甲&lt;/b&gt;|银行||1,234.57 万元"
    assert rendered(source, "en", nothing=None, **values) == "Waiting for: &lt;b&gt;甲&lt;/b&gt;|Bank||CNY 12.35M"


def test_markup_inside_a_sentence_stays_markup() -> None:
    source = '{% macro link() %}<a href="/x">{{ name }}</a>{% endmacro %}{{ _("Waiting for: %(who)s", who=link()) }}'
    assert rendered(source, "en", name="A & B") == 'Waiting for: <a href="/x">A &amp; B</a>'


def test_plurals_and_blocks() -> None:
    source = '{{ ngettext("%(num)s patent", "%(num)s patents", n) }}|{% trans who=name %}Waiting for: {{ who }}{% endtrans %}'
    assert rendered(source, "en", n=1, name="<甲>") == "1 patent|Waiting for: &lt;甲&gt;"
    assert rendered(source, "zh", n=2, name="<甲>") == "2 件专利|等待：&lt;甲&gt;"


def test_a_lacking_value_is_refused_aloud() -> None:
    with pytest.raises(KeyError):
        i18n.translate("Waiting for: %(who)s", "en")


def test_no_two_fragments_translate_a_sentence_differently() -> None:
    seen: dict[str, Entry] = {}
    differing = [(entry, seen[entry.source]) for entry in entries() if seen.setdefault(entry.source, entry).target != entry.target]
    assert differing == []
