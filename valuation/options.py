"""Real options: upside only, never a lender's value. Rates r and q are continuous; S, K, sigma, T as in the field."""

from __future__ import annotations

import math
from typing import Any

from valuation.errors import (
    CONTINUOUS_RATE,
    CORRELATION,
    LIFE,
    POSITIVE,
    VOLATILITY,
    YEARS,
    Checks,
    Rule,
)
from valuation.formulas import formula
from valuation.results import CompoundOption, DelayOption, LatticeValue, OptionValue, Value
from valuation.roots import brent

MOST_STEPS = 10_000
VARIANCE = Rule(0.0, 25.0, "NEGATIVE", "OUT_OF_RANGE")
SIDES = ("call", "put")


def cdf(x: float) -> float:
    """Kernel: standard normal distribution function."""
    return 0.5 * math.erfc(-x / math.sqrt(2.0))


def density(x: float) -> float:
    """Kernel: standard normal density."""
    return math.exp(-x * x / 2.0) / math.sqrt(2.0 * math.pi)


def d_pair(S: float, K: float, r: float, q: float, sigma: float, T: float) -> tuple[float, float]:
    """Kernel: d1 and d2; needs sigma·√T > 0."""
    width = sigma * math.sqrt(T)
    d1 = (math.log(S / K) + (r - q + sigma * sigma / 2.0) * T) / width
    return d1, d1 - width


def bsm(kind: str, S: float, K: float, r: float, q: float, sigma: float, T: float) -> float:
    """Kernel: the value of a call or put, with its limits at sigma = 0 and T = 0."""
    sign = 1.0 if kind == "call" else -1.0
    forward, strike = S * math.exp(-q * T), K * math.exp(-r * T)
    if sigma * math.sqrt(T) == 0.0:
        return max(sign * (forward - strike), 0.0)
    d1, d2 = d_pair(S, K, r, q, sigma, T)
    return max(0.0, sign * (forward * cdf(sign * d1) - strike * cdf(sign * d2)))


def _market(checks: Checks, **values: Any) -> list[float]:
    rules = {"S": POSITIVE, "K": POSITIVE, "r": CONTINUOUS_RATE, "q": CONTINUOUS_RATE, "sigma": VOLATILITY, "T": YEARS}
    return [checks.number(name, value, rules[name]) for name, value in values.items()]


def _greeks(S: float, K: float, r: float, q: float, sigma: float, T: float) -> dict[str, dict[str, float]]:
    if sigma * math.sqrt(T) == 0.0:
        return {}
    d1, d2 = d_pair(S, K, r, q, sigma, T)
    carry, back = math.exp(-q * T), math.exp(-r * T)
    gamma = carry * density(d1) / (S * sigma * math.sqrt(T))
    vega = S * carry * density(d1) * math.sqrt(T)
    decay = -S * carry * density(d1) * sigma / (2.0 * math.sqrt(T))
    table = {}
    for kind, sign in (("call", 1.0), ("put", -1.0)):
        theta = decay + sign * (q * S * carry * cdf(sign * d1) - r * K * back * cdf(sign * d2))
        rho = sign * K * T * back * cdf(sign * d2)
        table[kind] = {"delta": sign * carry * cdf(sign * d1), "gamma": gamma, "vega": vega, "theta": theta, "rho": rho}
    return table


@formula()
def black_scholes_merton(
    *, kind: str, S: float, K: float, r: float, q: float, sigma: float, T: float
) -> OptionValue:
    """Values a European option: C = S e^−qT N(d1) − K e^−rT N(d2); kind "call", "put" or "both"; T in years.

    Source: Merton (1973), Bell Journal of Economics 4.

    >>> round(black_scholes_merton(kind="call", S=42, K=40, r=0.1, q=0, sigma=0.2, T=0.5).value, 6)
    4.759422
    """
    checks = Checks()
    side = checks.choice("kind", kind, (*SIDES, "both"))
    values = _market(checks, S=S, K=K, r=r, q=q, sigma=sigma, T=T)
    checks.require()
    call, put = bsm("call", *values), bsm("put", *values)
    certain = values[4] * math.sqrt(values[5]) == 0.0
    d1, d2 = (None, None) if certain else d_pair(*values)
    return OptionValue(
        value={"call": call, "put": put}.get(side), call=call, put=put, d1=d1, d2=d2, greeks=_greeks(*values)
    )


