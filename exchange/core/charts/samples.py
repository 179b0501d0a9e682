"""One figure of every kind for the gallery of components; the data are invented and say so."""

from __future__ import annotations

import math
from datetime import date
from decimal import Decimal

from exchange.core.charts.blocks import tornado, waterfall
from exchange.core.charts.distribution import histogram
from exchange.core.charts.frame import Figure
from exchange.core.charts.gauges import gauge
from exchange.core.charts.lines import Fan, Series, line
from exchange.core.charts.radars import radar
from exchange.core.charts.rows import Method, Row, bars, football
from exchange.core.charts.spans import Event, Span, timeline
from exchange.core.i18n import translate
from exchange.core.money import Money
from exchange.core.text import _


def wan(amount: int) -> Money:
    """So many 万元."""
    return Money(amount * 1_000_000)


def figures() -> list[Figure]:
    """The figures in the language of the page."""
    invented = translate(_("invented figures"))
    return [
        gauge(translate(_("Conversion rate")), Decimal("0.6213"), base=Decimal("0.60"), target=Decimal("0.65"), interval=(Decimal("0.612"), Decimal("0.631")), gap_words=translate(_("%(count)s patents short"), count=312), source=invented, as_of=date(2026, 11, 1)),
        rate_line(), district_bars(), funnel(), change_waterfall(), value_tornado(), value_football(), patent_radar(), case_timeline(), value_histogram(),
    ]  # fmt: skip


