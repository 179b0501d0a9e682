"""Faults, cautions and the checks that find them.

A check never stops at the first fault: it notes each one under the path of its field and hands back a harmless
stand-in, and `require` raises once with all of them. Codes are stable; the sentences say the same in English and Chinese.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
import dataclasses
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

SENTENCES: dict[str, tuple[str, str]] = {
    "NOT_A_NUMBER": ("must be a number", "必须是数字"),
    "NOT_FINITE": ("must be a finite number", "必须是有限数"),
    "TOO_LARGE": ("is larger than the library accepts", "超过可接受的上限"),
    "WRONG_TYPE": ("is not of the expected kind", "类型不符"),
    "EMPTY": ("must not be empty", "不能为空"),
    "TOO_LONG": ("has too many entries", "条目过多"),
    "LENGTH_MISMATCH": ("must have as many entries as the others", "各序列长度必须一致"),
    "NEGATIVE": ("must not be negative", "不能为负"),
    "NOT_POSITIVE": ("must be greater than zero", "必须大于零"),
    "RATE_NOT_POSITIVE": ("must be a positive rate", "比率必须为正"),
    "RATE_LOOKS_LIKE_PERCENT": ("is a fraction: write 0.12 for 12 %", "应为小数：12% 请写 0.12"),
    "OUT_OF_RANGE": ("is outside its range", "超出取值范围"),
    "GROWTH_NOT_BELOW_RATE": ("must be below the discount rate", "增长率必须低于折现率"),
    "NO_SOLUTION": ("has no solution", "无解"),
    "MANY_SOLUTIONS": ("has several solutions", "有多个解"),
    "TAB_UNBOUNDED": ("makes the tax amortisation benefit unbounded", "使税收摊销收益无界"),
    "FORECAST_BEYOND_EXPIRY": ("runs past the life of the right", "预测期超出权利剩余期限"),
    "WEIGHTS_DO_NOT_SUM": ("must sum to one", "权重之和必须为一"),
    "CORRELATION_NOT_SYMMETRIC": ("must be symmetric with a diagonal of one", "相关矩阵必须对称且对角线为一"),
    "CORRELATION_NOT_PSD": ("is not positive semidefinite", "相关矩阵不是半正定"),
    "CORRELATION_ON_PATH": ("correlates a path input", "路径输入不能参与相关"),
    "INDICES_NEED_INDEPENDENCE": ("needs independent inputs", "敏感性指数要求输入相互独立"),
    "MORE_STEPS_NEEDED": ("needs more steps", "需要更多步数"),
    "PATHS_NOT_POWER_OF_TWO": ("must be a power of two", "路径数必须是二的幂"),
    "TOO_MANY_PATHS": ("asks for too many paths", "路径数过多"),
    "BAD_ORDER": ("is out of order", "先后次序不对"),
    "RIGHT_ENDED": ("has ended: the value is zero by law", "权利已终止，依法价值为零"),
    "EITHER_OR": ("give exactly one of the forms", "两种形式必须且只能给出一种"),
    "UNKNOWN_NAME": ("is not a known name", "名称未知"),
    "DEGENERATE": ("has no variation to measure", "没有可供计量的变化"),
    "RATE_BELOW_WACC": ("discount rate is below the company's WACC", "折现率低于企业加权平均资本成本"),
    "NEGATIVE_VALUE": ("the value or one of its years is negative", "价值或某一年度为负"),
    "ROYALTY_ABOVE_CAP": ("royalty is above the open-licence guidance", "许可费率高于开放许可指引上限"),
    "TERMINAL_VALUE_ON_PATENT": ("a patent has no terminal value", "专利没有永续价值"),
    "DISPERSION_ABOVE_HALF": ("the indications differ by more than half of the value", "各方法结果差异超过价值的一半"),
    "FEW_COMPARABLES": ("fewer than three comparables", "可比交易少于三个"),
    "TAB_ABOVE_QUARTER": ("tax amortisation benefit is over a quarter of the value", "税收摊销收益超过价值的四分之一"),
    "TAB_LIFE_UNDER_TEN": ("tax life is under ten years", "税法摊销年限少于十年"),
    "MATURITY_BEYOND_EXPIRY": ("the loan outlives the right or its margin", "贷款到期晚于权利期限或其安全边际"),
    "ANNUITY_DUE_SOON": ("an annuity falls due within 60 days", "年费将于六十日内到期"),
    "TRUNCATED_AT_EXPIRY": ("the forecast was cut at the end of the right", "预测期已在权利终止日截断"),
    "SCORE_GATE": ("the score is below the gate", "评分低于准入线"),
    "OUTSIDE_BAND": ("the ratio is outside its usual band", "比率超出通常区间"),
    "AHP_INCONSISTENT": ("the judgements are inconsistent (CR > 0.10)", "判断矩阵不一致（CR > 0.10）"),
    "DOUBLE_OBSOLESCENCE": ("age and technological obsolescence may count twice", "年限与技术贬值可能重复计算"),
    "STUB_CHANGED": ("the first period was shortened", "首期已缩短"),
    "RATE_AND_FLOW_BOTH_RISKED": ("risk is counted both in the rate and in the flows", "折现率与现金流重复计入风险"),
    "NO_WORKFORCE_CHARGE": ("no charge for the workforce", "未计组合劳动力贡献"),
    "CROSS_CHECK_ONLY": ("this method is a cross-check, never the primary one", "本方法只作验证，不得为主要方法"),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One refused value: where, which rule, what was given, and the rule's limit."""

    field: str
    code: str
    value_repr: str
    limit: str = ""

    def sentence(self, language: str = "en") -> str:
        """Says the fault in one sentence of English or Chinese."""
        english, chinese = SENTENCES[self.code]
        if language.startswith("zh"):
            return f"{self.field}：{chinese}" + (f"（{self.limit}）" if self.limit else "")
        return f"{self.field} {english}" + (f" ({self.limit})" if self.limit else "")


