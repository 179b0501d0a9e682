"""Charts: the invariants of every kind, bad data refused, marks inside the picture, both languages."""

from __future__ import annotations

import math
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exchange.core import charts
from exchange.core.charts import frame, samples
from exchange.core.i18n import speaking
from exchange.core.money import Money

SHARES = st.decimals(min_value=0, max_value=1, places=4, allow_nan=False)
SMALL = st.integers(min_value=-(10**9), max_value=10**9)


def numbers(mark: charts.Mark) -> dict[str, float]:
    """The coordinates of a mark."""
    return {name: float(value) for name, value in mark.attributes if name in ("x", "y", "x1", "x2", "y1", "y2", "cx", "cy", "width", "height", "r")}


def check_inside(figure: charts.Figure) -> None:
    """No mark leaves the picture, no number is undefined, every coordinate has at most one decimal."""
    for mark in figure.marks:
        found = numbers(mark)
        assert all(math.isfinite(value) and round(value, 1) == value for value in found.values()), mark
        right = max(found.get("x", 0) + found.get("width", 0), found.get("x1", 0), found.get("x2", 0), found.get("cx", 0))
        bottom = max(found.get("y", 0) + found.get("height", 0), found.get("y1", 0), found.get("y2", 0), found.get("cy", 0))
        assert right <= figure.width + 0.1, mark
        assert bottom <= figure.height + 0.1, mark
        assert min(found.values(), default=0) >= -0.1, mark
        assert "style" not in dict(mark.attributes)
        assert not any(name.startswith("on") for name, _value in mark.attributes)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_sample_is_inside_its_picture_and_has_sentence_and_table(lang: str) -> None:
    with speaking("zh" if lang == "zh" else "en"):
        figures = samples.figures()
    assert [figure.kind for figure in figures] == ["gauge", "line", "bars", "bars", "waterfall", "tornado", "football", "radar", "timeline", "histogram"]
    for figure in figures:
        check_inside(figure)
        assert figure.summary.endswith("。" if lang == "zh" else ".")
        assert figure.rows
        assert {len(row) for row in figure.rows} == {len(figure.columns)}
    assert len({figure.name for figure in figures}) == len(figures)


@given(value=SHARES, base=SHARES, target=SHARES)
def test_the_marker_of_a_gauge_is_inside_the_scale(value: Decimal, base: Decimal, target: Decimal) -> None:
    figure = charts.gauge("g", value, base=base, target=target, interval=(min(value, base), max(value, base)))
    check_inside(figure)
    scale = figure.facts["scale"]
    assert all(scale.low <= float(one) * 100 <= scale.high for one in (value, base, target))


def test_a_gauge_judges_by_the_exact_figures() -> None:
    with speaking("en"):
        assert charts.gauge("g", Decimal("0.64999"), target=Decimal("0.65")).summary == "It stands at 65.0%, 0.0 pp below the target of 65.0%."
        assert charts.gauge("g", Decimal("0.65"), target=Decimal("0.65")).summary == "It stands at 65.0%; the target of 65.0% is met."
        assert charts.gauge("g", Decimal("0.6213"), target=Decimal("0.65"), gap_words="312 patents short").summary == "It stands at 62.1%, 2.9 pp below the target of 65.0%; 312 patents short."
        assert charts.gauge("g", Money(100_000), target=Money(250_000), kind="money").summary == "It stands at CNY 1,000.00, CNY 1,500.00 below the target of CNY 2,500.00."


def test_stacked_parts_make_up_their_total() -> None:
    rows = [charts.Row("甲", 10, (4, 6)), charts.Row("乙", 3, (1, 2))]
    figure = charts.bars("b", rows, parts=("x", "y"))
    bars = [numbers(mark) for mark in figure.marks if mark.tag == "rect" and numbers(mark)["height"] == 18.0]
    assert [bar["width"] / bars[0]["width"] for bar in bars] == pytest.approx([1.0, 1.5, 0.25, 0.5], abs=0.01)
    assert bars[0]["x"] + bars[0]["width"] == pytest.approx(bars[1]["x"], abs=0.11)
    with pytest.raises(charts.ChartData):
        charts.bars("b", [charts.Row("甲", 11, (4, 6))], parts=("x", "y"))
    with pytest.raises(charts.ChartData):
        charts.bars("b", [charts.Row("甲", 10, (4,))], parts=("x", "y"))


@given(st.lists(SMALL, min_size=1, max_size=20))
def test_bars_start_at_zero(values: list[int]) -> None:
    figure = charts.bars("b", [charts.Row(f"r{index}", value) for index, value in enumerate(values)])
    check_inside(figure)
    edges = [(numbers(mark)["x"], numbers(mark)["x"] + numbers(mark)["width"]) for mark in figure.marks if mark.tag == "rect"]
    zero = numbers(figure.marks[-1])["x1"]
    assert all(min(abs(left - zero), abs(right - zero)) <= 0.21 for left, right in edges)