def rate_line() -> Figure:
    """Two rates over quarters with a gap, a target and a forecast."""
    quarters = [date(2024 + number // 4, number % 4 * 3 + 1, 1) for number in range(12)]
    values = [Decimal("0.553"), Decimal("0.561"), Decimal("0.566"), None, Decimal("0.581"), Decimal("0.589"), Decimal("0.596"), Decimal("0.602"), Decimal("0.608"), Decimal("0.615"), Decimal("0.6213")]
    others = [Decimal("0.48"), Decimal("0.485"), Decimal("0.49"), Decimal("0.5"), Decimal("0.51"), Decimal("0.512"), Decimal("0.52"), Decimal("0.531"), Decimal("0.54"), Decimal("0.55"), Decimal("0.552")]
    ahead = [date(2026, 7, 1), date(2026, 10, 1), date(2027, 1, 1), date(2027, 4, 1), date(2027, 7, 1), date(2027, 10, 1)]
    fan = Fan(tuple(
        (when, Decimal("0.6213") + middle - wide, Decimal("0.6213") + middle - wide / 2, Decimal("0.6213") + middle, Decimal("0.6213") + middle + wide / 2, Decimal("0.6213") + middle + wide)
        for step, when in enumerate(ahead) for middle, wide in ((Decimal("0.0075") * step, Decimal("0.007") * step),)
    ))  # fmt: skip
    return line(
        translate(_("Conversion rate by quarter")),
        [
            Series(translate(_("All holders")), tuple(zip(quarters, values, strict=False)), frozenset({date(2026, 7, 1)})),
            Series(translate(_("Universities")), tuple(zip(quarters, others, strict=False))),
        ],
        target=Decimal("0.65"), fan=fan, breaks=[(date(2025, 1, 1), translate(_("new definition")))],
    )  # fmt: skip


def district_bars() -> Figure:
    """Rates by district with intervals."""
    names = (_("High-tech zone"), _("Economic development zone"), _("Old town"), _("Northern new district"))
    rates = ((Decimal("0.712"), 412), (Decimal("0.654"), 388), (Decimal("0.583"), 121), (Decimal("0.497"), 64))
    return bars(
        translate(_("Conversion rate by district")),
        [Row(translate(name), rate, n=n, interval=(rate - Decimal("0.04"), rate + Decimal("0.04"))) for name, (rate, n) in zip(names, rates, strict=True)],
        kind="percent", order="largest",
    )  # fmt: skip


def funnel() -> Figure:
    """Stages by holder, stacked."""
    stages = ((_("Granted"), 620, 380), (_("Valued"), 300, 170), (_("Listed"), 160, 90), (_("Sold or licensed"), 82, 41), (_("In production"), 60, 22))
    return bars(
        translate(_("From grant to production")), [Row(translate(name), one + two, (one, two)) for name, one, two in stages],
        parts=(translate(_("Enterprises")), translate(_("Universities"))), additive=False,
    )  # fmt: skip


def change_waterfall() -> Figure:
    """Why the rate moved."""
    steps = [(translate(_("New licences")), Decimal("0.021")), (translate(_("Own use declared")), Decimal("0.009")), (translate(_("Evidence lapsed")), Decimal("-0.006")), (translate(_("More grants in the base")), Decimal("-0.0027"))]
    return waterfall(translate(_("Change since the last period")), Decimal("0.60"), steps, Decimal("0.6213"), kind="percent")


def value_tornado() -> Figure:
    """What moves a valuation."""
    rows = [
        (translate(_("Royalty rate")), wan(820), wan(1690)), (translate(_("Discount rate")), wan(1480), wan(960)),
        (translate(_("Remaining term")), wan(1010), wan(1230)), (translate(_("Technical obsolescence")), wan(1120), wan(1210)),
    ]  # fmt: skip
    return tornado(translate(_("Sensitivity")), rows, wan(1180))


def value_football() -> Figure:
    """Three methods and the conclusion."""
    methods = [
        Method(translate(_("Relief from royalty")), wan(740), wan(1220), wan(2010), Decimal("0.5")),
        Method(translate(_("Market comparison")), wan(640), wan(1050), wan(1560), Decimal("0.3")),
        Method(translate(_("Replacement cost")), wan(900), wan(1010), wan(1130), Decimal("0.2")),
    ]
    return football(translate(_("Value by method")), methods, concluded=(wan(860), wan(1180), wan(1520)))


def patent_radar() -> Figure:
    """Two patents on six axes."""
    axes = [translate(name) for name in (_("Technology"), _("Law"), _("Market"), _("Remaining term"), _("Family"), _("Team"))]
    return radar(translate(_("Profile")), axes, [(translate(_("This patent")), (82, 64, 71, 40, 55, 90)), (translate(_("Median of its class")), (60, 58, 52, 61, 48, 50))])


def case_timeline() -> Figure:
    """A pledge with its loan."""
    loan, pledge, patent = translate(_("Loan")), translate(_("Pledge")), translate(_("Patent"))
    return timeline(
        translate(_("Terms of the case")),
        [
            Span(patent, translate(_("patent in force")), date(2024, 3, 1), date(2031, 8, 19)), Span(pledge, translate(_("pledge registered")), date(2026, 2, 10), date(2029, 2, 9)),
            Span(loan, translate(_("loan running")), date(2026, 2, 20), date(2029, 2, 10), certain=False),
        ],
        [Event(patent, translate(_("Annuity")), date(2026, 8, 19)), Event(patent, translate(_("Annuity")), date(2027, 8, 19)), Event(loan, translate(_("Interest due")), date(2027, 2, 20))],
        today=date(2026, 11, 25), due=[(translate(_("Last due date")), date(2029, 2, 10))],
    )  # fmt: skip


def value_histogram() -> Figure:
    """A thousand drawn values with their quantiles."""
    draws = sorted(wan(round(1180 * math.exp(0.42 * quantile((index + 0.5) / 1000)))) for index in range(1000))
    return histogram(translate(_("Simulated value")), draws, markers=[("P10", draws[100]), ("P50", draws[500]), ("P90", draws[900]), (translate(_("Exposure")), wan(800))])


def quantile(share: float) -> float:
    """The logistic quantile, near enough to a normal one for a sample picture."""
    return math.log(share / (1 - share)) / 1.702
