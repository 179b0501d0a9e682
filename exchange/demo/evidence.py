"""Evidence of use over four years: declared by holders, reviewed by the regulator, some returned, rejected or challenged."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from typing import Any

from exchange.core import clock
from exchange.core.money import Money
from exchange.demo.people import Cast
from exchange.demo.script import Script
from exchange.demo.stock import Stocked
from exchange.oversight.conversions import operations
from exchange.oversight.conversions.models import Evidence
from exchange.oversight.statistics import operations as figures

WAYS = (
    ("industrialised", "invoice"), ("industrialised", "contract"), ("licensed", "contract"), ("industrialised", "product_page"),
    ("implemented", "test_certificate"), ("industrialised", "audit_report"), ("transferred", "register_record"),
    ("cooperation", "contract"), ("capital", "register_record"), ("industrialised", "declaration"),
)
SHARE_CONVERTED = 0.82
RENEWED = ("industrialised", "implemented", "other")


def add_evidence(script: Script, cast: Cast, stock: list[Stocked]) -> None:
    """About two patents in three are declared as used some months after their registration."""
    begins = clock.day_of(script.now)
    for place, each in enumerate(stock):
        if script.chance.random() < SHARE_CONVERTED:
            day = max(each.fields["grant_on"] + timedelta(days=120), begins + timedelta(days=300)) + timedelta(days=(place * 53) % 900)
            script.at(day, partial(declare, script, cast, each, WAYS[place % len(WAYS)]), hour=11, minute=place % 60)


def declare(script: Script, cast: Cast, each: Stocked, way: tuple[str, str]) -> None:
    """The holder declares and submits; the regulator answers within ten working days."""
    if not each.patent_id or each.patent.state != "registered":
        return
    holder, (route, kind) = cast.who(each.key, "signatory"), way
    today = clock.today()
    evidence = operations.draft_evidence(
        each.patent, route=route, valid_from=today - timedelta(days=25), actor=holder, product="（演示）产品",
        counterparty="（演示）客户" if route != "implemented" else "", statement="演示数据，用于说明转化证据的办理。",
        amount=Money(script.chance.randrange(20, 900) * 1_000_000) if kind in ("contract", "invoice") else None,
        proofs=[{"kind": kind, "issued_on": today - timedelta(days=12), "issuer": "（演示）出具单位", "reference": f"YS-{today:%Y%m%d}"}])
    operations.submit_evidence(evidence, actor=holder)
    script.after(script.chance.randrange(3, 13), lambda: judge(script, cast, each, evidence.public_id, way))


def judge(script: Script, cast: Cast, each: Stocked, public_id: str, way: tuple[str, str]) -> None:
    """Most is accepted; some goes back or is rejected."""
    reviewer, luck = cast.who("bureau", "officer"), script.chance.random()
    evidence = found(public_id)
    if luck < 0.05:
        operations.reject_evidence(evidence, reason_code="other_patent", reason="（演示）证明未载明该专利。", actor=reviewer)
        return
    if luck < 0.09:
        operations.return_evidence(evidence, reason_code="unreadable", reason="（演示）请补充清晰文件。", actor=reviewer)
        return
    operations.accept_evidence(evidence, files_opened=True, no_conflict=True, reason="（演示）文件齐全。", actor=reviewer)
    if luck > 0.97:
        script.after(60, lambda: operations.challenge_evidence(found(public_id), reason="（演示）收到线索，待核。", actor=reviewer))
    elif way[0] in RENEWED:
        script.after(780, lambda: declare(script, cast, each, way))


def found(public_id: str) -> Any:
    """The evidence of a name."""
    from exchange.core.database import by_public_id

    return by_public_id(Evidence, public_id)


def publish_figures(script: Script, cast: Cast) -> None:
    """Each January and July the bureau publishes the rate."""
    begins = clock.day_of(script.now)
    for year in range(begins.year + 1, begins.year + 5):
        for month in (1, 7):
            script.at(date(year, month, 12), lambda: publish(cast), hour=15)


def publish(cast: Cast) -> None:
    """An officer drafts and proposes, the publisher publishes."""
    officer, publisher = cast.who("bureau", "officer"), cast.who("bureau", "approver")
    snapshot = figures.draft_snapshot(definition="conversion_any", as_of=clock.today() - timedelta(days=12), floor="C", actor=officer)
    figures.propose_snapshot(snapshot, actor=officer)
    figures.publish_snapshot(snapshot, actor=publisher)
