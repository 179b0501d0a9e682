"""Sensitivity: one input at a time, tornado, Sobol indices, and the bridge from one value to another."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from valuation.distributions import GrowthPath
from valuation.errors import Checks, as_number, refuse
from valuation.formulas import formula
from valuation.results import Bar, Bridge, Row, SobolIndices, Step, Tornado
from valuation.nets import SobolStream
from valuation.sampling import brownian_components, check_correlation, check_inputs, grow, inverse_normal
from valuation.drivers import MethodModel

Array = Any
MOST_SAMPLES = 2**14
BLOCKS = 8
STUDENT = 2.364624251592785  # 97.5 % of Student's t with 7 degrees of freedom


def _value(model: Callable[..., Any], arguments: Mapping[str, Any]) -> float:
    try:
        answer = model(**arguments)
    except TypeError as error:
        raise refuse("base", "UNKNOWN_NAME", sorted(arguments), error) from error
    number = as_number(getattr(answer, "value", answer))
    if isinstance(number, str):
        raise refuse("model", number, answer, "a number or a result with a value")
    return number


def _swings(checks: Checks, base: Mapping[str, Any], swings: Any) -> dict[str, tuple[float, float]]:
    from valuation.errors import AMOUNT

    found = {}
    for name, pair in checks.mapping("swings", swings, most=64).items():
        if name not in base:
            checks.fault(f"swings.{name}", "UNKNOWN_NAME", name, ", ".join(base))
        both = checks.numbers(f"swings.{name}", pair, AMOUNT, most=2, least=2)
        if len(both) == 2:
            found[name] = (both[0], both[1])
        elif not checks.faults:
            checks.fault(f"swings.{name}", "LENGTH_MISMATCH", pair, 2)
    return found


@formula()
def one_at_a_time(
    model: Callable[..., Any], base: Mapping[str, Any], swings: Mapping[str, Sequence[float]]
) -> dict[str, tuple[float, float]]:
    """Answers the value at either end of each input's swing, all others at base, in the order given (yuan).

    Source: elementary (one-way sensitivity analysis).

    >>> one_at_a_time(lambda a, b: a * b, {"a": 2, "b": 3}, {"a": [1, 4]})
    {'a': (3.0, 12.0)}
    """
    checks = Checks()
    function = checks.function("model", model)
    frame = checks.mapping("base", base)
    ends = _swings(checks, frame, swings)
    if isinstance(model, MethodModel):
        for name in sorted(set(frame) - model.random):
            checks.fault(f"base.{name}", "UNKNOWN_NAME", name, ", ".join(sorted(model.random)))
    checks.require()
    if isinstance(model, MethodModel):
        model.check_values("swings", ends)
    return {
        name: (_value(function, {**frame, name: low}), _value(function, {**frame, name: high}))
        for name, (low, high) in ends.items()
    }


@formula()
def tornado(
    model: Callable[..., Any], base: Mapping[str, Any], swings: Mapping[str, Sequence[float]]
) -> Tornado:
    """Sorts one-at-a-time bars by width, ties in declared order (yuan).

    Source: Howard (1988), Decision Analysis.

    >>> [bar.name for bar in tornado(lambda a, b: a * b, {"a": 2, "b": 3}, {"a": [1, 2], "b": [1, 9]}).bars]
    ['b', 'a']
    """
    ends = one_at_a_time(model, base, swings)
    bars = [
        Bar(name, float(swings[name][0]), float(swings[name][1]), low, high, abs(high - low))
        for name, (low, high) in ends.items()
    ]
    bars.sort(key=lambda bar: -bar.width)
    rows = tuple({"name": bar.name, "at_low": bar.at_low, "at_high": bar.at_high, "width": bar.width} for bar in bars)
    return Tornado(base=_value(model, base), bars=tuple(bars), workings=rows)


@formula()
def value_bridge(
    model: Callable[..., Any], before: Mapping[str, Any], after: Mapping[str, Any], order: Sequence[str]
) -> Bridge:
    """Substitutes one assumption after the other; each step starts where the one before ended (yuan).

    Source: elementary (sequential substitution).

    >>> bridge = value_bridge(lambda a, b: a * b, {"a": 2, "b": 3}, {"a": 4, "b": 5}, ["b", "a"])
    >>> [(step.name, step.before, step.after) for step in bridge.steps]
    [('b', 6.0, 10.0), ('a', 10.0, 20.0)]
    """
    checks = Checks()
    function = checks.function("model", model)
    start, end = checks.mapping("before", before), checks.mapping("after", after)
    names = checks.sequence("order", order, least=0, most=500)
    changed = {name for name in {*start, *end} if start.get(name) != end.get(name)}
    for i, name in enumerate(names):
        if not isinstance(name, str) or name not in {*start, *end}:
            checks.fault(f"order[{i}]", "UNKNOWN_NAME", name)
    if not checks.faults and not changed <= set(names):
        checks.fault("order", "LENGTH_MISMATCH", sorted(changed - set(names)), "every changed assumption")
    if not checks.faults and len(set(names)) != len(names):
        checks.fault("order", "LENGTH_MISMATCH", names, "each assumption once")
    checks.require()
    now, at = dict(start), _value(function, start)
    first, steps = at, []
    for name in names:
        now.pop(name, None)
        if name in end:
            now[name] = end[name]
        then = _value(function, now)
        steps.append(Step(name, at, then, then - at))
        at = then
    return Bridge(before=first, after=at, steps=tuple(steps))


def _blocks(inputs: Mapping[str, Any], seed: int, samples: int) -> Any:
    columns = [
        (name, 2 * column + side)
        for name, item in inputs.items()
        for column in range(item.years if isinstance(item, GrowthPath) else 1)
        for side in (0, 1)
    ]
    size = max(1, samples // BLOCKS)
    for block in range(BLOCKS):
        stream = SobolStream(seed=seed, columns=columns, replicate=block)
        points = stream.take(size)
        yield _arrays(inputs, points[0::2]), _arrays(inputs, points[1::2])


def _arrays(inputs: Mapping[str, Any], points: Array) -> dict[str, Array]:
    from valuation.sampling import split

    rows = split(inputs, points)
    return {
        name: grow(item, brownian_components(item.years) @ inverse_normal(rows[name]))
        if isinstance(item, GrowthPath)
        else item.ppf(rows[name][0])
        for name, item in inputs.items()
    }


def _runs(model: Callable[..., Any], inputs: Mapping[str, Any], seed: int, samples: int) -> Array:
    import numpy as np

    size = max(1, samples // BLOCKS)
    runs = np.empty((BLOCKS, len(inputs) + 2, size))
    with np.errstate(all="ignore"):
        for block, (first, second) in enumerate(_blocks(inputs, seed, samples)):
            runs[block, 0], runs[block, 1] = model(**first), model(**second)
            for i, name in enumerate(inputs):
                runs[block, 2 + i] = model(**{**first, name: second[name]})
    if not np.isfinite(runs).all():
        raise refuse("model", "NOT_FINITE", float(runs[~np.isfinite(runs)][0]), "every run")
    return runs


@formula()
def sobol_indices(
    model: Callable[..., Any],
    inputs: Mapping[str, Any],
    *,
    seed: int = 20260630,
    samples: int = 2**12,
    correlation: Sequence[Sequence[float]] | None = None,
) -> SobolIndices:
    """Splits the variance of a model's value: first-order S1 and total ST of each input, in N(d+2) runs.

    A path counts as one input. Half widths (95 %) come from 8 replicates; a small negative S1 is kept.
    Source: Saltelli et al. (2010) for S1, Jansen (1999) for ST.

    >>> from valuation import Uniform
    >>> result = sobol_indices(lambda x, y: x + 0 * y, {"x": Uniform(0, 1), "y": Uniform(0, 1)}, samples=256)
    >>> [round(share, 1) for share in result.ST]
    [1.0, 0.0]
    """
    import numpy as np

    checks = Checks()
    function = checks.function("model", model)
    built = check_inputs(checks, inputs)
    number = checks.integer("seed", seed, 0, 2**63 - 1)
    count = checks.integer("samples", samples, 64, MOST_SAMPLES, above="TOO_MANY_PATHS")
    if not checks.faults and count & (count - 1):
        checks.fault("samples", "PATHS_NOT_POWER_OF_TWO", samples)
    linked = check_correlation(checks, built, correlation, "normal")
    if linked is not None and any(x != 0.0 for i, row in enumerate(linked) for j, x in enumerate(row) if i != j):
        checks.fault("correlation", "INDICES_NEED_INDEPENDENCE", correlation)
    checks.require()
    if isinstance(model, MethodModel):
        model.check_inputs(built)
        model.check_ranges(built)
    runs = _runs(function, built, number, count)
    scale = float(np.abs(runs).max())
    runs -= runs[:, :2].mean()
    variance = float((runs[:, :2] ** 2).mean())
    if variance <= (1e-14 * scale) ** 2 or variance < 1e-300:
        raise refuse("model", "DEGENERATE", variance, "output variance > 0")
    first = (runs[:, 1:2] * (runs[:, 2:] - runs[:, 0:1])).mean(axis=2) / variance
    total = ((runs[:, 0:1] - runs[:, 2:]) ** 2).mean(axis=2) / (2.0 * variance)
    spread = STUDENT / math.sqrt(BLOCKS)
    rows: tuple[Row, ...] = tuple(
        {"name": name, "S1": float(first[:, i].mean()), "ST": float(total[:, i].mean())} for i, name in enumerate(built)
    )
    return SobolIndices(
        names=tuple(built),
        S1=tuple(float(x) for x in first.mean(axis=0)),
        ST=tuple(float(x) for x in total.mean(axis=0)),
        S1_half_width=tuple(float(x) for x in first.std(axis=0, ddof=1) * spread),
        ST_half_width=tuple(float(x) for x in total.std(axis=0, ddof=1) * spread),
        variance=variance,
        runs=count * (len(built) + 2),
        workings=rows,
    )

