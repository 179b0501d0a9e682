"""Points for simulation, without generator state: Gaussian copula, Brownian paths, pseudo-random chunks over Sobol nets."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from typing import Any

from valuation.distributions import Distribution, GrowthPath, Normal
from valuation.errors import CORRELATION, Checks, refuse
from valuation.formulas import formula
from valuation.nets import SobolStream
from valuation.results import CorrelationMatrix

Array = Any
CHUNK = 8_192


def inverse_normal(u: Any) -> Any:
    """Kernel: the standard normal quantile."""
    from scipy.special import ndtri

    found = ndtri(u)
    return float(found) if isinstance(u, float) else found


def inverse_beta(a: float, b: float, u: Any) -> Any:
    """Kernel: the beta quantile."""
    from scipy.special import betaincinv

    found = betaincinv(a, b, u)
    return float(found) if isinstance(u, float) else found


def exponential(x: Any) -> Any:
    """Kernel: e^x of a float or an array."""
    if isinstance(x, float):
        return math.exp(x)
    import numpy as np

    return np.exp(x)


@lru_cache(maxsize=64)
def brownian_components(years: int) -> Array:
    """Answers the matrix that turns principal components into yearly increments, largest component first.

    The eigenvectors of min(i, j) are known in closed form, so no linear-algebra library can change them:
    λ_j = 1/(4 sin²((2j−1)π/(2(2n+1)))), v_ij = 2/√(2n+1)·sin((2j−1)iπ/(2n+1)). Signs give a positive column sum.
    """
    import numpy as np

    odd = 2.0 * np.arange(1, years + 1) - 1.0
    width = 2.0 * years + 1.0
    steps = np.arange(1, years + 1)
    vectors = 2.0 / math.sqrt(width) * np.sin(np.outer(steps, odd) * math.pi / width)
    vectors *= np.where(vectors.sum(axis=0) < 0, -1.0, 1.0)
    levels = vectors / (2.0 * np.sin(odd * math.pi / (2.0 * width)))
    return np.diff(levels, axis=0, prepend=0.0)


def turned_components(direction: Sequence[float]) -> Array:
    """Answers the principal components, reflected so that the first of them is the given direction of yearly shocks.

    One Householder reflection carries the first component onto the direction and leaves the order of the others. The direction
    is that of the value itself: Imai and Tan (2006), A General Dimension Reduction Technique for Derivative Pricing, Journal of
    Computational Finance 10(2).
    """
    import numpy as np

    matrix = brownian_components(len(direction))
    length = math.sqrt(math.fsum(x * x for x in direction))
    if length == 0.0:
        return matrix
    aim = np.array([x / length for x in direction])
    normal = matrix[:, 0] - aim
    size = float(normal @ normal)
    if size < 1e-24:
        return matrix
    return matrix - np.outer(normal, normal @ matrix) * (2.0 / size)


def generator(seed: int, name: str, chunk: int) -> Any:
    """Answers the SFC64 generator of one input and one chunk."""
    import numpy as np

    digest = sha256(name.encode()).digest()
    words = (int.from_bytes(digest[:4], "big"), int.from_bytes(digest[4:8], "big"), chunk)
    return np.random.Generator(np.random.SFC64(np.random.SeedSequence(seed, spawn_key=words)))


def grow(path: GrowthPath, shocks: Array) -> Array:
    """Turns standard normal shocks (years, paths) in place into levels of the path."""
    import numpy as np

    sigma = float(path.volatility)
    drift = float(path.drift) - sigma * sigma / 2.0
    level: Any = float(path.initial)
    for row in shocks:
        row *= sigma
        row += drift
        np.exp(row, out=row)
        row *= level
        level = row
    return shocks


def polar_walk(source: Any, years: int, count: int, sigma: float) -> Iterator[Array]:
    """Yields Σ σz of each year in single precision, in one buffer; two years share a radius and an angle (Box and Muller 1958).

    The raw words of the bit generator are used, which numpy keeps for ever, unlike the streams of its distributions. Radius and
    angle have 32 bits each, the numbers 24: against double precision a level of a path moves by less than two parts in a million
    and its mean by less than two in ten million, while the standard error of a million paths is some five in ten thousand.
    """
    import numpy as np

    single = np.float32
    walk, radius, angle, turn = (np.zeros(count, dtype=single) for _ in range(4))
    for year in range(0, years, 2):
        words = source.bit_generator.random_raw(count).astype("<u8", copy=False).view("<u4")
        np.copyto(radius, words[:count], casting="unsafe")
        radius += single(0.5)
        radius *= single(2.0**-32)
        np.log(radius, out=radius)
        radius *= single(-2.0 * sigma * sigma)
        np.sqrt(radius, out=radius)
        np.copyto(angle, words[count:].view("<i4"), casting="unsafe")
        angle *= single(math.pi * 2.0**-31)
        for wave in (np.cos, np.sin)[: years - year]:
            wave(angle, out=turn)
            turn *= radius
            walk += turn
            yield walk


def polar_levels(path: GrowthPath, source: Any, count: int) -> Array:
    """Answers levels of the path (years, count): E[R_i] is kept in double precision, the noise in single."""
    import numpy as np

    sigma, drift = float(path.volatility), float(path.drift) - float(path.volatility) ** 2 / 2.0
    levels = np.empty((path.years, count))
    noise = np.empty(count, dtype=np.float32)
    for year, (row, walk) in enumerate(zip(levels, polar_walk(source, path.years, count, sigma), strict=True), start=1):
        np.exp(walk, out=noise)
        row[:] = noise
        row *= float(path.initial) * math.exp(drift * year)
    return levels


@dataclass(frozen=True, slots=True)
class Scheme:
    """How points are made. Number 1: digital shift, principal components, numpy's normals. Number 2: matrix scrambling and
    shift, components turned into the direction of the value (`turns`, by input), polar normals."""

    number: int = 1
    turns: Mapping[str, Array] = field(default_factory=dict)

    def components(self, name: str, years: int) -> Array:
        """Answers the matrix from independent normals to yearly shocks of one path input."""
        return self.turns[name] if name in self.turns else brownian_components(years)


FIRST = Scheme()


@lru_cache(maxsize=16)
def _root(key: tuple[tuple[float, ...], ...]) -> Array:
    import numpy as np

    values, vectors = np.linalg.eigh(np.asarray(key, dtype=float))
    return (vectors * np.sqrt(np.clip(values, 0.0, None))) @ vectors.T


Inputs = Mapping[str, "Distribution | GrowthPath"]


def scalars(inputs: Inputs) -> list[str]:
    """Lists the names of the scalar inputs in declared order."""
    return [name for name, item in inputs.items() if not isinstance(item, GrowthPath)]


def _from_uniforms(inputs: Inputs, points: Mapping[str, Array], correlation: Any, scheme: Scheme) -> dict[str, Array]:
    from scipy.special import ndtr

    names = scalars(inputs)
    ready = dict(points)
    if correlation is not None and names:
        import numpy as np

        normals = _root(correlation) @ np.stack([inverse_normal(points[name][0]) for name in names])
        ready.update({name: ndtr(normals[i : i + 1]) for i, name in enumerate(names)})
    arrays: dict[str, Array] = {}
    for name, item in inputs.items():
        if isinstance(item, GrowthPath):
            arrays[name] = grow(item, scheme.components(name, item.years) @ inverse_normal(points[name]))
        else:
            arrays[name] = item.ppf(ready[name][0])
    return arrays


def columns_of(inputs: Inputs) -> list[tuple[str, int]]:
    """Lists (input, column) in declared order; a path has one column a year."""
    return [
        (name, column)
        for name, item in inputs.items()
        for column in range(item.years if isinstance(item, GrowthPath) else 1)
    ]


def split(inputs: Inputs, points: Array) -> dict[str, Array]:
    """Cuts the rows of a point array by input."""
    found, row = {}, 0
    for name, item in inputs.items():
        width = item.years if isinstance(item, GrowthPath) else 1
        found[name] = points[row : row + width]
        row += width
    return found


def sobol_chunks(
    inputs: Inputs, *, seed: int, paths: int, replicate: int, correlation: Any, scheme: Scheme = FIRST
) -> Iterator[dict[str, Array]]:
    """Yields the inputs' arrays of one replicate in chunks of 8,192."""
    stream = SobolStream(seed=seed, columns=columns_of(inputs), replicate=replicate, stirred=int(scheme.number > 1))
    for start in range(0, paths, CHUNK):
        points = stream.take(min(CHUNK, paths - start))
        yield _from_uniforms(inputs, split(inputs, points), correlation, scheme)


