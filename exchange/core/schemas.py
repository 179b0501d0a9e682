"""Shapes: one marshmallow schema serves the HTML form and the JSON body.

Unknown fields are refused, numbers take plain ASCII digits, texts are clean. ``load`` reads a mapping of raw values and
raises ``Faults`` with one refusal a field; ``dump`` lets out only the fields that the reader's audience may see.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from contextvars import ContextVar
from datetime import date
from decimal import Decimal
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, missing
from marshmallow.fields import Field

from exchange.core.errors import CODES, DomainError, Faults, Invalid
from exchange.core.i18n import parse_amount
from exchange.core.money import Money
from exchange.core.text import Text as Sentence
from exchange.core.text import _, first_bad_character, normalised

INTEGER = re.compile(r"-?[0-9]{1,18}", re.ASCII)
DECIMAL = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,12})?", re.ASCII)
ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
MOST_FAULTS = 100
_reading_form: ContextVar[bool] = ContextVar("reading_form", default=False)


class Fault(ValidationError):
    """A refusal inside a field, carrying its code and details through marshmallow."""

    def __init__(self, code: str, **details: Any) -> None:
        super().__init__(code)
        self.refusal = (code, details)
        self.messages = [(code, details)]


class Text(fields.String):
    """Clean text of at most ``most`` characters; ``lines=True`` also takes newlines, ``bidi=True`` overrides."""

    def __init__(self, *, most: int = 200, lines: bool = False, bidi: bool = False, **options: Any) -> None:
        super().__init__(**options)
        self.most, self.lines, self.bidi = most, lines, bidi

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if not isinstance(value, str):
            raise Fault("FIELD_MALFORMED", reason=_("a text is expected"))
        bad = first_bad_character(value, newlines=True, bidi=self.bidi)
        if bad is not None:
            raise Fault("BAD_TEXT", position=bad + 1)
        clean = normalised(value)
        if not self.lines and (bad := first_bad_character(clean, bidi=self.bidi)) is not None:
            raise Fault("BAD_TEXT", position=bad + 1)
        if len(clean) > self.most:
            raise Fault("TEXT_TOO_LONG", limit=self.most)
        if self.required and not clean:
            raise Fault("MISSING_FIELD")
        return clean


class Choice(fields.String):
    """One of a fixed set of words."""

    def __init__(self, choices: Iterable[str], **options: Any) -> None:
        super().__init__(**options)
        self.choices = tuple(str(choice) for choice in choices)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if not isinstance(value, str) or value not in self.choices:
            raise Fault("CHOICE_UNKNOWN", choices=", ".join(self.choices))
        return value


class Choices(fields.Field[list[str]]):
    """Several of a fixed set of words, each once."""

    def __init__(self, choices: Iterable[str], **options: Any) -> None:
        super().__init__(**options)
        self.choices = tuple(str(choice) for choice in choices)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> list[str]:
        values = value if isinstance(value, list) else [value]
        if any(not isinstance(each, str) or each not in self.choices for each in values):
            raise Fault("CHOICE_UNKNOWN", choices=", ".join(self.choices))
        return list(dict.fromkeys(values))


class Whole(fields.Integer):
    """A whole number in plain ASCII digits between ``low`` and ``high``."""

    def __init__(self, *, low: int = 0, high: int = 10**12, **options: Any) -> None:
        super().__init__(**options)
        self.low, self.high = low, high

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        written = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
        if not isinstance(written, str) or not INTEGER.fullmatch(written.strip()):
            raise Fault("NUMBER_UNREADABLE", example="12")
        number = int(written.strip())
        if not self.low <= number <= self.high:
            raise Fault("NUMBER_OUT_OF_RANGE", low=self.low, high=self.high)
        return number


class Rate(fields.Decimal):
    """An exact decimal in plain digits between ``low`` and ``high``; JSON carries it as text."""

    def __init__(self, *, low: str = "0", high: str = "1", **options: Any) -> None:
        super().__init__(as_string=True, **options)
        self.low, self.high = Decimal(low), Decimal(high)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if not isinstance(value, str) or not DECIMAL.fullmatch(value.strip()):
            raise Fault("NUMBER_UNREADABLE", example="0.12")
        number = Decimal(value.strip())
        if not self.low <= number <= self.high:
            raise Fault("NUMBER_OUT_OF_RANGE", low=self.low, high=self.high)
        return number


class Percent(Rate):
    """A percentage as people write it (``4.35`` or ``4.35%``), loaded as the exact fraction ``Decimal("0.0435")``."""

    def __init__(self, *, low: str = "0", high: str = "100", **options: Any) -> None:
        super().__init__(low=low, high=high, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        written = value.strip().removesuffix("%") if isinstance(value, str) else value
        number = super()._deserialize(written, attr, data, **kwargs)
        return Decimal(number).scaleb(-2)

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        return None if value is None else f"{(Decimal(value) * 100).normalize():f}"


class Day(fields.Date):
    """A date in ISO form."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if not isinstance(value, str) or not ISO_DATE.fullmatch(value.strip()):
            raise Fault("DATE_MALFORMED")
        try:
            return date.fromisoformat(value.strip())
        except ValueError:
            raise Fault("DATE_MALFORMED") from None


