"""Models of the methods over paths: which drivers may be random, the same kernels as the point values.

A model knows its exact mean where the value is multilinear in independent inputs, and what is left of the value at later
horizons on each path.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from valuation.distributions import Distribution, GrowthPath, Lognormal, Normal
from valuation.errors import AMOUNT, LOSS, NONNEGATIVE, PROBABILITY, RATE, ROYALTY, TAX, Checks, Rule, ValuationInputError, refuse
from valuation.income import discount_path, flow_kernel, relief_from_royalty, royalty_kernel
from valuation.sampling import turned_components
from valuation.tax import apply_policy, check_policy
from valuation.timing import cut_at_expiry, lay_periods

Array = Any


RANGES: Mapping[str, Rule] = {
    "royalty_rate": ROYALTY,
    "discount_rate": RATE,
    "tax_rate": TAX,
    "probability_valid": PROBABILITY,
    "decay": LOSS,
    "revenue_scale": NONNEGATIVE,
    "gain_scale": AMOUNT,
    "value_scale": NONNEGATIVE,
}
FAR, NEAR = 1e-3, 1e-9


def reach(item: Distribution) -> tuple[float, float]:
    """Answers how far a distribution reaches: to its bounds, or where it has none to its 0.1 % and 99.9 % quantiles."""
    endless = isinstance(item, Lognormal) or (isinstance(item, Normal) and not item.bounded)
    edge = FAR if endless else NEAR
    return float(item.ppf(edge)), float(item.ppf(1.0 - edge))


class MethodModel:
    """Base of the models of the income methods: which inputs may be random, and their certain values."""

    random: frozenset[str] = frozenset()

    def check_inputs(self, inputs: Mapping[str, Distribution | GrowthPath]) -> None:
        """Refuses an input that the method does not know."""
        for name, item in inputs.items():
            if name not in self.random:
                raise refuse(f"inputs.{name}", "UNKNOWN_NAME", name, ", ".join(sorted(self.random)))
            if isinstance(item, GrowthPath) != (name == "revenues"):
                raise refuse(f"inputs.{name}", "WRONG_TYPE", item, "GrowthPath for revenues and only there")

    def check_ranges(self, inputs: Mapping[str, Distribution | GrowthPath]) -> None:
        """Refuses, all at once, distributions that reach where the method's own argument would be refused."""
        self.check_values("inputs", {name: reach(item) for name, item in inputs.items() if not isinstance(item, GrowthPath)})

    def check_values(self, field: str, points: Mapping[str, Any]) -> None:
        """Refuses single values of the drivers that the method itself would refuse."""
        checks = Checks()
        for name, values in points.items():
            self._check_values(checks, name, values if isinstance(values, (list, tuple)) else (values,))
        outer = Checks()
        with outer.inside(field):
            checks.require()
        outer.require()

    def _check_values(self, checks: Checks, name: str, values: Sequence[float]) -> None:
        before = len(checks.faults)
        for value in values:
            if name in RANGES and len(checks.faults) == before:
                checks.number(name, value, RANGES[name])

    def __call__(self, **inputs: Array) -> Array:
        raise NotImplementedError

    def mean_exact(self, inputs: Mapping[str, Distribution | GrowthPath]) -> float | None:
        """Answers the exact mean, or None where it has no closed form."""
        return None

    def turns(self, inputs: Mapping[str, Distribution | GrowthPath]) -> dict[str, Array]:
        """Answers for the path input the components whose first is the direction of the value.

        The value is linear in the yearly revenues and E[V·z_j] = σ Σ_{i≥j} ∂V/∂R_i·E[R_i] (Stein), so that this direction is the
        linear function of the shocks that explains most of the value.
        """
        import numpy as np

        found = {}
        for name, item in inputs.items():
            if isinstance(item, GrowthPath) and item.volatility > 0.0:
                others = {other: law.moments()[0] for other, law in inputs.items() if not isinstance(law, GrowthPath)}
                alone = np.zeros((item.years, item.years + 1))
                alone[range(item.years), range(item.years)] = item.means
                values = self(**others, **{name: alone})
                found[name] = turned_components(np.cumsum((values[:-1] - values[-1])[::-1])[::-1].tolist())
        return found


def _frame(plan: Mapping[str, Any], field: str) -> tuple[tuple[float, ...], tuple[float, ...], str]:
    timing, stub, last = plan.get("timing", "mid"), float(plan.get("stub", 1.0)), float(plan.get("last", 1.0))
    count, stub, last, _ = cut_at_expiry(
        Checks(),
        field=field,
        count=len(plan[field]),
        stub=stub,
        last=last,
        remaining_years=plan.get("remaining_years"),
        beyond_expiry=plan.get("beyond_expiry", "refuse"),
    )
    lengths, _, times = lay_periods(count, timing, stub, last)
    return tuple(lengths), tuple(times), timing


NODES = 256


