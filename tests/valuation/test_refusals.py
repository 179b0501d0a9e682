"""Whatever stands in whatever argument, a bad value is refused by name; the cases are made from the signatures."""

from __future__ import annotations

import copy
import inspect
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

import valuation
from tests.valuation.catalogue import APART, CALLS, function
from valuation import ValuationInputError
from valuation.errors import SENTENCES

BAD = {"nan": float("nan"), "inf": float("inf"), "-inf": float("-inf"), "True": True, "text": "0.1", "None": None, "1e308": 1e308}
TEXTS = {"method", "reason", "name", "source", "group", "indicator", "category", "question", "tag", "type", "kind", "fact", "patent_type"}
OTHERS_TO_JUDGE = {"base", "before", "after", "columns", "key"}  # a model's own arguments, a batch's rows (test_batch.py), a key
OPTIONAL_INSIDE = {("tab", "tax_rate")}


def places(call: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    """Yields every argument, and every number inside one."""
    for name, value in call.items():
        yield (name,)
        if name not in OTHERS_TO_JUDGE:
            yield from inside((name,), value)


def inside(path: tuple[Any, ...], value: Any) -> Iterator[tuple[Any, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        if isinstance(item, (int, float, list, dict)) and not isinstance(item, bool) and key not in TEXTS:
            yield (*path, key)
            yield from inside((*path, key), item)


def replaced(call: dict[str, Any], path: tuple[Any, ...], value: Any) -> dict[str, Any]:
    changed = {name: copy.deepcopy(item) if isinstance(item, (list, dict)) else item for name, item in call.items()}
    at: Any = changed
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = value
    return changed


def cases() -> Iterator[Any]:
    for name, calls in CALLS.items():
        signature = inspect.signature(function(name))
        for number, call in enumerate(calls):
            for path in places(call):
                yield pytest.param(name, call, path, signature, id=f"{name}-{number}-{'.'.join(map(str, path))}")


PLACES = list(cases())


def test_every_public_function_is_in_the_catalogue_with_every_argument() -> None:
    functions = {name for name in valuation.__all__ if not inspect.isclass(getattr(valuation, name))} - APART
    assert functions == set(CALLS)
    for name, calls in CALLS.items():
        named = {
            parameter.name
            for parameter in inspect.signature(function(name)).parameters.values()
            if parameter.kind is not inspect.Parameter.VAR_KEYWORD
        }
        assert named <= {key for call in calls for key in call}, name


@pytest.mark.parametrize("name", sorted(CALLS))
def test_the_catalogue_calls_are_valid(name: str) -> None:
    for call in CALLS[name]:
        assert function(name)(**call) is not None


@pytest.mark.parametrize(("name", "call", "path", "signature"), PLACES)
def test_a_bad_value_is_refused_and_its_field_named(
    name: str, call: dict[str, Any], path: tuple[Any, ...], signature: inspect.Signature
) -> None:
    parameter = signature.parameters.get(path[0])
    optional = len(path) == 1 and parameter is not None and parameter.default is None
    for label, value in BAD.items():
        if label == "None" and (optional or path in OPTIONAL_INSIDE):
            continue
        with pytest.raises(ValuationInputError) as caught:
            function(name)(**replaced(call, path, value))
        faults = caught.value.faults
        named = [fault for fault in faults if fault.field.split(".")[0].split("[")[0] == path[0]]
        assert named or any(fault.code == "EITHER_OR" for fault in faults), (label, faults)
        assert all(fault.code in SENTENCES and len(fault.value_repr) <= 60 for fault in faults)


def test_all_faults_of_a_call_are_told_at_once() -> None:
    with pytest.raises(ValuationInputError) as caught:
        valuation.relief_from_royalty(
            revenues=[1.0, float("nan"), -1.0], royalty_rate=5, discount_rate=0.0, tax_rate=25, fees=[1.0], stub=2
        )
    assert [(fault.field, fault.code) for fault in caught.value.faults] == [
        ("revenues[1]", "NOT_FINITE"),
        ("revenues[2]", "NEGATIVE"),
        ("royalty_rate", "RATE_LOOKS_LIKE_PERCENT"),
        ("discount_rate", "RATE_NOT_POSITIVE"),
        ("tax_rate", "RATE_LOOKS_LIKE_PERCENT"),
        ("fees", "LENGTH_MISMATCH"),
        ("stub", "OUT_OF_RANGE"),
    ]


def test_a_fault_speaks_both_languages() -> None:
    with pytest.raises(ValuationInputError) as caught:
        valuation.tab_factor(discount_rate=12, tax_life=10, tax_rate=0.25)
    fault = caught.value.faults[0]
    assert fault.sentence("en") == "discount_rate is a fraction: write 0.12 for 12 % ((-1, 1])"
    assert fault.sentence("zh") == "discount_rate：应为小数：12% 请写 0.12（(-1, 1]）"


@pytest.mark.parametrize("value", [1, 1.0, Decimal("1.0"), np.float64(1), np.float32(1), np.int64(1)])
def test_every_real_number_type_is_accepted(value: Any) -> None:
    assert valuation.perpetuity_pv(payment=value, discount_rate=0.5).pv == 2.0


@pytest.mark.parametrize("value", [np.bool_(True), 1j, Decimal("NaN"), np.array(1.0), [1.0], {}, b"1", object()])
def test_what_is_no_real_number_is_refused(value: Any) -> None:
    with pytest.raises(ValuationInputError) as caught:
        valuation.perpetuity_pv(payment=value, discount_rate=0.5)
    assert caught.value.faults[0].code == "NOT_A_NUMBER"


@pytest.mark.parametrize(
    ("name", "change", "code"),
    [
        ("terminal_value_gordon", {"growth": 0.1}, "GROWTH_NOT_BELOW_RATE"),
        ("irr", {"cash_flows": [1.0, 2.0]}, "NO_SOLUTION"),
        ("irr", {"cash_flows": [-100.0, 230.0, -132.0]}, "MANY_SOLUTIONS"),
        ("tab_factor", {"discount_rate": -0.5}, "TAB_UNBOUNDED"),
        ("relief_from_royalty", {"remaining_years": 1.0}, "FORECAST_BEYOND_EXPIRY"),
        ("relief_from_royalty", {"remaining_years": 0.0}, "RIGHT_ENDED"),
        ("relief_from_royalty", {"revenues": []}, "EMPTY"),
        ("relief_from_royalty", {"revenues": [1.0] * 51}, "TOO_LONG"),
        ("remaining_life", {"valuation_date": "2038-05-30"}, "RIGHT_ENDED"),
        ("remaining_life", {"valuation_date": "2017-05-20"}, "BAD_ORDER"),
        ("apportion", {"shares": [0.5, 0.6]}, "WEIGHTS_DO_NOT_SUM"),
        ("simulate", {"correlation": [[0.5]]}, "CORRELATION_NOT_SYMMETRIC"),
        ("simulate", {"paths": 100}, "PATHS_NOT_POWER_OF_TWO"),
        ("simulate", {"paths": 2**21}, "TOO_MANY_PATHS"),
        ("sobol_indices", {"samples": 2**15}, "TOO_MANY_PATHS"),
        ("sobol_indices", {"model": lambda x: 0.0 * x + 0.1}, "DEGENERATE"),
        ("crr_binomial", {"sigma": 0.001}, "MORE_STEPS_NEEDED"),
        ("geske_compound", {"T_outer": 0.5}, "BAD_ORDER"),
        ("annuity_late_fee", {"months_late": 7}, "OUT_OF_RANGE"),
        ("wacc", {"equity_weight": 0.6}, "EITHER_OR"),
        ("cnipa_annuities", {"year": 2}, "EITHER_OR"),
        ("recommended_ltv", {"hard_stops": ["LATE"]}, "UNKNOWN_NAME"),
        ("with_and_without", {"cash_flows_without": [1.0]}, "LENGTH_MISMATCH"),
    ],
)
def test_each_code_of_the_table_is_given(name: str, change: dict[str, Any], code: str) -> None:
    with pytest.raises(ValuationInputError) as caught:
        function(name)(**{**CALLS[name][0], **change})
    assert code in {fault.code for fault in caught.value.faults}


def test_the_smallest_working_step_count_is_told() -> None:
    call = {**CALLS["crr_binomial"][0], "sigma": 0.001}
    with pytest.raises(ValuationInputError) as caught:
        valuation.crr_binomial(**call)
    needed = int(caught.value.faults[0].limit)
    assert needed == 1801
    assert valuation.crr_binomial(**{**call, "steps": needed}).value >= 0


def test_the_roots_are_listed_when_there_are_several() -> None:
    with pytest.raises(ValuationInputError) as caught:
        valuation.irr(cash_flows=[-100.0, 230.0, -132.0])
    assert caught.value.faults[0].limit == "0.1, 0.2"


def test_an_overflowing_result_is_refused() -> None:
    with pytest.raises(ValuationInputError) as caught:
        valuation.present_value(future_value=1e15, discount_rate=-0.9999999999, periods=50)
    assert caught.value.faults[0].code == "NOT_FINITE"


def test_a_correlation_that_is_not_positive_is_refused_and_never_mended_silently() -> None:
    inputs = {name: {"type": "Uniform", "low": 0.0, "high": 1.0} for name in "abc"}
    matrix = [[1, 0.9, -0.9], [0.9, 1, 0.9], [-0.9, 0.9, 1]]
    with pytest.raises(ValuationInputError) as caught:
        valuation.simulate(lambda a, b, c: a + b + c, inputs, seed=1, paths=64, correlation=matrix)
    assert caught.value.faults[0].code == "CORRELATION_NOT_PSD"
    mended = valuation.nearest_correlation(matrix=matrix)
    assert mended.distance > 0.1
    assert valuation.simulate(lambda a, b, c: a + b + c, inputs, seed=1, paths=64, correlation=mended.matrix).sd > 0


def test_a_path_takes_no_part_in_the_copula() -> None:
    model = valuation.royalty_model({"revenues": [100.0] * 3, "royalty_rate": 0.05, "discount_rate": 0.1, "tax_rate": 0.25})
    inputs = {
        "revenues": valuation.GrowthPath(100, 0.0, 0.2, 3),
        "royalty_rate": valuation.Uniform(0.04, 0.06),
    }
    with pytest.raises(ValuationInputError) as caught:
        valuation.simulate(model, inputs, seed=1, paths=64, correlation=[[1, 0.5], [0.5, 1]])
    assert caught.value.faults[0].code == "CORRELATION_ON_PATH"
