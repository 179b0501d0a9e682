"""Guarantees, schemes and net assets by operations, on both databases; every denial leaves all as it was."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from exchange.core import approvals
from exchange.core.database import Proposed, db
from exchange.core.errors import DomainError
from exchange.core.money import yuan
from exchange.finance.guarantees import operations, queries
from exchange.people.accounts.models import Affiliation
from tests import factories
from tests.factories import actor, organisation


def pair(kind: str) -> tuple[Any, Any, Any]:
    """An organisation with officer and approver."""
    home = organisation(kind)
    return home, actor(f"{kind} officer", organisation=home), actor(f"{kind} approver", organisation=home)


def test_net_assets_count_only_after_two_persons_confirmed_them(database: Any, clock: Any) -> None:
    home, officer, approver = pair("guarantor")
    year = operations.state_guarantor_year(net_assets=yuan("500000000.00"), net_assets_on=date(2025, 12, 31), source="Audit", actor=officer)
    assert queries.current_year(home.id) is None
    with pytest.raises(Proposed):
        operations.confirm_guarantor_year(year, actor=officer)
    assert queries.current_year(home.id) is None
    approval = approvals.pending_on("guarantor_year", year.public_id)[0]
    with pytest.raises(DomainError, match="SECOND_PERSON_NEEDED"):
        approvals.confirm_approval(approval.public_id, actor=officer)
    approvals.confirm_approval(approval.public_id, actor=approver)
    assert queries.standing(home.id).limit == yuan("5000000000.00")


def test_net_assets_grow_stale_after_fifteen_months(database: Any, clock: Any) -> None:
    home, officer, approver = pair("guarantor")
    client = organisation("enterprise")
    year = operations.state_guarantor_year(net_assets=yuan("500000000.00"), net_assets_on=date(2025, 7, 31), source="Audit", actor=officer)
    approvals.with_second(lambda: operations.confirm_guarantor_year(year, actor=officer), approver)
    assert [each.code for each in queries.limits(home.id, client.id, yuan("1000000.00")).breaches] == ["NET_ASSETS_STALE"]


def test_affiliates_count_together_and_the_shareholder_is_refused(database: Any, clock: Any) -> None:
    home, officer, _approver = pair("guarantor")
    client, sister, mother = (organisation("enterprise") for _number in range(3))
    tie(mother.id, client.id, 3_000)
    tie(mother.id, sister.id, 2_500)
    assert queries.client_group(client.id) == {client.id, sister.id, mother.id}
    tie(mother.id, home.id, 6_000)
    assert queries.controls(mother.id, home.id)
    with pytest.raises(DomainError, match="LIMIT_SHAREHOLDER"):
        operations.apply_guarantee(
            guarantor_id=home.id, client_id=mother.id, bank_id=organisation("bank").id, amount=yuan("1000000.00"), term_months=12,
            actor=actor("enterprise signatory", organisation=mother))
    assert queries.list_guarantees(officer).rows == []


def tie(holder_id: int, held_id: int, share_bp: int) -> None:
    """One organisation holds a share of another."""
    factories.operation(lambda: factories.add(Affiliation(holder_id=holder_id, held_id=held_id, kind="share", share_bp=share_bp)))()


def test_an_approved_scheme_never_changes(database: Any, clock: Any) -> None:
    _home, officer, approver = pair("reguarantor")
    scheme = operations.draft_scheme_from_seed("national", actor=officer)
    approvals.with_second(lambda: operations.approve_scheme(scheme, actor=officer), approver)
    assert scheme.in_use(date(2026, 11, 25))
    for statement in ("UPDATE scheme SET base = 'principal'", "UPDATE scheme_party SET weight_bp = 1", "DELETE FROM scheme_party"):
        with pytest.raises(DBAPIError):
            db.session.execute(text(statement))
        db.session.rollback()
    assert [each.weight_bp for each in scheme.members] == [2_000, 2_000, 4_000, 2_000]
    again = operations.draft_scheme_from_seed("national", actor=officer)
    assert again.edition == 2


def test_an_incomplete_scheme_stays_a_draft(database: Any, clock: Any) -> None:
    _home, officer, _approver = pair("reguarantor")
    scheme = operations.draft_scheme(
        name="Trial", profile="national", base="principal", settlement="each_pays", source="talk",
        parties=[("national_fund", "20", None), ("provincial_reguarantor", "15", None), ("guarantor", "50", None), ("bank", "15", None)], actor=officer)
    with pytest.raises(DomainError) as refused:
        operations.approve_scheme(scheme, actor=officer)
    assert refused.value.code.name == "SCHEME_INVALID"
    assert refused.value.details["errors"] == "bank below 20; provincial_reguarantor below national_fund"
    assert scheme.state == "draft"


def test_a_bank_may_not_draft_a_scheme(database: Any, clock: Any) -> None:
    with pytest.raises(DomainError, match="FORBIDDEN"):
        operations.draft_scheme_from_seed("national", actor=actor("bank officer"))
    assert queries.list_schemes(actor("regulator officer")) == []
