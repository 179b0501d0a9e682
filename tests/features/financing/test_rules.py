"""The stage of a case is total and has one owner; routes, papers and steps."""

from __future__ import annotations

from itertools import product

import pytest

from exchange.core.errors import DomainError, faults_of
from exchange.finance.financing import rules
from exchange.finance.financing.rules import CaseFacts, Stage, derive_stage
from exchange.finance.financing.states import CaseState
from exchange.finance.guarantees.states import GuaranteeState
from exchange.finance.loans.states import LoanStage
from exchange.finance.pledges.states import PledgeState

ENDED = {Stage.CANCELLED, Stage.LAPSED, Stage.CLOSED, Stage.RELEASED}


def test_every_combination_of_members_has_one_stage_and_somebody_who_acts() -> None:
    """I20: the product of the machines."""
    loans, guarantees, pledges = ["", *LoanStage], ["", *GuaranteeState], ["", *PledgeState]
    seen = set()
    for loan, guarantee, pledge, route in product(loans, guarantees, pledges, rules.ROUTES):
        for sealed, reviewed, behind in ((False, False, False), (True, False, False), (True, True, False), (True, True, True)):
            stage = derive_stage(CaseFacts(
                "accepted", route, sealed=sealed, review_accepted=reviewed, guarantee=guarantee, reguaranteed=behind, loan=loan, pledge=pledge))
            seen.add(stage)
            assert bool(rules.waits_for(stage).parties) == (stage not in ENDED)
    for state in CaseState:
        seen.add(derive_stage(CaseFacts(state, "direct")))
    assert {Stage.CREDITING, Stage.REGUARANTEEING, Stage.CONTRACTING, Stage.REGISTERED, Stage.RELEASED, Stage.WRITTEN_OFF} <= seen


@pytest.mark.parametrize(("facts", "stage"), [
    (CaseFacts("accepted", "direct"), Stage.VALUING),
    (CaseFacts("accepted", "direct", sealed=True, review_accepted=True), Stage.CREDITING),
    (CaseFacts("accepted", "guaranteed", sealed=True, review_accepted=True, guarantee="applied"), Stage.GUARANTEEING),
    (CaseFacts("accepted", "guaranteed", sealed=True, review_accepted=True, guarantee="approved"), Stage.CREDITING),
    (CaseFacts("accepted", "reguaranteed", sealed=True, review_accepted=True, guarantee="approved"), Stage.REGUARANTEEING),
    (CaseFacts("accepted", "reguaranteed", sealed=True, guarantee="approved"), Stage.REVIEWING),
    (CaseFacts("accepted", "guaranteed", sealed=True, review_accepted=True, guarantee="declined"), Stage.DECLINED),
    (CaseFacts("accepted", "direct", loan="signed", pledge="signed"), Stage.CONTRACTING),
    (CaseFacts("accepted", "direct", loan="signed", pledge="filed"), Stage.FILING),
    (CaseFacts("accepted", "direct", loan="signed", pledge="registered"), Stage.REGISTERED),
    (CaseFacts("accepted", "direct", loan="repaid", pledge="registered"), Stage.RELEASING),
    (CaseFacts("accepted", "direct", loan="closed", pledge="released"), Stage.RELEASED),
    (CaseFacts("accepted", "direct", loan="defaulted", pledge="enforcing", disposing=True), Stage.DISPOSING),
    (CaseFacts("accepted", "direct", loan="defaulted", claim="filed"), Stage.CLAIMING),
])
def test_the_first_row_that_holds_is_the_stage(facts: CaseFacts, stage: Stage) -> None:
    assert derive_stage(facts) == stage


def test_every_missing_paper_is_its_own_refusal() -> None:
    faults = rules.missing_papers({"licence", "resolution"})
    assert [each.field for each in faults] == [
        "papers.statements_last", "papers.statements_before", "papers.credit_authorisation", "papers.purpose_proof"]
    with pytest.raises(DomainError) as refused:
        rules.raise_all(faults)
    assert len(faults_of(refused.value)) == 4


@pytest.mark.parametrize(("route", "guarantor", "reguaranteed", "pledgee", "field"), [
    ("direct", 1, None, "bank", "guarantor"), ("direct", None, None, "guarantor", "pledgee"), ("guaranteed", None, None, "bank", "guarantor"),
    ("reguaranteed", 1, None, "bank", "scheme"), ("reguaranteed", 1, False, "bank", "scheme"), ("guaranteed", 1, True, "bank", "scheme"),
])
def test_a_route_without_its_parties_is_refused(route: str, guarantor: int | None, reguaranteed: bool | None, pledgee: str, field: str) -> None:
    with pytest.raises(DomainError) as refused:
        rules.check_parties(route, guarantor_id=guarantor, scheme_reguaranteed=reguaranteed, pledgee=pledgee)
    assert (refused.value.code.name, refused.value.field) == ("CASE_PARTIES", field)


def test_the_steps_of_a_route_stand_before_at_and_after_the_stage() -> None:
    rows = {step.key: state for step, state in rules.steps_of("direct", Stage.CREDITING, mine=True)}
    assert "guarantee" not in rows
    assert (rows["review"], rows["credit"], rows["contracts"]) == ("done", "yours", "todo")
    assert {state for _step, state in rules.steps_of("reguaranteed", Stage.CLOSED, mine=False)} == {"done"}