@formula()
def option_to_delay(
    *,
    S: float,
    K: float,
    r: float,
    T: float,
    sigma: float | None = None,
    variance: float | None = None,
    q: float | None = None,
    unit: str = "",
) -> DelayOption:
    """Values the right to wait with an investment K for a project worth S; q = 1/T is the cost of delay.

    Without q a patent looks worth three times too much. npv = S − K; time_premium = value − npv. `unit` is a label.
    Source: Damodaran on Valuation, Illustration 12.5 (Avonex).

    >>> round(option_to_delay(S=3422, K=2875, r=0.067, variance=0.224, T=17).value)
    907
    """
    checks = Checks()
    worth, price, free = (checks.number(n, v, c) for n, v, c in (("S", S, POSITIVE), ("K", K, POSITIVE), ("r", r, CONTINUOUS_RATE)))
    years = checks.number("T", T, LIFE)
    width = checks.optional("sigma", sigma, VOLATILITY)
    square = checks.optional("variance", variance, VARIANCE)
    cost = checks.optional("q", q, Rule(-1.0, 100.0, "OUT_OF_RANGE", "OUT_OF_RANGE"))
    checks.text("unit", unit, most=40)
    if isinstance(unit, str) and unit.replace(".", "").isdigit():
        checks.fault("unit", "UNKNOWN_NAME", unit, "a unit's name")
    if (sigma is None) == (variance is None):
        checks.fault("sigma", "EITHER_OR", sigma, "sigma or variance")
    checks.require()
    delay = 1.0 / years if cost is None else cost
    value = bsm("call", worth, price, free, delay, math.sqrt(square) if width is None else width, years)  # type: ignore[arg-type]  # one of the two is given
    return DelayOption(value=value, npv=worth - price, time_premium=value - (worth - price), q=delay)


def _payoff(kind: str, prices: Any, K: float) -> Any:
    import numpy as np

    return np.maximum(prices - K, 0.0) if kind == "call" else np.maximum(K - prices, 0.0)


def _edge(kind: str, prices: Any, stop: Any, worth: Any) -> float | None:
    """Answers the price nearest the strike at which exercise is at least as good, None where it nowhere is."""
    better = stop >= worth
    if kind == "put":
        held = len(better) if better.all() else int(better.argmin())
        return float(prices[held - 1]) if held and stop[held - 1] > 0 else None
    held = len(better) if better.all() else int(better[::-1].argmin())
    return float(prices[-held]) if held and stop[-held] > 0 else None


def lattice(kind: str, exercise: str, market: list[float], steps: int) -> tuple[float, list[float | None]]:
    """Kernel: Cox–Ross–Rubinstein roll-back, one vector a step; market is S, K, r, q, sigma, T.

    Nodes of every second step share their prices, so prices and payoffs are laid out once for each parity.
    """
    import numpy as np

    S, K, r, q, sigma, T = market
    step = T / steps
    up = math.exp(sigma * math.sqrt(step))
    chance = (math.exp((r - q) * step) - 1.0 / up) / (up - 1.0 / up)
    back = math.exp(-r * step)
    high, low = back * chance, back * (1.0 - chance)
    sides = [S * up ** np.arange(-steps + parity, steps + 1, 2.0) for parity in (0, 1)]
    payoffs = [_payoff(kind, side, K) for side in sides]
    values, spare = payoffs[0].copy(), np.empty(steps + 1)
    edges: list[float | None] = []
    for now in range(steps - 1, -1, -1):
        np.multiply(values[1 : now + 2], high, out=spare[: now + 1])
        values = values[: now + 1]
        values *= low
        values += spare[: now + 1]
        if exercise == "american":
            parity = (steps - now) % 2
            first = (steps - now - parity) // 2
            stop = payoffs[parity][first : first + now + 1]
            edges.append(_edge(kind, sides[parity][first : first + now + 1], stop, values))
            np.maximum(values, stop, out=values)
    return float(values[0]), edges[::-1]


def _certain(kind: str, exercise: str, S: float, K: float, r: float, q: float, T: float, steps: int) -> float:
    times = [T * i / steps for i in range(steps + 1)] if exercise == "american" else [T]
    return max(bsm(kind, S, K, r, q, 0.0, time) for time in times)