def test_bars_say_largest_smallest_and_total() -> None:
    rows = [charts.Row("A", Money(300)), charts.Row("B", Money(100)), charts.Row("C", None)]
    with speaking("en"):
        figure = charts.bars("b", rows, kind="money", order="largest")
    assert figure.summary == "Largest: A, CNY 3.00; smallest: B, CNY 1.00; total CNY 4.00."
    assert figure.rows[2] == ("C", "—")


@given(st.integers(0, 10**6), st.lists(SMALL, max_size=8))
def test_a_waterfall_ends_where_its_steps_lead(start: int, deltas: list[int]) -> None:
    steps = [(f"s{index}", delta) for index, delta in enumerate(deltas)]
    figure = charts.waterfall("w", start, steps, start + sum(deltas))
    assert figure.facts["levels"][-1] == start + sum(deltas)
    assert len(figure.rows) == len(deltas) + 2
    with pytest.raises(charts.ChartData):
        charts.waterfall("w", start, steps, start + sum(deltas) + 1)


def test_a_waterfall_adds_money_to_the_fen() -> None:
    with speaking("en"):
        figure = charts.waterfall("w", Money(1_000), [("in", Money(1)), ("out", Money(-2))], Money(999), kind="money")
    assert figure.summary == "From CNY 10.00 to CNY 9.99; largest rise: in +CNY 0.01; largest fall: out CNY −0.02."


@given(st.lists(st.tuples(SMALL, SMALL), min_size=1, max_size=10), SMALL)
def test_a_tornado_is_sorted_and_its_line_stands_at_the_base(pairs: list[tuple[int, int]], base: int) -> None:
    rows = [(f"i{index}", low, high) for index, (low, high) in enumerate(pairs)]
    figure = charts.tornado("t", rows, base, kind="number")
    spans = [abs({name: high - low for name, low, high in rows}[row[0]]) for row in figure.rows]
    assert spans == sorted(spans, reverse=True)
    assert figure.facts["base_x"] == pytest.approx(figure.facts["scale"](float(base)))
    check_inside(figure)


def test_a_football_field_keeps_the_order_of_its_ends() -> None:
    good = charts.Method("cost", Money(1), Money(2), Money(3), Decimal("1"))
    with speaking("en"):
        figure = charts.football("f", [good], concluded=(Money(1), Money(2), Money(3)))
        apart = charts.football("f", [good, charts.Method("market", Money(5), Money(6), Money(7))], concluded=(Money(1), Money(2), Money(3)))
    assert figure.summary == "Concluded CNY 0.02 (CNY 0.01 to CNY 0.03); all methods overlap from CNY 0.01 to CNY 0.03."
    assert apart.summary == "Concluded CNY 0.02 (CNY 0.01 to CNY 0.03); the methods do not all overlap."
    check_inside(figure)
    with pytest.raises(charts.ChartData):
        charts.football("f", [charts.Method("cost", Money(3), Money(2), Money(4))], concluded=(Money(1), Money(2), Money(3)))


def test_missing_points_break_a_line() -> None:
    points = ((1, 5), (2, None), (3, 7), (4, 8))
    figure = charts.line("l", [charts.Series("a", points)], kind="number")
    drawn = next(dict(mark.attributes)["d"] for mark in figure.marks if mark.tag == "path")
    assert (drawn.count("M"), drawn.count("L")) == (2, 1)
    assert figure.rows[1] == ("2", "—")
    check_inside(figure)


def test_time_is_true_to_scale() -> None:
    days = [date(2026, 1, 1), date(2026, 1, 11), date(2026, 4, 11)]
    figure = charts.line("l", [charts.Series("a", tuple((day, index) for index, day in enumerate(days)))], kind="number")
    places = [numbers(mark)["cx"] for mark in figure.marks if mark.tag == "circle"]
    assert (places[2] - places[1]) / (places[1] - places[0]) == pytest.approx(9, rel=0.01)


def test_a_line_says_change_and_target() -> None:
    points = ((date(2026, 1, 1), Decimal("0.60")), (date(2026, 4, 1), Decimal("0.66")))
    with speaking("en"):
        met = charts.line("l", [charts.Series("rate", points)], target=Decimal("0.65"))
        unmet = charts.line("l", [charts.Series("rate", points)], target=Decimal("0.70"))
    assert met.summary == "rate: 66.0% at 1 Apr 2026, +6.0 pp since the value before. The target of 65.0% was first met at 1 Apr 2026."
    assert unmet.summary.endswith("The target of 70.0% is not met in this picture.")


