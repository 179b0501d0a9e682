"""The registry of formula versions, and the last guard of each public function.

A change that alters any number of a public function gets the next version here; the old kernel stays callable, so that
an archived calculation file can be recomputed with the very formulas it names.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from valuation.errors import refuse

P = ParamSpec("P")
R = TypeVar("R")
_REGISTRY: dict[str, dict[int, Callable[..., Any]]] = {}


def check_finite(result: object) -> None:
    """Refuses a result of which a number left the finite range."""
    for name in getattr(result, "__dataclass_fields__", ()):
        value = getattr(result, name)
        if type(value) is float and not math.isfinite(value):
            raise refuse(name, "NOT_FINITE", value, "result")


def formula(version: int = 1, name: str | None = None) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Registers a public function under its name (an older kernel under the name it served) and version and keeps arithmetic errors inside the library."""

    def register(function: Callable[P, R]) -> Callable[P, R]:
        @wraps(function)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            try:
                result = function(*args, **kwargs)
            except (OverflowError, ZeroDivisionError) as error:
                raise refuse("result", "NOT_FINITE", error, "result") from error
            check_finite(result)
            return result

        _REGISTRY.setdefault(name or function.__name__, {})[version] = guarded
        return guarded

    return register


def lookup(name: str, version: int | None = None) -> Callable[..., Any]:
    """Answers the function of that name and version (the newest without one)."""
    _load(name)
    versions = _REGISTRY.get(name)
    if not versions:
        raise refuse("formula", "UNKNOWN_NAME", name)
    number = max(versions) if version is None else version
    if number not in versions:
        raise refuse(f"formula_versions.{name}", "UNKNOWN_NAME", version, sorted(versions))
    return versions[number]


def newest(name: str) -> int:
    """Answers the newest version number of a formula."""
    _load(name)
    if name not in _REGISTRY:
        raise refuse("formula", "UNKNOWN_NAME", name)
    return max(_REGISTRY[name])


def _load(name: str) -> None:
    import valuation

    if name not in _REGISTRY and isinstance(name, str) and name in valuation.__all__:
        getattr(valuation, name)

