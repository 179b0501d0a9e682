"""Hostile input: texts, numbers, dates and structures that people, browsers and attackers send, for any field of any shape.

The generators know a field's kind, so that a body is mostly right and wrong in one or two places: only then is the second line reached.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from marshmallow import Schema, fields

from exchange.core.schemas import Amount, Choice, Choices, Day, Entries, Flag, Percent, Rate, Text, Whole

TEXTS = (
    "", " ", "0", "-1", "None", "null", "undefined", "true", "NaN", "Infinity", "-Infinity", "1e999", "0x10", "1_000", "１２３", "٣",
    "\x00", "a\x00b", "\x1b[31m", "\x7f", "\u0085", "\r\nSet-Cookie: a=b", "line\nline", "\t", "\ufeff", "\u200b", "\u202eevil", "\u2066a\u2069",
    "Z̸̢̛͇a̴l̵g̶o" * 20, "e" + "\u0301" * 400, "😀👩‍👩‍👧‍👦🏳️‍🌈", "שלום עולם", "مرحبا", "知融" * 3000, "ﷺ" * 300, "\ufdfa", "\U0010ffff", "ⅷ", "½", "①",
    "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "{{7*7}}", "${7*7}", "%(name)s", "{limit}", "%s%n", "{0.__class__}", "]]>", "<!--",
    "' OR 1=1 --", "\"; DROP TABLE patent; --", "a* OR b", "NEAR(a b)", "\"unclosed", "col:val", "^", "*", "(", "-", "AND", "%", "_", "\\", "'", "`",
    "=1+1", "+1", "@SUM(A1)", "-2+3", "=HYPERLINK(\"http://a\")", "../../etc/passwd", "..%2f..%2f", "file:///etc/passwd", "//evil.example", "/\\evil",
    "javascript:alert(1)", "http://127.0.0.1/", "$(id)", "; id", "| id", "a@b", "CON", "x" * 201, "x" * 70_000, "9" * 400, "9" * 5_000, "1" + "0" * 400,
    "-0", "0.1", "1.005", "1,00", "1.2.3", "100%", "-5%", "1e5", "102万", "-1亿", "9" * 18 + ".99", "1/3", "1/0",
    "0000-01-01", "0001-01-01", "9999-12-31", "10000-01-01", "2026-02-30", "2026-13-01", "2026-11-25T00:00:00Z", "25.11.2026", "２０２６-11-25",
    "[]", "{}", "[object Object]", "W10", "bnVsbA", "WzFd", "WyJhIl0", "WzFlOTk5XQ", "WzE3OTc2OTMxMzQ4NjIzMTU3MDgxNDUyNzQyMzczMTcwNDM1Njc5ODA3MF0", "e30",
)
SURROGATES = ("\ud800", "a\udfffb", "\udcff")
"""What only JSON can carry: text that no encoding can write down."""
NUMBERS: tuple[Any, ...] = (0, -1, 1, 2**31, 2**63, -(2**63) - 1, 10**18, 10**19, 10**400, -(10**400), 0.1, -0.0, 1e308, float("nan"), float("inf"), True, False)
SMALL: tuple[Any, ...] = (None, [], {}, [[]], [None], {"": ""}, {"a": {"b": [1]}}, [{"a": "b"}], ["a", "a"], [1, "a", None, {}], {"amount": "1"},
         {"amount": "1.00", "currency": "CNY"}, {"amount": "-1.00", "currency": "CNY"}, {"amount": 1, "currency": "CNY"}, {"amount": "1.00", "currency": "XXX"},
         {"amount": "1" + "0" * 400, "currency": "CNY"}, {"amount": ["1"], "currency": {}}, {"amount": "1.001", "currency": "CNY"}, {"amount": "9" * 16, "currency": "CNY"})
NAMES = ("", " ", "id", "state", "organisation_id", "__class__", "constructor", "__proto__", "a.b", "items.0.name", "0", "x" * 5000, "\x00", "é", "名", "{limit}", "%(x)s", "<b>", "a\r\nb")


def texts() -> SearchStrategy[str]:
    """Any hostile text that UTF-8 can carry."""
    return st.sampled_from(TEXTS) | st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


def values() -> SearchStrategy[Any]:
    """Any hostile value of JSON."""
    return texts() | st.sampled_from(SURROGATES) | st.sampled_from(NUMBERS) | st.sampled_from(SMALL) | deep()


def deep() -> SearchStrategy[Any]:
    """Structures of some depth."""
    leaves = st.none() | st.booleans() | st.integers(-2, 2) | st.sampled_from(("", "a", "\x00"))
    return st.recursive(leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=2), max_leaves=6)


def fitting(field: Any) -> SearchStrategy[Any]:
    """What this field takes, as JSON writes it."""
    for kind, strategy in FITTING.items():
        if isinstance(field, kind):
            return strategy(field)
    return texts()


def _numbers(field: Any) -> SearchStrategy[str]:
    return st.sampled_from((str(field.low), str(field.high), "1", "0.05", "12"))


FITTING: Mapping[type, Any] = {
    Amount: lambda field: st.sampled_from(({"amount": "1000.00", "currency": field.currency}, {"amount": "0.01", "currency": field.currency}, {"amount": "90000000000.00", "currency": field.currency})),
    Choices: lambda field: st.lists(st.sampled_from(field.choices), max_size=3),
    Choice: lambda field: st.sampled_from(field.choices),
    Day: lambda field: st.sampled_from(("2026-11-25", "2025-01-31", "2027-06-30", "0001-01-01", "9999-12-31")) | st.dates(date(1, 1, 1)).map(str),
    Flag: lambda field: st.sampled_from(("yes", "no", True, False)),
    Percent: _numbers,
    Rate: _numbers,
    Whole: lambda field: st.sampled_from((field.low, field.high, str(field.low), str(field.high), "1", "12")),
    Entries: lambda field: st.dictionaries(st.sampled_from(("a", *getattr(field.key_field, "choices", ("b",)))), fitting(field.value_field), max_size=3),
    fields.List: lambda field: st.lists(fitting(field.inner), max_size=3),
    fields.Nested: lambda field: bodies(field.schema, wrong=0),
    Text: lambda field: st.sampled_from(("文字 text", "a", "0" * 16, "2026", "CN115000001A", "x" * field.most)),
    fields.String: lambda field: st.sampled_from(("a", "correct horse battery")),
}


def bodies(shape: Schema, *, wrong: int = 2) -> SearchStrategy[dict[str, Any]]:
    """JSON objects for a shape: fitting but for at most ``wrong`` fields, some missing, sometimes with an unknown one."""
    declared = {field.data_key or name: field for name, field in shape.fields.items()}

    @st.composite
    def build(draw: st.DrawFn) -> dict[str, Any]:
        names = sorted(declared)
        left_out = set(draw(st.lists(st.sampled_from(names), max_size=2))) if names else set()
        body = {name: draw(fitting(declared[name])) for name in names if name not in left_out}
        for name in draw(st.lists(st.sampled_from(names), max_size=wrong)) if names and wrong else ():
            body[name] = draw(_spoilt(declared[name]))
        if wrong and draw(st.integers(0, 4)) == 0:
            body[draw(st.sampled_from((*NAMES, *SURROGATES)))] = draw(values())
        return body

    return build()


def _spoilt(field: Any) -> SearchStrategy[Any]:
    if isinstance(field, fields.List):
        return values() | st.lists(_spoilt(field.inner), min_size=1, max_size=3)
    if isinstance(field, fields.Nested):
        return values() | bodies(field.schema)
    return values()


def flat(body: Mapping[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    """The body as a browser's form would send it: one name and one text each."""
    pairs: list[tuple[str, str]] = []
    for name, value in body.items():
        where = f"{prefix}{name}"
        if isinstance(value, Mapping) and set(value) == {"amount", "currency"}:
            pairs.append((where, _written(value["amount"])))
        elif isinstance(value, Mapping):
            pairs += flat({str(key): each for key, each in value.items()}, where + ".")
        elif isinstance(value, list) and any(isinstance(each, Mapping) for each in value):
            pairs += flat({str(number): each for number, each in enumerate(value)}, where + ".")
        elif isinstance(value, list):
            pairs += [(where, _written(each)) for each in value]
        else:
            pairs.append((where, _written(value)))
    return [(_written(name), value) for name, value in pairs]


def _written(value: Any) -> str:
    text = "yes" if value is True else "no" if value is False else "" if value is None else str(value) if not isinstance(value, dict | list) else json.dumps(value)
    return text.encode("utf-8", "replace").decode("utf-8")