def test_a_fan_contains_its_median() -> None:
    series = [charts.Series("a", ((1, 5), (2, 6)))]
    charts.line("l", series, kind="number", fan=charts.Fan(((3, 1, 2, 3, 4, 5),)))
    with pytest.raises(charts.ChartData):
        charts.line("l", series, kind="number", fan=charts.Fan(((3, 1, 4, 3, 4, 5),)))


def test_labels_of_line_ends_never_overlap() -> None:
    series = [charts.Series(name, ((1, 1), (2, 5))) for name in "abcd"]
    figure = charts.line("l", series, kind="number")
    heights = sorted(numbers(mark)["y"] for mark in figure.marks if mark.tag == "text" and mark.text in "abcd")
    assert len(heights) == 4
    assert all(lower - upper >= 16 for upper, lower in zip(heights, heights[1:], strict=False))


def test_a_radar_of_two_axes_becomes_bars() -> None:
    assert charts.radar("r", ["a", "b"], [("x", (50, 60))]).kind == "bars"
    assert charts.radar("r", ["a", "b"], [("x", (50, 60)), ("y", (1, 2))]).kind == "bars"
    figure = charts.radar("r", ["a", "b", "c"], [("x", (50, 60, 70))])
    assert figure.kind == "radar"
    check_inside(figure)
    with pytest.raises(charts.ChartData):
        charts.radar("r", ["a", "b", "c"], [("x", (50, 60, 101))])


def test_nothing_on_a_timeline_lies_outside_the_axis() -> None:
    span = charts.Span("loan", "running", date(2026, 1, 1), date(2027, 1, 1))
    figure = charts.timeline("t", [span], [charts.Event("loan", "due", date(2026, 6, 1))], today=date(2026, 3, 1))
    check_inside(figure)
    with pytest.raises(charts.ChartData):
        charts.timeline("t", [span], today=date(2026, 3, 1), axis=(date(2026, 2, 1), date(2027, 1, 1)))
    with pytest.raises(charts.ChartData):
        charts.timeline("t", [charts.Span("x", "y", date(2027, 1, 1), date(2026, 1, 1))], today=date(2026, 3, 1))


@settings(max_examples=60)
@given(st.lists(st.floats(min_value=-1e9, max_value=1e9), min_size=1, max_size=400))
def test_the_counts_of_a_histogram_sum_to_n(values: list[float]) -> None:
    figure = charts.histogram("h", values, kind="number")
    bins = figure.facts["bins"]
    assert sum(number for _low, _high, number in bins) == len(values)
    assert 10 <= len(bins) <= 60
    check_inside(figure)


def test_a_histogram_says_the_share_below_its_marker() -> None:
    with speaking("en"):
        figure = charts.histogram("h", [Money(value * 100) for value in range(1, 101)], markers=[("exposure", Money(2_600))])
    assert figure.summary == "100 values in the range 1 – 100 CNY. 25.0% lie below exposure (CNY 26.00)."


@pytest.mark.parametrize("values", [[], [None], [float("nan")], [float("inf")], [1.0] * 2_001])
def test_bad_data_are_refused(values: list[float | None]) -> None:
    with pytest.raises(charts.ChartData):
        charts.line("l", [charts.Series("a", tuple(enumerate(values)))], kind="number")


def test_unsorted_places_are_refused() -> None:
    with pytest.raises(charts.ChartData):
        charts.line("l", [charts.Series("a", ((2, 1), (1, 2)))], kind="number")


def test_a_page_shows_the_reason_in_place_of_a_picture() -> None:
    with speaking("en"):
        figure = charts.attempt(charts.bars, "Empty", [])
    assert (figure.title, figure.summary, figure.reason, figure.marks) == ("Empty", "No data", "there are no values", ())
    with pytest.raises(charts.ChartData):
        charts.attempt(charts.bars, "Empty", [], strict=True)


@given(st.floats(-1e12, 1e12), st.floats(1e-6, 1e12))
def test_ticks_are_round_and_at_most_seven(low: float, width: float) -> None:
    bottom, top = frame.roomy(low, low + width)
    found = frame.ticks(bottom, top)
    assert 1 <= len(found) <= 7
    slack = 1e-6 * (top - bottom)
    assert bottom <= low + slack
    assert top >= low + width - slack


def test_a_sparkline_is_eighty_by_twenty() -> None:
    figure = charts.sparkline("s", [1, None, 3])
    assert (figure.width, figure.height) == (80.0, 20.0)
    check_inside(figure)


def test_many_days_stay_within_seven_words() -> None:
    start = date(2020, 1, 1)
    points = tuple((start + timedelta(days=index * 3), index % 7) for index in range(700))
    figure = charts.line("l", [charts.Series("a", points)], kind="number")
    assert sum(mark.tag == "text" and "年" in mark.text for mark in figure.marks) <= 7