class Amount(fields.Field[Money]):
    """``Money``: JSON takes ``{"amount": "1020000.00", "currency": "CNY"}``, a form what people write (102万)."""

    def __init__(self, *, positive: bool = False, currency: str = "CNY", **options: Any) -> None:
        super().__init__(**options)
        self.positive, self.currency = positive, currency

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Money:
        try:
            amount = self._read(value)
        except DomainError as refusal:
            raise Fault(refusal.code.name, **refusal.details) from None
        if amount.minor < 0 or (self.positive and amount.minor == 0):
            raise Fault("AMOUNT_NEGATIVE" if amount.minor < 0 else "AMOUNT_MALFORMED")
        if amount.minor > 10**13:
            raise Fault("AMOUNT_TOO_LARGE")
        return amount

    def _read(self, value: Any) -> Money:
        if isinstance(value, Mapping):
            if set(value) != {"amount", "currency"} or value["currency"] != self.currency:
                raise Invalid("AMOUNT_MALFORMED")
            return Money.parse(value["amount"], value["currency"])
        if _reading_form.get() and isinstance(value, str):
            return parse_amount(value, currency=self.currency)
        raise Invalid("AMOUNT_MALFORMED")

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        return None if value is None else value.to_json()


class Flag(fields.Boolean):
    """Yes or no; an unticked box of a form is no."""

    truthy = {"yes", "on", "true", True}  # marshmallow's own class attribute
    falsy = {"no", "off", "false", False, ""}  # marshmallow's own class attribute

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bool:
        try:
            return bool(super()._deserialize(value, attr, data, **kwargs))
        except ValidationError:
            raise Fault("FIELD_MALFORMED", reason=_("yes or no is expected")) from None


class Entries(fields.Dict):
    """An object whose own keys are not fixed; a fault bears the name of its key."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        try:
            return super()._deserialize(value, attr, data, **kwargs)  # type: ignore[no-untyped-call]  # marshmallow leaves it untyped
        except ValidationError as error:
            if not isinstance(error.messages, dict):
                raise
            raise ValidationError({
                key: [message for part in parts.values() for message in part] for key, parts in error.messages.items()
            }) from None


class Shape(Schema):
    """A shape of input: unknown fields are refused."""

    class Meta:
        unknown = RAISE


GENERIC = {
    "Missing data for required field.": "MISSING_FIELD",
    "Unknown field.": "UNKNOWN_FIELD",
    "Field may not be null.": "MISSING_FIELD",
}
EXPECTED = {
    "Invalid input type.": _("an object is expected"),
    "Invalid type.": _("an object is expected"),
    "Not a valid mapping type.": _("an object is expected"),
    "Not a valid list.": _("a list is expected"),
    "Not a valid string.": _("a text is expected"),
    "Not a valid utf-8 string.": _("a text is expected"),
    "Not a valid boolean.": _("yes or no is expected"),
}
OTHERWISE = _("another kind of value is expected")


def _faults(messages: Any, path: tuple[str, ...] = ()) -> list[DomainError]:
    found: list[DomainError] = []
    for name, inner in messages.items():
        where = path if name == "_schema" else (*path, str(name))
        found += _faults(inner, where) if isinstance(inner, Mapping) else [_fault(message, where) for message in inner]
    return found


def _fault(message: Any, path: tuple[str, ...]) -> DomainError:
    where = shown_name(".".join(path)) if path else None
    if isinstance(message, tuple):
        return Invalid(message[0], field=where, **message[1])
    code = GENERIC.get(str(message), str(message) if str(message) in CODES else "FIELD_MALFORMED")
    details = {"reason": EXPECTED.get(str(message), OTHERWISE)} if code == "FIELD_MALFORMED" else {}
    return Invalid(code, field=where, **details)


def shown_name(name: str) -> str:
    """A field's name as an answer can repeat it, whoever made it up: clean and short."""
    clean = "".join("�" if first_bad_character(character) is not None else character for character in name[:81])
    return (clean if len(clean) <= 80 else clean[:79] + "…") or '""'