def _random_input(item: Distribution | GrowthPath, source: Any, count: int, scheme: Scheme) -> Array:
    import numpy as np

    if isinstance(item, GrowthPath):
        if scheme.number > 1:
            return polar_levels(item, source, count)
        return grow(item, source.standard_normal((item.years, count)))
    if isinstance(item, Normal) and not item.bounded:
        return source.standard_normal(count) * item.sd + item.mean
    uniform = source.random(count)
    np.clip(uniform, 2.0**-54, None, out=uniform)
    return item.ppf(uniform)


def random_chunk(
    inputs: Inputs, number: int, count: int, *, seed: int, replicate: int, correlation: Any, scheme: Scheme = FIRST
) -> dict[str, Array]:
    """Answers pseudo-random arrays of one chunk; each input has its own generator for each chunk."""
    import numpy as np
    from scipy.special import ndtr

    sources = {name: generator(seed, f"{name}/{replicate}" if replicate else name, number) for name in inputs}
    if correlation is None:
        return {name: _random_input(item, sources[name], count, scheme) for name, item in inputs.items()}
    names = scalars(inputs)
    normals = np.stack([sources[name].standard_normal(count) for name in names])
    linked = dict(zip(names, ndtr(_root(correlation) @ normals), strict=True))
    return {
        name: _random_input(item, sources[name], count, scheme) if isinstance(item, GrowthPath) else item.ppf(linked[name])
        for name, item in inputs.items()
    }


