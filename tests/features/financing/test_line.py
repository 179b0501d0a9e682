"""The whole line of pledge financing by operations, on both databases."""

from __future__ import annotations

from datetime import date
from typing import Any

from exchange.core import jobs, seal
from exchange.core.money import split, yuan
from exchange.finance.financing.rules import Stage
from exchange.registers.ledger.queries import balance, prove
from tests.features.financing.walk import Walk, set_out


def test_a_reguaranteed_case_runs_from_application_to_closing(database: Any, clock: Any) -> None:
    walk = set_out()
    walk.accepted()
    assert walk.stage == Stage.VALUING
    walk.appraised()
    assert walk.stage == Stage.REVIEWING
    walk.reviewed()
    assert walk.stage == Stage.GUARANTEEING
    walk.guaranteed()
    assert walk.stage == Stage.REGUARANTEEING
    assert [str(share.amount) for share in walk.guarantee.shares] == ["32000.00", "32000.00", "64000.00", "32000.00"]
    assert walk.guarantee.guaranteed == yuan("128000.00")
    walk.reguaranteed()
    assert walk.stage == Stage.CREDITING
    walk.credited()
    assert walk.stage == Stage.CONTRACTING
    walk.signed()
    assert (walk.loan.state, walk.guarantee.state, walk.pledge.state) == ("signed", "signed", "signed")
    walk.filed()
    assert walk.stage == Stage.FILING
    walk.registered()
    assert walk.stage == Stage.REGISTERED
    walk.paid_out()
    assert walk.stage == Stage.ACTIVE
    _assert_running(walk)
    clock.pass_(days=30)
    walk.instalment()
    after = walk.loan.outstanding
    assert yuan("146400.00") < after < yuan("147600.00")
    fund, province, own, bank = split(after, [20, 20, 40, 20])
    assert _contingent(walk, "reguarantor") == fund.minor + province.minor
    assert _contingent(walk, "guarantor") == fund.minor + province.minor + own.minor == after.minor - bank.minor
    walk.paid_off()
    assert walk.stage == Stage.RELEASING
    assert (walk.loan.state, walk.guarantee.state, walk.reguarantee.state) == ("repaid", "discharged", "ended")
    walk.read_register()
    walk.released()
    assert walk.stage == Stage.CLOSED
    assert walk.loan.state == "closed"
    _assert_ended(walk)


def _contingent(walk: Walk, kind: str) -> int:
    return balance(walk.homes[kind].id, kind, "contingent", walk.guarantee.public_id)


def _assert_running(walk: Walk) -> None:
    assert (walk.guarantee.state, walk.reguarantee.state) == ("effective", "effective")
    assert walk.guarantee.deadline_on == date(2028, 5, 25)
    assert _contingent(walk, "guarantor") == 12_800_000
    assert _contingent(walk, "reguarantor") == 6_400_000


def _assert_ended(walk: Walk) -> None:
    jobs.run_due_jobs()
    assert _contingent(walk, "guarantor") == _contingent(walk, "reguarantor") == 0
    assert prove() == []
    titles = {document.number for document in seal.documents_of("case", walk.case.public_id)}
    assert titles == {f"{walk.case.number}-{kind}" for kind in ("application", "contracts", "archive")}
    assert seal.document_of("guarantee", walk.guarantee.public_id) is not None
    assert seal.document_of("reguarantee", walk.reguarantee.public_id) is not None
