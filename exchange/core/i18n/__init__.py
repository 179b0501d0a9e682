"""The two languages of the house: sentences, amounts, numbers and dates as people read and write them.

Everything is pure but the language of the running request, which is a context variable set by the edge
(``use``) or by a job (``speaking``). English is the source text; the Chinese catalogue is made of one fragment
for each feature under ``exchange/translations``.
"""

from exchange.core.i18n.amounts import (
    Unit,
    amount_echo,
    amount_input,
    in_unit,
    money,
    money_exact,
    money_range,
    parse_amount,
    unit_for,
)
from exchange.core.i18n.catalogue import chinese, in_both, plural, sentence_of, translate
from exchange.core.i18n.daxie import daxie
from exchange.core.i18n.figures import count, decimal, percent, points, rate
from exchange.core.i18n.language import LANGUAGES, choose_language, current, html_language, speaking, use
from exchange.core.i18n.moments import clock_time, day, deadline, due_moment, moment, relative
from exchange.core.i18n.templates import install

__all__ = [
    "LANGUAGES",
    "Unit",
    "amount_echo",
    "amount_input",
    "chinese",
    "choose_language",
    "clock_time",
    "count",
    "current",
    "daxie",
    "day",
    "deadline",
    "decimal",
    "due_moment",
    "html_language",
    "in_both",
    "in_unit",
    "install",
    "moment",
    "money",
    "money_exact",
    "money_range",
    "parse_amount",
    "percent",
    "plural",
    "points",
    "rate",
    "relative",
    "sentence_of",
    "speaking",
    "translate",
    "unit_for",
    "use",
]