@lru_cache(maxsize=1)
def _nodes() -> tuple[Array, Array]:
    import numpy as np

    nodes, weights = np.polynomial.legendre.leggauss(NODES)
    return (nodes + 1.0) / 2.0, weights / 2.0


def quadrature(item: Distribution) -> tuple[Array, Array]:
    """Answers quantiles of a distribution and the weights that average a smooth function over it."""
    levels, weights = _nodes()
    return item.ppf(levels), weights


class RoyaltyModel(MethodModel):
    """Relief from royalty over paths: the kernel of `relief_from_royalty`, any of its drivers random."""

    random = frozenset(
        {"revenues", "revenue_scale", "royalty_rate", "discount_rate", "tax_rate", "probability_valid", "decay"}
    )

    def __init__(self, plan: Mapping[str, Any]) -> None:
        self.point = relief_from_royalty(**plan)
        self.lengths, self.times, self.timing = _frame(plan, "revenues")
        self.base: dict[str, Any] = {
            "revenues": tuple(float(x) for x in plan["revenues"]),
            "revenue_scale": 1.0,
            "royalty_rate": float(plan["royalty_rate"]),
            "discount_rate": float(plan["discount_rate"]),
            "tax_rate": float(plan["tax_rate"]),
            "probability_valid": float(plan.get("probability_valid", 1.0)),
            "decay": float(plan.get("decay", 0.0)),
        }
        fees, costs = plan.get("fees"), plan.get("costs")
        self.outgo = _sum_outgo(fees, costs, len(self.base["revenues"])) if fees or costs else None
        self.policy = check_policy(Checks(), plan.get("tab"))

    def check_inputs(self, inputs: Mapping[str, Distribution | GrowthPath]) -> None:
        super().check_inputs(inputs)
        for name, item in inputs.items():
            if isinstance(item, GrowthPath) and item.years < len(self.times):
                raise refuse(f"inputs.{name}", "LENGTH_MISMATCH", item.years, len(self.times))

    def _values(self, inputs: Mapping[str, Any]) -> dict[str, Any]:
        return {**self.base, **inputs}

    def __call__(self, **inputs: Array) -> Array:
        at = self._values(inputs)
        before = royalty_kernel(
            at["revenues"],
            royalty_rate=at["royalty_rate"] * at["revenue_scale"],
            discount_rate=at["discount_rate"],
            tax_rate=at["tax_rate"],
            decay=at["decay"],
            lengths=self.lengths,
            times=self.times,
            outgo=self.outgo,
        )
        factor, _ = apply_policy(
            self.policy, discount_rate=at["discount_rate"], tax_rate=at["tax_rate"], timing=self.timing
        )
        return before * at["probability_valid"] * factor

    def mean_exact(self, inputs: Mapping[str, Distribution | GrowthPath]) -> float | None:
        """The value is multilinear in independent inputs but for k, δ and the tax rate of an inheriting TAB.

        One of these three may be random: the closed form is then averaged over its quantiles (Gauss–Legendre).
        """
        curved = {"discount_rate", "decay"} | (
            {"tax_rate"} if self.policy is not None and self.policy.tax_rate is None else set()
        )
        at: dict[str, Any] = {}
        weights = None
        for name, item in inputs.items():
            if isinstance(item, GrowthPath):
                at[name] = item.means
            elif name in curved and item.moments()[1] > 0.0:
                if weights is not None:
                    return None
                at[name], weights = quadrature(item)
            else:
                at[name] = item.moments()[0]
        value = self(**at)
        return float(value) if weights is None else float((value * weights).sum())

    def horizon_values(self, horizons: Sequence[float], **inputs: Array) -> list[Array]:
        """What is left of the value at each horizon, on each path with its own later flows; no TAB."""
        at = self._values(inputs)
        keep: Any = 1.0
        later: list[Any] = [0.0] * len(horizons)
        rate = at["discount_rate"]
        scale = at["royalty_rate"] * at["revenue_scale"]
        for i, (revenue, factor) in enumerate(zip(at["revenues"], discount_path(rate, self.times), strict=False)):
            flow = (revenue * (self.lengths[i] * keep)) * scale
            if self.outgo is not None:
                flow = flow - self.outgo[i]
            held = [j for j, horizon in enumerate(horizons) if self.times[i] > horizon]
            if held:
                last = max(held, key=lambda j: horizons[j])
                later[last] = later[last] + flow * factor
            keep = keep * (1.0 - at["decay"])
        after = (1.0 - at["tax_rate"]) * at["probability_valid"]
        return _accumulate(later, horizons, after=after, rate=rate)


def _sum_outgo(fees: Sequence[float] | None, costs: Sequence[float] | None, count: int) -> list[float]:
    fee, cost = fees or [0.0] * count, costs or [0.0] * count
    return [float(a) + float(b) for a, b in zip(fee, cost, strict=True)]