def load(shape: type[Shape], raw: Any, *, form: bool = False) -> dict[str, Any]:
    """Read ``raw`` by the shape; raises ``Faults`` with one refusal a field."""
    if not isinstance(raw, Mapping):
        raise Invalid("FIELD_MALFORMED", reason=EXPECTED["Invalid input type."])
    schema = shape()
    token = _reading_form.set(form)
    try:
        return dict(schema.load(_without_blanks(schema, raw) if form else raw))
    except ValidationError as error:
        messages = error.normalized_messages()  # type: ignore[no-untyped-call]  # marshmallow leaves it untyped
        raise Faults(_faults(messages)[:MOST_FAULTS]) from None
    finally:
        _reading_form.reset(token)


def _without_blanks(schema: Schema, raw: Mapping[str, Any]) -> dict[str, Any]:
    """A form sends every field: an empty one that may be missing is missing, and an absent box is no."""
    values = {name: value for name, value in raw.items() if value != "" or _keeps_blank(schema.fields.get(name))}
    for name, field in schema.fields.items():
        if isinstance(field, Flag):
            values.setdefault(name, "no")
    return values


def _keeps_blank(field: Field[Any] | None) -> bool:
    return field is None or (isinstance(field, Text) and not field.required and field.load_default is missing)


# ---------------------------------------------------------------- output

AUDIENCES = ("public", "party", "owner", "supervisor")


class Answer(Schema):
    """A shape of output: each field is listed for the lowest audience that may see it.

    ``class Audience: public = "id title"; party = "floor"; owner = "reserve"``: an owner sees a party's fields and a
    party the public's; a supervisor sees all.
    """

    class Audience:
        public = ""
        party = ""
        owner = ""
        supervisor = ""

    @classmethod
    def names_for(cls, audience: str) -> set[str]:
        """The fields that an audience may see."""
        lists = [getattr(cls.Audience, each, "").split() for each in AUDIENCES[: AUDIENCES.index(audience) + 1]]
        return {name for listed in lists for name in listed}


def dump(shape: type[Answer], thing: Any, audience: str) -> dict[str, Any]:
    """The thing as this audience may see it."""
    names = shape.names_for(audience)
    return dict(shape(only=sorted(names & set(shape._declared_fields))).dump(thing)) if names else {}


# ---------------------------------------------------------------- JSON

JSON_DEPTH = 32


def parse_json(body: bytes) -> Any:
    """Strict JSON: UTF-8, no duplicate keys, no NaN, at most 32 levels."""
    try:
        value = json.loads(body.decode("utf-8"), object_pairs_hook=_pairs_once, parse_constant=_no_constant)
    except RecursionError:
        raise DomainError("JSON_LIMIT") from None
    except UnicodeDecodeError as problem:
        raise DomainError("BAD_JSON", reason=_("it is not written in UTF-8"), position=problem.start) from None
    except json.JSONDecodeError as problem:
        raise DomainError("BAD_JSON", reason=_("it is misspelt or breaks off"), position=problem.pos) from None
    except ValueError:
        raise DomainError("BAD_JSON", reason=_("a number in it has too many digits")) from None
    if _depth(value) > JSON_DEPTH:
        raise DomainError("JSON_LIMIT")
    return value


def _pairs_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = [name for name, _value in pairs]
    if len(set(names)) != len(names):
        raise DomainError("BAD_JSON", reason=_("a key stands twice in one object"))
    return dict(pairs)


def _no_constant(name: str) -> Any:
    raise DomainError("BAD_JSON", reason=_("NaN and Infinity are no numbers of JSON"))


def _depth(value: Any) -> int:
    deepest, level = 0, [value]
    while level:
        level = [inner for each in level for inner in (
            each.values() if isinstance(each, dict) else each if isinstance(each, list) else ())]
        deepest += 1
        if deepest > JSON_DEPTH:
            break
    return deepest


def sentence_of(refusal: DomainError) -> tuple[Sentence, Mapping[str, Any]]:
    """The untranslated sentence and its values."""
    return refusal.code.sentence, refusal.details
