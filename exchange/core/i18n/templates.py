"""What templates know of the language: ``_``, ``ngettext`` and the filters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from jinja2 import Environment
from markupsafe import escape

from exchange.core.i18n import amounts, figures, moments
from exchange.core.i18n.catalogue import filled, plural, spoken, translate
from exchange.core.i18n.daxie import daxie
from exchange.core.i18n.language import current
from exchange.core.text import Text


def gettext(message: str, /, **values: Any) -> str:
    """The sentence in the reader's language; a value that is markup stays markup, everything else is escaped at output."""
    if not any(hasattr(value, "__html__") for value in values.values()):
        return translate(message, None, **values)
    shown = {name: escape(value) if hasattr(value, "__html__") else escape(spoken(value, current())) for name, value in values.items()}
    sentence = escape(translate(message, None, **{name: f"%({name})s" for name in values}))
    return type(sentence)(filled(sentence, shown, current()))


def ngettext(singular: str, many: str, number: int, /, **values: Any) -> str:
    """The sentence for one or for many."""
    return plural(singular, many, number, **{name: value for name, value in values.items() if name != "num"})


def shown(value: Any) -> Any:
    """What an output prints: marked sentences translated, nothing instead of None."""
    if value is None:
        return ""
    return translate(value) if type(value) is Text else value


FILTERS: Mapping[str, Callable[..., Any]] = {
    "money": amounts.money,
    "money_exact": amounts.money_exact,
    "money_range": lambda pair: amounts.money_range(*pair),
    "amount_input": amounts.amount_input,
    "amount_echo": amounts.amount_echo,
    "in_unit": amounts.in_unit,
    "unit_word": amounts.unit_word,
    "yuan_unit": lambda values: amounts.unit_word(amounts.unit_for(values)),
    "daxie": daxie,
    "percent": figures.percent,
    "rate": figures.rate,
    "points": figures.points,
    "decimal": figures.decimal,
    "count": figures.count,
    "date": moments.day,
    "datetime": moments.moment,
    "clock": moments.clock_time,
    "relative": moments.relative,
    "due": moments.due_moment,
    "label": translate,
}


def install(environment: Environment) -> None:
    """Give an environment the house's ``_``, filters and printing of marked sentences."""
    environment.add_extension("jinja2.ext.i18n")
    environment.policies["ext.i18n.trimmed"] = True
    environment.newstyle_gettext = True  # type: ignore[attr-defined]  # set by the extension
    environment.globals.update({"_": gettext, "gettext": gettext, "ngettext": ngettext, "language": current})
    environment.filters.update(FILTERS)
    environment.finalize = shown
