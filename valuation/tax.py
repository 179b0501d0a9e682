"""Tax amortisation benefit 税收摊销收益: what an acquirer saves by amortising the price for tax.

V = PV + (τ·V/N)·a(N, k), hence V = PV / (1 − τ·a(N, k)/N). N is the tax life (企业所得税法实施条例 art. 67), not the economic one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from valuation.errors import AMOUNT, LIFE, TAX, TVM_RATE, Caution, Checks, Rule, refuse
from valuation.formulas import formula
from valuation.inputs import TIMINGS, TabPolicy
from valuation.results import TabFactor, TabIdentity, Value
from valuation.tvm import Quantity, annuity_factor

HALF = Rule(0.0, 0.5, "OUT_OF_RANGE", "OUT_OF_RANGE", open_high=True)
STATUTORY_LIFE = 10


def saved_share(rate: Quantity, tax_life: float, tax_rate: Quantity, timing: str) -> Quantity:
    """Kernel: the present value of the tax saved per yuan of price, (τ/N)·a(N, k)."""
    factor = annuity_factor(rate, tax_life) * tax_rate / tax_life
    return factor * (1.0 + rate) ** 0.5 if timing == "mid" else factor


def gross_up(rate: Quantity, tax_life: float, tax_rate: Quantity, timing: str) -> Quantity:
    """Kernel: 1/(1 − (τ/N)·a(N, k))."""
    share = saved_share(rate, tax_life, tax_rate, timing)
    worst = share if isinstance(share, float) else float(share.max())
    if worst >= 1.0:
        raise refuse("tax_life", "TAB_UNBOUNDED", tax_life, f"tax_rate x annuity / life = {worst:.6g}")
    return 1.0 / (1.0 - share)


@formula()
def tab_factor(*, discount_rate: float, tax_life: float, tax_rate: float, timing: str = "end") -> TabFactor:
    """Answers the factor 1/(1 − (τ/N)·a(N, k)) that turns a value before TAB into one after it.

    Source: IVS 210 appendix; 企业所得税法实施条例 art. 67 for N.

    >>> round(tab_factor(discount_rate=0.15, tax_life=10, tax_rate=0.25).factor, 12)
    1.143470324763
    """
    checks = Checks()
    rate = checks.number("discount_rate", discount_rate, TVM_RATE)
    life = checks.number("tax_life", tax_life, LIFE)
    tax = checks.number("tax_rate", tax_rate, TAX)
    named = checks.choice("timing", timing, TIMINGS)
    checks.require()
    short = life < STATUTORY_LIFE
    cautions = (Caution("TAB_LIFE_UNDER_TEN", "tax_life", {"years": life}),) if short else ()
    return TabFactor(factor=gross_up(rate, life, tax, named), warnings=cautions)


@formula()
def tab_identity(
    *,
    pv_before_tab_annual: float,
    years: float,
    discount_rate: float,
    tax_life: float,
    tax_rate: float,
    timing: str = "end",
) -> TabIdentity:
    """Shows that the value with TAB satisfies its own equation: residual = V − PV − (τV/N)·a, in yuan.

    Source: fixed point of the TAB equation.

    >>> round(tab_identity(pv_before_tab_annual=100, years=6, discount_rate=0.14, tax_life=10, tax_rate=0.25).value, 6)
    447.180364
    """
    checks = Checks()
    flow = checks.number("pv_before_tab_annual", pv_before_tab_annual, AMOUNT)
    count = checks.number("years", years, LIFE)
    rate = checks.number("discount_rate", discount_rate, TVM_RATE)
    life = checks.number("tax_life", tax_life, LIFE)
    tax = checks.number("tax_rate", tax_rate, TAX)
    named = checks.choice("timing", timing, TIMINGS)
    checks.require()
    before = flow * annuity_factor(rate, count) * ((1.0 + rate) ** 0.5 if named == "mid" else 1.0)
    value = before * gross_up(rate, life, tax, named)
    residual = value - before - value * saved_share(rate, life, tax, named)
    return TabIdentity(value=value, residual=residual)


@formula()
def tab_grossup(*, pv_before_tab: float, tab_share: float) -> Value:
    """Grosses a value up by a share of the result: PV/(1 − share), in yuan.

    Source: ASC 805 practice.

    >>> round(tab_grossup(pv_before_tab=10000000, tab_share=0.12).value)
    11363636
    """
    checks = Checks()
    before = checks.number("pv_before_tab", pv_before_tab, AMOUNT)
    share = checks.number("tab_share", tab_share, HALF)
    checks.require()
    return Value(value=before / (1.0 - share))


def check_policy(checks: Checks, tab: Any) -> TabPolicy | None:
    """Accepts None, a TabPolicy or a mapping of its fields."""
    if tab is None or isinstance(tab, TabPolicy):
        return tab
    if not isinstance(tab, Mapping):
        checks.fault("tab", "WRONG_TYPE", tab, "TabPolicy")
        return None
    known = {"tax_life", "tax_rate", "basis", "timing", "schema", "type"}
    for name in set(map(str, tab)) - known:
        checks.fault(f"tab.{name}", "UNKNOWN_NAME", name)
    if "tax_life" not in tab:
        checks.fault("tab.tax_life", "EMPTY", tab)
    if any(fault.field.startswith("tab") for fault in checks.faults):
        return None
    with checks.inside("tab"):
        return TabPolicy(**{str(name): value for name, value in tab.items() if name not in ("schema", "type")})
    return None


def apply_policy(
    policy: TabPolicy | None, *, discount_rate: Quantity, tax_rate: Quantity, timing: str
) -> tuple[Quantity, tuple[Caution, ...]]:
    """Kernel: the factor of a policy, 1 without one, and its cautions."""
    if policy is None:
        return 1.0, ()
    tax = tax_rate if policy.tax_rate is None else policy.tax_rate
    factor = gross_up(discount_rate, float(policy.tax_life), tax, policy.timing or timing)
    cautions = []
    if policy.tax_life < STATUTORY_LIFE and policy.basis != "contract-term":
        cautions.append(Caution("TAB_LIFE_UNDER_TEN", "tab.tax_life", {"years": policy.tax_life}))
    if isinstance(factor, float) and 1.0 - 1.0 / factor > 0.25:
        cautions.append(Caution("TAB_ABOVE_QUARTER", "tab", {"share": 1.0 - 1.0 / factor}))
    return factor, tuple(cautions)