def _lattice_inputs(
    checks: Checks, *, S: Any, K: Any, r: Any, q: Any, sigma: Any, T: Any, steps: Any
) -> tuple[list[float], int]:
    values = _market(checks, S=S, K=K, r=r, q=q, sigma=sigma, T=T)
    count = checks.integer("steps", steps, 1, MOST_STEPS, below="NOT_POSITIVE", above="TOO_LONG")
    if not checks.faults and values[4] > 0 and values[5] > 0:
        needed = math.floor(values[5] * ((values[2] - values[3]) / values[4]) ** 2) + 1
        if count < needed:
            checks.fault("steps", "MORE_STEPS_NEEDED", steps, needed)
        if not checks.faults and values[4] * math.sqrt(values[5] * count) > 700.0:
            checks.fault("sigma", "OUT_OF_RANGE", sigma, "sigma·√(T·steps) <= 700")
    return values, count


@formula()
def crr_binomial(
    *, kind: str, exercise: str, S: float, K: float, r: float, q: float, sigma: float, T: float, steps: int
) -> LatticeValue:
    """Values an option on a binomial lattice of exactly `steps` steps; the boundary is the price at which to exercise.

    u = e^{σ√h}, d = 1/u, p = (e^{(r−q)h} − d)/(u − d). Source: Cox, Ross and Rubinstein (1979).

    >>> round(crr_binomial(kind="put", exercise="european", S=50, K=50, r=0.06, q=0.04, sigma=0.4, T=1, steps=100).value, 9)
    7.054622973
    """
    checks = Checks()
    side = checks.choice("kind", kind, SIDES)
    style = checks.choice("exercise", exercise, ("european", "american"))
    values, count = _lattice_inputs(checks, S=S, K=K, r=r, q=q, sigma=sigma, T=T, steps=steps)
    checks.require()
    if values[4] == 0.0 or values[5] == 0.0:
        price, strike, free, carry, _, years = values
        return LatticeValue(value=_certain(side, style, price, strike, free, carry, years, count), boundary=())
    value, edges = lattice(side, style, values, count)
    return LatticeValue(value=value, boundary=tuple(edges))


def _american(kind: str, *, given: Any, S: Any, K: Any, r: Any, q: Any, sigma: Any, T: Any, steps: Any) -> Value:
    checks = Checks()
    checks.choice("kind", given, (kind,))
    values, count = _lattice_inputs(checks, S=S, K=K, r=r, q=q, sigma=sigma, T=T, steps=steps)
    checks.require()
    if values[4] == 0.0 or values[5] == 0.0:
        price, strike, free, carry, _, years = values
        return Value(value=_certain(kind, "american", price, strike, free, carry, years, count))
    pair = [lattice(kind, "american", values, number)[0] for number in (count, count + 1)]
    return Value(value=(pair[0] + pair[1]) / 2.0)


@formula()
def american_call(
    *, S: float, K: float, r: float, q: float, sigma: float, T: float, steps: int = 500, kind: str = "call"
) -> Value:
    """Values an American call: mean of the lattices with n and n+1 steps.

    Source: Cox, Ross and Rubinstein (1979); averaging after Broadie and Detemple (1996).

    >>> round(american_call(S=110, K=100, r=0.03, q=0.07, sigma=0.2, T=3).value, 1)
    14.4
    """
    return _american("call", given=kind, S=S, K=K, r=r, q=q, sigma=sigma, T=T, steps=steps)


@formula()
def american_put(
    *, S: float, K: float, r: float, q: float, sigma: float, T: float, steps: int = 500, kind: str = "put"
) -> Value:
    """Values an American put: mean of the lattices with n and n+1 steps.

    Source: Cox, Ross and Rubinstein (1979); averaging after Broadie and Detemple (1996).

    >>> round(american_put(S=90, K=100, r=0.05, q=0, sigma=0.2, T=1).value, 2)
    11.49
    """
    return _american("put", given=kind, S=S, K=K, r=r, q=q, sigma=sigma, T=T, steps=steps)