def _accumulate(later: list[Any], horizons: Sequence[float], *, after: Any, rate: Any) -> list[Array]:
    order = sorted(range(len(horizons)), key=lambda j: horizons[j], reverse=True)
    running: Any = 0.0
    found: list[Any] = [0.0] * len(horizons)
    for j in order:
        running = running + later[j]
        found[j] = running * after * (1.0 + rate) ** horizons[j]
    return found


FLOW_METHODS = ("mpeem", "with_and_without", "cost_saving", "premium_price")


class FlowModel(MethodModel):
    """The other income methods over paths: their gains, scaled, taxed and discounted by random drivers.

    The flows of `with_and_without` are after tax, so that no tax rate moves them; calculations of version 1 taxed them again.
    """

    random = frozenset({"gain_scale", "discount_rate", "tax_rate", "probability_valid"})

    def __init__(self, method: str, plan: Mapping[str, Any], version: int = 2) -> None:
        from valuation.formulas import lookup

        if method == "with_and_without" and version > 1:
            self.random = self.random - {"tax_rate"}
        self.point = lookup(method)(**plan)
        field = {"mpeem": "operating_income", "with_and_without": "cash_flows_with", "cost_saving": "savings"}.get(
            method, "units"
        )
        self.lengths, self.times, self.timing = _frame(plan, field)
        self.gains = [gain * length for gain, length in zip(_gains(method, plan), self.lengths, strict=False)]
        self.base: dict[str, Any] = {
            "gain_scale": 1.0,
            "discount_rate": float(plan["discount_rate"]),
            "tax_rate": float(plan.get("tax_rate", 0.0)),
            "probability_valid": float(plan.get("probability_valid", plan.get("probability", 1.0))),
        }
        self.policy = check_policy(Checks(), plan.get("tab"))

    def __call__(self, **inputs: Array) -> Array:
        at = {**self.base, **inputs}
        before = flow_kernel(self.gains, discount_rate=at["discount_rate"], times=self.times)
        factor, _ = apply_policy(
            self.policy, discount_rate=at["discount_rate"], tax_rate=at["tax_rate"], timing=self.timing
        )
        return before * (1.0 - at["tax_rate"]) * at["gain_scale"] * at["probability_valid"] * factor


def _gains(method: str, plan: Mapping[str, Any]) -> list[float]:
    if method == "mpeem":
        pairs = zip(plan["operating_income"], plan["contributory_asset_charges"], strict=True)
        return [float(a) - float(b) for a, b in pairs]
    if method == "with_and_without":
        return [float(a) - float(b) for a, b in zip(plan["cash_flows_with"], plan["cash_flows_without"], strict=True)]
    if method == "cost_saving":
        return [float(a) for a in plan["savings"]]
    return [float(a) * float(plan["premium"]) for a in plan["units"]]


class ScaledModel(MethodModel):
    """A method without drivers: its point value, scaled."""

    random = frozenset({"value_scale"})

    def __init__(self, value: float) -> None:
        self.value = value

    def __call__(self, **inputs: Array) -> Array:
        return self.value * inputs.get("value_scale", 1.0)


class WeightedModel(MethodModel):
    """The reconciled value over paths: an input moves every method that knows it."""

    def __init__(self, parts: Sequence[tuple[float, MethodModel]]) -> None:
        self.parts = tuple(parts)
        self.random = frozenset().union(*(model.random for _, model in parts))

    def check_inputs(self, inputs: Mapping[str, Distribution | GrowthPath]) -> None:
        super().check_inputs(inputs)
        for _, model in self.parts:
            model.check_inputs({name: item for name, item in inputs.items() if name in model.random})

    def __call__(self, **inputs: Array) -> Array:
        total: Any = 0.0
        for weight, model in self.parts:
            known = {name: value for name, value in inputs.items() if name in model.random}
            total = total + weight * model(**known)
        return total


def royalty_model(plan: Mapping[str, Any]) -> RoyaltyModel:
    """Makes the model of `relief_from_royalty` over the plan of its arguments, for `simulate`.

    >>> model = royalty_model({"revenues": [100, 100], "royalty_rate": 0.05, "discount_rate": 0.1, "tax_rate": 0.2})
    >>> round(model() - model.point.value, 12)
    0.0
    """
    if not isinstance(plan, Mapping):
        raise refuse("plan", "WRONG_TYPE", plan, "mapping of relief_from_royalty's arguments")
    checks = Checks()
    with checks.inside("plan"):
        try:
            return RoyaltyModel(plan)
        except TypeError as error:
            raise refuse("", "WRONG_TYPE", plan, error) from error
    raise ValuationInputError(checks.faults)


def method_model(method: str, plan: Mapping[str, Any], value: float, version: int = 2) -> MethodModel:
    """Makes the model of any method, as `simulate` of that version knew it: its drivers where known, else its scaled value."""
    if method == "relief_from_royalty":
        return royalty_model(plan)
    return FlowModel(method, plan, version) if method in FLOW_METHODS else ScaledModel(value)