def check_correlation(
    checks: Checks, inputs: Inputs, correlation: Any, kind: Any
) -> tuple[tuple[float, ...], ...] | None:
    """Checks a correlation matrix over the scalar inputs; one over all inputs may not link a path."""
    named = checks.choice("correlation_kind", kind, ("normal", "spearman"))
    if correlation is None or not inputs:
        return None
    matrix = _square(checks, "correlation", correlation)
    names = scalars(inputs)
    if not checks.faults and len(matrix) == len(inputs) != len(names):
        linked = [
            (a, b)
            for a in range(len(inputs))
            for b in range(len(inputs))
            if a != b and matrix[a][b] != 0.0 and not {list(inputs)[a], list(inputs)[b]} <= set(names)
        ]
        if linked:
            checks.fault("correlation", "CORRELATION_ON_PATH", linked[0])
        kept = [i for i, name in enumerate(inputs) if name in names]
        matrix = [[matrix[i][j] for j in kept] for i in kept]
    if not checks.faults and len(matrix) != len(names):
        checks.fault("correlation", "LENGTH_MISMATCH", len(matrix), len(names))
    if named == "spearman" and not checks.faults:
        matrix = [
            [1.0 if i == j else 2.0 * math.sin(math.pi * rho / 6.0) for j, rho in enumerate(row)]
            for i, row in enumerate(matrix)
        ]
    if not checks.faults:
        _check_psd(checks, matrix)
    return tuple(tuple(row) for row in matrix) if not checks.faults else None


def _square(checks: Checks, field: str, matrix: Any) -> list[list[float]]:
    rows = [
        list(checks.numbers(f"{field}[{i}]", row, CORRELATION, most=64))
        for i, row in enumerate(checks.sequence(field, matrix, most=64))
    ]
    for i, row in enumerate(rows):
        if not checks.faults and len(row) != len(rows):
            checks.fault(f"{field}[{i}]", "LENGTH_MISMATCH", len(row), len(rows))
    if not checks.faults:
        uneven = any(abs(rows[i][j] - rows[j][i]) > 1e-12 for i in range(len(rows)) for j in range(i))
        if uneven or any(abs(rows[i][i] - 1.0) > 1e-12 for i in range(len(rows))):
            checks.fault(field, "CORRELATION_NOT_SYMMETRIC", matrix)
    return rows


def _check_psd(checks: Checks, matrix: list[list[float]]) -> None:
    import numpy as np

    smallest = float(np.linalg.eigvalsh(np.asarray(matrix)).min())
    if smallest < -1e-10:
        checks.fault("correlation", "CORRELATION_NOT_PSD", matrix, f"smallest eigenvalue {smallest:.6g}")


@formula()
def nearest_correlation(*, matrix: Sequence[Sequence[float]]) -> CorrelationMatrix:
    """Finds the nearest correlation matrix in the Frobenius norm; its use is recorded by the caller.

    Source: Higham (2002), IMA Journal of Numerical Analysis 22, alternating projections.

    >>> nearest_correlation(matrix=[[1, 0.5], [0.5, 1]]).matrix
    ((1.0, 0.5), (0.5, 1.0))
    """
    import numpy as np

    checks = Checks()
    rows = _square(checks, "matrix", matrix)
    checks.require()
    start = np.asarray(rows)
    nearest, correction = start.copy(), np.zeros_like(start)
    if float(np.linalg.eigvalsh(start).min()) < 0.0:
        for _ in range(1000):
            target = nearest - correction
            values, vectors = np.linalg.eigh(target)
            positive = (vectors * np.clip(values, 0.0, None)) @ vectors.T
            correction = positive - target
            before = nearest
            nearest = positive.copy()
            np.fill_diagonal(nearest, 1.0)
            if float(np.abs(nearest - before).max()) < 1e-13:
                break
        nearest = (nearest + nearest.T) / 2.0
    return CorrelationMatrix(
        matrix=tuple(tuple(float(x) for x in row) for row in nearest), distance=float(np.linalg.norm(nearest - start))
    )


def check_inputs(checks: Checks, inputs: Any) -> dict[str, Distribution | GrowthPath]:
    """Checks and builds the random inputs by name."""
    from valuation.distributions import as_distribution

    found: dict[str, Distribution | GrowthPath] = {}
    for name, item in checks.mapping("inputs", inputs, most=64).items():
        with checks.inside(""):
            found[name] = as_distribution(f"inputs.{name}", item)
    if isinstance(inputs, Mapping) and len(inputs) > 64:
        raise refuse("inputs", "TOO_LONG", len(inputs), 64)
    return found