_NODES: dict[int, tuple[tuple[float, float], ...]] = {
    6: ((0.1713244923791705, 0.9324695142031522), (0.3607615730481384, 0.6612093864662647),
        (0.4679139345726904, 0.2386191860831970)),
    12: ((0.04717533638651177, 0.9815606342467191), (0.1069393259953183, 0.9041172563704750),
         (0.1600783285433464, 0.7699026741943050), (0.2031674267230659, 0.5873179542866171),
         (0.2334925365383547, 0.3678314989981802), (0.2491470458134029, 0.1252334085114692)),
    20: ((0.01761400713915212, 0.9931285991850949), (0.04060142980038694, 0.9639719272779138),
         (0.06267204833410906, 0.9122344282513259), (0.08327674157670475, 0.8391169718222188),
         (0.1019301198172404, 0.7463319064601508), (0.1181945319615184, 0.6360536807265150),
         (0.1316886384491766, 0.5108670019508271), (0.1420961093183821, 0.3737060887154196),
         (0.1491729864726037, 0.2277858511416451), (0.1527533871307259, 0.07652652113349733)),
}  # fmt: skip


def binormal(x: float, y: float, rho: float) -> float:
    """Kernel: P(X ≤ x, Y ≤ y) of a standard bivariate normal, to about 1e-15.

    Source: Genz (2004), Statistics and Computing 14, function BVND.
    """
    h, k = -x, -y
    product = h * k
    nodes = _NODES[6 if abs(rho) < 0.3 else 12 if abs(rho) < 0.75 else 20]
    if abs(rho) < 0.925:
        half = (h * h + k * k) / 2.0
        angle = math.asin(rho)
        total = 0.0
        for weight, node in nodes:
            for sign in (-1.0, 1.0):
                sine = math.sin(angle * (sign * node + 1.0) / 2.0)
                total += weight * math.exp((sine * product - half) / (1.0 - sine * sine))
        return total * angle / (4.0 * math.pi) + cdf(-h) * cdf(-k)
    return _binormal_tail(h, k, product, rho, nodes)


def _binormal_tail(h: float, k: float, product: float, rho: float, nodes: Any) -> float:
    if rho < 0.0:
        k, product = -k, -product
    total = 0.0
    if abs(rho) < 1.0:
        square = (1.0 - rho) * (1.0 + rho)
        a, gap = math.sqrt(square), (h - k) ** 2
        c, d = (4.0 - product) / 8.0, (12.0 - product) / 16.0
        grade = -(gap / square + product) / 2.0
        if grade > -100.0:
            total = a * math.exp(grade) * (1.0 - c * (gap - square) * (1.0 - d * gap / 5.0) / 3.0 + c * d * square**2 / 5.0)
        if -product < 100.0:
            b = math.sqrt(gap)
            total -= (
                math.exp(-product / 2.0) * math.sqrt(2.0 * math.pi) * cdf(-b / a) * b
                * (1.0 - c * gap * (1.0 - d * gap / 5.0) / 3.0)
            )  # fmt: skip
        total += _tail_sum(a / 2.0, gap, product, c, d, nodes)
        total = -total / (2.0 * math.pi)
    if rho > 0.0:
        return total + cdf(-max(h, k))
    return -total + (cdf(k) - cdf(h) if k > h and h < 0 else cdf(-h) - cdf(-k) if k > h else 0.0)


def _tail_sum(a: float, gap: float, product: float, c: float, d: float, nodes: Any) -> float:
    total = 0.0
    for weight, node in nodes:
        for sign in (-1.0, 1.0):
            square = (a * (sign * node + 1.0)) ** 2
            root = math.sqrt(1.0 - square)
            grade = -(gap / square + product) / 2.0
            if grade > -100.0:
                total += a * weight * math.exp(grade) * (
                    math.exp(-product * square / (2.0 * (1.0 + root) ** 2)) / root - (1.0 + c * square * (1.0 + d * square))
                )
    return total


def _critical(inner: str, K_outer: float, K_inner: float, r: float, q: float, sigma: float, T: float) -> float | None:
    """Finds the price at which the inner option is worth the outer strike, None where it never is."""
    if inner == "put" and K_outer >= K_inner * math.exp(-r * T):
        return None
    low, high = 1e-12 * K_inner, K_inner + K_outer

    def gap(price: float) -> float:
        return bsm(inner, price, K_inner, r, q, sigma, T) - K_outer

    while inner == "call" and gap(high) < 0.0 and high < 1e300:
        high *= 2.0
    while inner == "put" and gap(high) > 0.0 and high < 1e300:
        high *= 2.0
    if (gap(low) > 0.0) == (gap(high) > 0.0):
        return None
    return brent(gap, low, high, 1e-14)


