"""Charts 图表: pure geometry. Values go in; marks, a summary sentence and the table behind the picture come out.

``templates/_macros/charts.html`` prints a ``Figure`` for the page and for the PDF alike: presentation attributes
carry the colours of paper, classes let the page's theme override them.
"""

from exchange.core.charts.blocks import tornado, waterfall
from exchange.core.charts.distribution import histogram
from exchange.core.charts.frame import WIDTH, ChartData, Figure, Mark, attempt, attempt_in, renamed
from exchange.core.charts.gauges import gauge
from exchange.core.charts.lines import Fan, Series, line, sparkline
from exchange.core.charts.measures import Measure, measure
from exchange.core.charts.radars import radar
from exchange.core.charts.rows import Method, Row, bars, football
from exchange.core.charts.samples import figures as examples
from exchange.core.charts.spans import Event, Span, timeline

__all__ = [
    "WIDTH",
    "ChartData",
    "Event",
    "Fan",
    "Figure",
    "Mark",
    "Measure",
    "Method",
    "Row",
    "Series",
    "Span",
    "attempt",
    "attempt_in",
    "bars",
    "examples",
    "football",
    "gauge",
    "histogram",
    "line",
    "measure",
    "radar",
    "renamed",
    "sparkline",
    "timeline",
    "tornado",
    "waterfall",
]