@dataclass(frozen=True, slots=True)
class Caution:
    """A remark that travels in the result and stops nothing."""

    code: str
    field: str = ""
    text_args: Mapping[str, Any] = dataclasses.field(default_factory=dict)

    def sentence(self, language: str = "en") -> str:
        """Says the remark in one sentence of English or Chinese."""
        return SENTENCES[self.code][1 if language.startswith("zh") else 0]


class ValuationInputError(ValueError):
    """All faults of one call, raised together."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults: tuple[Fault, ...] = tuple(faults)
        super().__init__("; ".join(f"{fault.code}: {fault.sentence()}" for fault in self.faults))

    def __reduce__(self) -> tuple[type[ValuationInputError], tuple[tuple[Fault, ...]]]:
        return ValuationInputError, (self.faults,)


@dataclass(frozen=True, slots=True)
class Rule:
    """An interval with the code for either side; an open end excludes the bound itself."""

    low: float
    high: float
    below: str
    above: str
    open_low: bool = False
    open_high: bool = False

    def code(self, value: float) -> str | None:
        if value < self.low or (self.open_low and value == self.low):
            return self.below
        if value > self.high or (self.open_high and value == self.high):
            return self.above
        return None

    def limit(self) -> str:
        left, right = "(" if self.open_low else "[", ")" if self.open_high else "]"
        return f"{left}{self.low:g}, {self.high:g}{right}"


LARGEST = 1e15
MOST_PERIODS = 50
AMOUNT = Rule(-LARGEST, LARGEST, "TOO_LARGE", "TOO_LARGE")
NONNEGATIVE = Rule(0.0, LARGEST, "NEGATIVE", "TOO_LARGE")
POSITIVE = Rule(0.0, LARGEST, "NOT_POSITIVE", "TOO_LARGE", open_low=True)
RATE = Rule(0.0, 1.0, "RATE_NOT_POSITIVE", "RATE_LOOKS_LIKE_PERCENT", open_low=True)
TVM_RATE = Rule(-1.0, 1.0, "RATE_NOT_POSITIVE", "RATE_LOOKS_LIKE_PERCENT", open_low=True)
GROWTH = Rule(-1.0, 1.0, "OUT_OF_RANGE", "RATE_LOOKS_LIKE_PERCENT", open_low=True)
CONTINUOUS_RATE = Rule(-1.0, 1.0, "OUT_OF_RANGE", "RATE_LOOKS_LIKE_PERCENT")
PREMIUM = Rule(-0.05, 0.30, "OUT_OF_RANGE", "OUT_OF_RANGE")
COST_OF_CAPITAL = Rule(0.0, 1.0, "NEGATIVE", "RATE_LOOKS_LIKE_PERCENT")
ROYALTY = Rule(0.0, 0.5, "NEGATIVE", "RATE_LOOKS_LIKE_PERCENT")
TAX = Rule(0.0, 1.0, "NEGATIVE", "RATE_LOOKS_LIKE_PERCENT", open_high=True)
PROBABILITY = Rule(0.0, 1.0, "OUT_OF_RANGE", "RATE_LOOKS_LIKE_PERCENT")
OPEN_PROBABILITY = Rule(0.0, 1.0, "OUT_OF_RANGE", "RATE_LOOKS_LIKE_PERCENT", open_low=True, open_high=True)
SHARE = Rule(0.0, 1.0, "OUT_OF_RANGE", "OUT_OF_RANGE")
FULL_SHARE = Rule(0.0, 1.0, "OUT_OF_RANGE", "OUT_OF_RANGE", open_low=True)
LOSS = Rule(0.0, 1.0, "OUT_OF_RANGE", "OUT_OF_RANGE", open_high=True)
CORRELATION = Rule(-1.0, 1.0, "OUT_OF_RANGE", "OUT_OF_RANGE")
YEARS = Rule(0.0, MOST_PERIODS, "NEGATIVE", "TOO_LONG")
LIFE = Rule(0.0, MOST_PERIODS, "NOT_POSITIVE", "TOO_LONG", open_low=True)
STUB = Rule(0.0, 1.0, "NOT_POSITIVE", "OUT_OF_RANGE", open_low=True)
VOLATILITY = Rule(0.0, 5.0, "NEGATIVE", "OUT_OF_RANGE")
POSITIVE_VOLATILITY = Rule(0.0, 5.0, "NOT_POSITIVE", "OUT_OF_RANGE", open_low=True)
RATIO = Rule(0.0, 100.0, "NEGATIVE", "TOO_LARGE")
BETA = Rule(-5.0, 10.0, "OUT_OF_RANGE", "OUT_OF_RANGE")
DEGREE = Rule(0.0, 100.0, "OUT_OF_RANGE", "OUT_OF_RANGE")
GRADE = Rule(0.0, 10.0, "OUT_OF_RANGE", "OUT_OF_RANGE")
ADJUSTMENT = Rule(0.5, 2.0, "OUT_OF_RANGE", "OUT_OF_RANGE")


def shown(value: object) -> str:
    """Shows a value in at most 60 characters, whatever it is."""
    try:
        return repr(value)[:60]
    except Exception as error:  # a broken __repr__ of the caller's object must not hide the fault
        return f"<{type(value).__name__}: {type(error).__name__}>"[:60]


def _numpy_scalar(value: object) -> bool:
    kind = getattr(getattr(value, "dtype", None), "kind", "")
    return kind in ("i", "u", "f") and getattr(value, "ndim", 1) == 0 and not hasattr(value, "__setitem__")


def as_number(value: object) -> float | str:
    """Turns an accepted number into a finite float, or answers the code of its fault."""
    if isinstance(value, bool) or not (isinstance(value, (int, float, Decimal)) or _numpy_scalar(value)):
        return "NOT_A_NUMBER"
    if isinstance(value, Decimal) and value.is_nan():
        return "NOT_A_NUMBER"
    try:
        number = float(value)  # type: ignore[arg-type]  # narrowed above; numpy scalars are duck-typed
    except OverflowError:
        return "TOO_LARGE"
    return number if math.isfinite(number) else "NOT_FINITE"


class Checks:
    """Collects the faults of one call."""

    __slots__ = ("faults",)

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def fault(self, field: str, code: str, value: object = None, limit: object = "") -> None:
        """Notes one fault."""
        self.faults.append(Fault(field, code, shown(value), str(limit)))

    def require(self) -> None:
        """Raises every fault found so far, or does nothing."""
        if self.faults:
            raise ValuationInputError(self.faults)

    @contextmanager
    def inside(self, field: str) -> Iterator[None]:
        """Takes over the faults of a nested value under its own path."""
        try:
            yield
        except ValuationInputError as error:
            for fault in error.faults:
                path = f"{field}.{fault.field}" if field and fault.field else field or fault.field
                self.faults.append(Fault(path, fault.code, fault.value_repr, fault.limit))

    def number(self, field: str, value: object, rule: Rule) -> float:
        """Answers the number as float, or 1.0 beside a noted fault."""
        if type(value) is float and rule.low < value < rule.high:
            return value
        number = as_number(value)
        if isinstance(number, str):
            self.fault(field, number, value, rule.limit())
            return 1.0
        code = rule.code(number)
        if code is not None:
            self.fault(field, code, value, rule.limit())
            return 1.0
        return number

    def optional(self, field: str, value: object, rule: Rule) -> float | None:
        """Answers None for None, else the checked number."""
        return None if value is None else self.number(field, value, rule)

    def sequence(self, field: str, value: object, *, most: int = MOST_PERIODS, least: int = 1) -> Sequence[Any]:
        """Answers a list or tuple of allowed length."""
        if hasattr(value, "tolist") and getattr(value, "ndim", 0) >= 1:
            value = value.tolist()
        if not isinstance(value, (list, tuple)):
            self.fault(field, "WRONG_TYPE", value, "sequence")
            return ()
        if len(value) < least:
            self.fault(field, "EMPTY", value, least)
        if len(value) > most:
            self.fault(field, "TOO_LONG", value, most)
            return ()
        return value

    def numbers(
        self, field: str, value: object, rule: Rule, *, most: int = MOST_PERIODS, least: int = 1
    ) -> tuple[float, ...]:
        """Answers a checked tuple of numbers, faults at `field[i]`."""
        items = self.sequence(field, value, most=most, least=least)
        low, high = rule.low, rule.high
        return tuple(
            [
                x if type(x) is float and low < x < high else self.number(f"{field}[{i}]", x, rule)
                for i, x in enumerate(items)
            ]
        )

    def parallel(self, field: str, value: object, rule: Rule, *, count: int) -> tuple[float, ...]:
        """Answers `count` numbers; None means zeros."""
        if value is None:
            return (0.0,) * count
        items = self.numbers(field, value, rule, least=0)
        if len(items) != count and not any(fault.field == field for fault in self.faults):
            self.fault(field, "LENGTH_MISMATCH", value, count)
        return items if len(items) == count else (0.0,) * count

    def integer(
        self, field: str, value: object, low: int, high: int, *, below: str = "OUT_OF_RANGE", above: str = "OUT_OF_RANGE"
    ) -> int:
        """Answers a whole number within low..high."""
        number = as_number(value)
        if isinstance(number, str):
            self.fault(field, number, value, f"[{low}, {high}]")
        elif number != int(number):
            self.fault(field, "OUT_OF_RANGE", value, "whole number")
        elif number < low:
            self.fault(field, below, value, f"[{low}, {high}]")
        elif number > high:
            self.fault(field, above, value, f"[{low}, {high}]")
        else:
            return int(value) if isinstance(value, int) else int(number)
        return low

    def choice(self, field: str, value: object, allowed: Iterable[str]) -> str:
        """Answers one of the allowed names."""
        names = tuple(allowed)
        if isinstance(value, str) and value in names:
            return value
        self.fault(field, "UNKNOWN_NAME", value, ", ".join(names))
        return names[0] if names else ""

    def day(self, field: str, value: object) -> date:
        """Answers a calendar day from a date or ISO text."""
        if isinstance(value, datetime):
            return value.date()
        if isinstance(value, date):
            return value
        if isinstance(value, str):
            try:
                return date.fromisoformat(value)
            except ValueError:
                self.fault(field, "WRONG_TYPE", value, "date YYYY-MM-DD")
                return date(2000, 1, 1)
        self.fault(field, "WRONG_TYPE", value, "date")
        return date(2000, 1, 1)

    def text(self, field: str, value: object, *, most: int = 2000) -> str:
        """Answers a text of limited length."""
        if not isinstance(value, str):
            self.fault(field, "WRONG_TYPE", value, "text")
            return ""
        if len(value) > most:
            self.fault(field, "TOO_LONG", value, most)
        return value

    def mapping(self, field: str, value: object, *, most: int = 500, least: int = 1) -> Mapping[str, Any]:
        """Answers a mapping with text keys."""
        if not isinstance(value, Mapping) or not all(isinstance(key, str) for key in value):
            self.fault(field, "WRONG_TYPE", value, "mapping")
            return {}
        if len(value) < least:
            self.fault(field, "EMPTY", value, least)
        if len(value) > most:
            self.fault(field, "TOO_LONG", f"{len(value)} entries", most)
            return {}
        return value

    def shares(self, field: str, values: Sequence[float], tolerance: float = 1e-9) -> None:
        """Requires the values to sum to one."""
        total = math.fsum(values)
        if abs(total - 1.0) > tolerance:
            self.fault(field, "WEIGHTS_DO_NOT_SUM", total, "1")

    def function(self, field: str, value: object) -> Callable[..., Any]:
        """Answers a callable."""
        if callable(value):
            return value
        self.fault(field, "WRONG_TYPE", value, "function")
        return float


def refuse(field: str, code: str, value: object = None, limit: object = "") -> ValuationInputError:
    """Builds the error of a single fault."""
    return ValuationInputError((Fault(field, code, shown(value), str(limit)),))