def _compound(
    outer: str, inner: str, S: float, K1: float, K2: float, r: float, q: float, sigma: float, T1: float, T2: float,
    critical: float,
) -> float:  # fmt: skip
    way = 1.0 if inner == "call" else -1.0
    side = 1.0 if outer == "call" else -1.0
    a1, a2 = d_pair(S, critical, r, q, sigma, T1)
    b1, b2 = d_pair(S, K2, r, q, sigma, T2)
    rho = math.sqrt(T1 / T2)
    w = way * side
    stock = S * math.exp(-q * T2) * binormal(w * a1, way * b1, side * rho)
    strike = K2 * math.exp(-r * T2) * binormal(w * a2, way * b2, side * rho)
    fee = K1 * math.exp(-r * T1) * cdf(w * a2)
    return max(0.0, w * (stock - strike) - side * fee)


@formula()
def geske_compound(
    *,
    outer: str,
    inner: str,
    S: float,
    K_outer: float,
    K_inner: float,
    r: float,
    q: float,
    sigma: float,
    T_outer: float,
    T_inner: float,
) -> CompoundOption:
    """Values an option on an option (a staged investment); T_outer < T_inner in years.

    Source: Geske (1979), Journal of Financial Economics 7; Haug (2007) for all four kinds.

    >>> round(geske_compound(outer="put", inner="call", S=500, K_outer=50, K_inner=520, r=0.08, q=0.03, sigma=0.35,
    ...                      T_outer=0.25, T_inner=0.5).value, 3)
    21.196
    """
    checks = Checks()
    first, second = checks.choice("outer", outer, SIDES), checks.choice("inner", inner, SIDES)
    price = checks.number("S", S, POSITIVE)
    fee, strike = checks.number("K_outer", K_outer, POSITIVE), checks.number("K_inner", K_inner, POSITIVE)
    free, carry = checks.number("r", r, CONTINUOUS_RATE), checks.number("q", q, CONTINUOUS_RATE)
    width = checks.number("sigma", sigma, VOLATILITY)
    soon, late = checks.number("T_outer", T_outer, YEARS), checks.number("T_inner", T_inner, LIFE)
    if not checks.faults and soon >= late:
        checks.fault("T_outer", "BAD_ORDER", T_outer, f"< {T_inner}")
    checks.require()
    sign = 1.0 if first == "call" else -1.0
    if width == 0.0 or soon == 0.0:
        forward = price * math.exp((free - carry) * soon)
        held = bsm(second, forward, strike, free, carry, width, late - soon)
        return CompoundOption(value=max(0.0, sign * (held - fee)) * math.exp(-free * soon), critical_price=None)
    critical = _critical(second, fee, strike, free, carry, width, late - soon)
    if critical is None:
        value = 0.0 if first == "call" else fee * math.exp(-free * soon) - bsm(second, price, strike, free, carry, width, late)
        return CompoundOption(value=max(0.0, value), critical_price=None)
    value = _compound(first, second, price, fee, strike, free, carry, width, soon, late, critical)
    return CompoundOption(value=value, critical_price=critical)


@formula()
def margrabe_exchange(
    *, S1: float, S2: float, q1: float, q2: float, sigma1: float, sigma2: float, rho: float, T: float
) -> Value:
    """Values the right to give asset 2 for asset 1 in T years: free of the interest rate.

    s² = σ1² + σ2² − 2ρσ1σ2. Source: Margrabe (1978), Journal of Finance 33.

    >>> round(margrabe_exchange(S1=22, S2=20, q1=0.06, q2=0.04, sigma1=0.2, sigma2=0.15, rho=-0.5, T=0.1).value, 3)
    2.125
    """
    checks = Checks()
    first, second = checks.number("S1", S1, POSITIVE), checks.number("S2", S2, POSITIVE)
    carry1, carry2 = checks.number("q1", q1, CONTINUOUS_RATE), checks.number("q2", q2, CONTINUOUS_RATE)
    width1, width2 = checks.number("sigma1", sigma1, VOLATILITY), checks.number("sigma2", sigma2, VOLATILITY)
    link, years = checks.number("rho", rho, CORRELATION), checks.number("T", T, YEARS)
    checks.require()
    square = max(0.0, width1 * width1 + width2 * width2 - 2.0 * link * width1 * width2)
    return Value(value=bsm("call", first, second, carry2, carry1, math.sqrt(square), years))

