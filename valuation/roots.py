"""Root of a function of one variable: Brent's method (Brent 1973), plain floats."""

from __future__ import annotations

from collections.abc import Callable, Sequence


def brent(function: Callable[[float], float], low: float, high: float, tolerance: float = 1e-15) -> float:
    """Finds the root between two points of opposite sign."""
    a, b, fa, fb = low, high, function(low), function(high)
    c, fc, step, before = a, fa, b - a, b - a
    for _ in range(200):
        if (fb > 0) == (fc > 0):
            c, fc, step, before = a, fa, b - a, b - a
        if abs(fc) < abs(fb):
            a, b, c, fa, fb, fc = b, c, b, fb, fc, fb
        close, middle = 2e-16 * abs(b) + tolerance / 2, (c - b) / 2
        if abs(middle) <= close or fb == 0.0:
            return b
        step, before = _step(a, b, c, fa, fb, fc, step, before, middle, close)
        a, fa = b, fb
        b += step if abs(step) > close else (close if middle > 0 else -close)
        fb = function(b)
    return b


def _step(
    a: float, b: float, c: float, fa: float, fb: float, fc: float, step: float, before: float, middle: float, close: float
) -> tuple[float, float]:
    if abs(before) < close or abs(fa) <= abs(fb):
        return middle, middle
    s = fb / fa
    if a == c:
        p, q = 2 * middle * s, 1 - s
    else:
        q, r = fa / fc, fb / fc
        p, q = s * (2 * middle * q * (q - r) - (b - a) * (r - 1)), (q - 1) * (r - 1) * (s - 1)
    p, q = (p, -q) if p > 0 else (-p, q)
    if 2 * p < min(3 * middle * q - abs(close * q), abs(before * q)):
        return p / q, step
    return middle, middle


def brackets(function: Callable[[float], float], grid: Sequence[float]) -> list[tuple[float, float]]:
    """Lists neighbouring grid points between which the function changes sign or touches zero."""
    found: list[tuple[float, float]] = []
    left, at_left = grid[0], function(grid[0])
    for right in grid[1:]:
        at_right = function(right)
        if at_left == 0.0:
            found.append((left, left))
        elif at_left * at_right < 0:
            found.append((left, right))
        left, at_left = right, at_right
    return found + ([(left, left)] if at_left == 0.0 else [])
