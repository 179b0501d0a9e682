"""Records that survive JSON: frozen dataclasses with `to_dict` and `from_dict`, each stamped with type and schema."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any, ClassVar, TypeVar

from valuation.errors import Caution, Fault, refuse

SCHEMA = 1
T = TypeVar("T", bound="Record")
_TYPES: dict[str, type[Record]] = {}


class Record:
    """Base of every stored value; a subclass is a frozen, slotted dataclass."""

    __slots__ = ()
    unsaved: ClassVar[frozenset[str]] = frozenset()
    unsaved_none: ClassVar[frozenset[str]] = frozenset()

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        _TYPES[cls.__name__] = cls

    def to_dict(self) -> dict[str, Any]:
        """Answers plain JSON values, with type and schema."""
        plain: dict[str, Any] = {"schema": SCHEMA, "type": type(self).__name__}
        for item in dataclasses.fields(self):  # type: ignore[arg-type]  # every subclass is a dataclass
            value = getattr(self, item.name)
            if item.name not in self.unsaved and not (value is None and item.name in self.unsaved_none):
                plain[item.name] = plain_value(value)
        return plain

    @classmethod
    def from_dict(cls: type[T], data: Mapping[str, Any]) -> T:
        """Rebuilds the record; refuses an unknown schema or type."""
        if not isinstance(data, Mapping) or data.get("schema") != SCHEMA:
            raise refuse("schema", "UNKNOWN_NAME", data if not isinstance(data, Mapping) else data.get("schema"), SCHEMA)
        kind = _TYPES.get(str(data.get("type", cls.__name__)))
        if kind is None or not issubclass(kind, cls):
            raise refuse("type", "UNKNOWN_NAME", data.get("type"), cls.__name__)
        hints = _hints(typing.cast(Any, kind))
        unknown = set(data) - set(hints) - {"schema", "type"}
        if unknown:
            raise refuse(sorted(unknown)[0], "UNKNOWN_NAME", data.get("type"), kind.__name__)
        return kind(**{name: _typed(hints[name], value) for name, value in data.items() if name in hints})


def plain_value(value: Any) -> Any:
    """Turns records, tuples and dates into JSON values."""
    if isinstance(value, Record):
        return value.to_dict()
    if isinstance(value, (Caution, Fault)):
        return {name: plain_value(getattr(value, name)) for name in type(value).__slots__}
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): plain_value(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain_value(item) for item in value]
    if hasattr(value, "item") and getattr(value, "ndim", 1) == 0:
        return value.item()
    return value


@cache
def _hints(kind: Any) -> dict[str, Any]:
    hints = typing.get_type_hints(kind)
    return {item.name: hints[item.name] for item in dataclasses.fields(kind)}


def _typed(hint: Any, value: Any) -> Any:
    origin = typing.get_origin(hint)
    if origin in (typing.Union, types.UnionType):
        arms = [arm for arm in typing.get_args(hint) if arm is not type(None)]
        return None if value is None else _typed(arms[0], value)
    if isinstance(value, Mapping) and origin is None and value.get("type") in _TYPES:
        return _TYPES[value["type"]].from_dict(value)
    if hint is date and isinstance(value, str):
        return date.fromisoformat(value)
    if hint is Caution and isinstance(value, Mapping):
        return Caution(value["code"], value.get("field", ""), dict(value.get("text_args", {})))
    if origin is tuple and isinstance(value, (list, tuple)):
        arms = list(typing.get_args(hint))
        inner = arms[0] if len(arms) == 2 and arms[1] is Ellipsis else Any
        return tuple(_typed(inner, item) for item in value)
    if isinstance(value, list):
        return tuple(_typed(Any, item) for item in value)
    if isinstance(value, Mapping):
        inner = typing.get_args(hint)[1] if len(typing.get_args(hint)) == 2 else Any
        return dict(value) if inner is Any else {key: _typed(inner, item) for key, item in value.items()}
    return value