def extent(mark: charts.Mark) -> tuple[float, float]:
    """From where to where the words of a mark stand, by the advances of the documents' face."""
    found = dict(mark.attributes)
    width = frame.text_width(mark.text, float(found.get("font-size", 13)), bold=found.get("font-weight") == "600")
    x = float(found.get("x", 0))
    return {"end": (x - width, x), "middle": (x - width / 2, x + width / 2)}.get(found.get("text-anchor", "start"), (x, x + width))


def words(figure: charts.Figure) -> list[charts.Mark]:
    """The words of a picture."""
    return [mark for mark in figure.marks if mark.tag == "text"]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_word_of_a_picture_is_cut_or_leaves_it(lang: str) -> None:
    with speaking("zh" if lang == "zh" else "en"):
        figures = samples.figures()
    for figure in figures:
        for mark in words(figure):
            left, right = extent(mark)
            assert left >= -0.5, (figure.kind, mark.text)
            assert right <= figure.width + 0.5, (figure.kind, mark.text)
            assert "…" not in mark.text, (figure.kind, mark.text)


LONG = "Yearly decay of the technology under the claims as granted"


@pytest.mark.parametrize("name", [LONG, "在已授权权利要求范围内的技术每年衰减程度与替代技术出现的可能性"])
def test_a_long_name_stands_on_two_lines_and_is_whole(name: str) -> None:
    method = charts.Method(name, Money(1), Money(2), Money(3), Decimal("1"))
    figures = [
        charts.football("f", [method], concluded=(Money(1), Money(2), Money(3))), charts.tornado("t", [(name, Money(1), Money(3))], Money(2)),
        charts.waterfall("w", 1, [(name, 2)], 3), charts.bars("b", [charts.Row(name, 3)]),
        charts.timeline("s", [charts.Span(name, "x", date(2026, 1, 1), date(2027, 1, 1))], today=date(2026, 6, 1)),
    ]
    for figure in figures:
        parts = [mark for mark in words(figure) if len(mark.text) > 8 and mark.text.replace("…", "") in name]
        assert len(parts) == 2, figure.kind
        assert (" " if name is LONG else "").join(mark.text for mark in parts) == name, figure.kind
        assert all(extent(mark)[0] >= 0 for mark in parts), figure.kind
        drawn = [numbers(mark)["x"] for mark in figure.marks if mark.tag == "rect"]
        assert all(extent(mark)[1] < min(drawn) for mark in parts), figure.kind


def test_an_axis_stands_as_far_in_as_its_longest_figure_needs() -> None:
    figure = charts.line("l", [charts.Series("a", tuple((year, year * 1_250_000_000) for year in range(1, 6)))], kind="number")
    assert min(extent(mark)[0] for mark in words(figure)) >= 0
    assert any(mark.text == "6,000,000,000" for mark in words(figure))


def test_widths_are_those_of_the_face() -> None:
    from pathlib import Path

    from fontTools.ttLib import TTCollection

    from exchange.core.charts import widths

    for weight, table in (("Regular", widths.REGULAR), ("Bold", widths.BOLD)):
        path = Path(f"/usr/share/fonts/opentype/noto/NotoSansCJK-{weight}.ttc")
        if not path.exists():
            pytest.skip("Noto Sans CJK does not lie where Debian puts it")
        with TTCollection(path, lazy=True) as faces:
            face = next(each for each in faces.fonts if each["name"].getDebugName(1).startswith("Noto Sans CJK SC"))
            names, advances = face.getBestCmap(), dict(face["hmtx"].metrics)
        assert tuple(advances[names[code]][0] for code in range(32, 127)) == table
        assert all(advances[names[ord(sign)]][0] == 1000 for sign in "知融（，。…·")
        assert all(advances[names[ord(sign)]][0] <= width for sign, width in widths.NARROW_SIGNS.items())


def test_in_grey_the_conclusion_and_the_low_end_are_told_apart_by_their_hatch() -> None:
    method = charts.Method("m", Money(1), Money(2), Money(3), Decimal("1"))
    football = charts.football("f", [method], concluded=(Money(1), Money(2), Money(3)))
    tornado = charts.tornado("t", [("a", Money(1), Money(3))], Money(2))
    for figure in (football, tornado):
        hatches = [mark for mark in figure.marks if mark.tag == "path" and dict(mark.attributes).get("class") == "paperstroke"]
        assert len(hatches) == 1, figure.kind


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_narrow_tornado_keeps_every_word_inside(lang: str) -> None:
    with speaking("zh" if lang == "zh" else "en"):
        figure = charts.tornado("t", [(LONG, Money(1_640_000_000), Money(2_395_000_000)), ("价格", Money(1_900_000_000), Money(2_100_000_000))], Money(2_020_000_000), width=360.0)
    assert figure.width == 360
    check_inside(figure)
    for mark in words(figure):
        left, right = extent(mark)
        assert (left >= -0.5, right <= 360.5) == (True, True), mark.text
