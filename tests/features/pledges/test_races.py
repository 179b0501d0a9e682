"""Many at once: one patent is pledged once, one registration is entered once."""

from __future__ import annotations

from typing import Any

import pytest

from exchange.core.approvals import confirm_approval
from exchange.core.database import Proposed
from exchange.finance.pledges import operations, queries
from exchange.registers.ledger.queries import balance, prove
from exchange.registers.patents import queries as patents
from tests.features.pledges.stage import Stage, set_stage
from tests.features.pledges.test_operations import TODAY
from tests.services.racing import race


def another_bank(stage: Stage) -> Stage:
    """The same enterprise at another bank."""
    other = set_stage()
    return Stage(
        stage.enterprise, other.bank, stage.officer, stage.signatory, other.bank_officer, other.bank_approver,
        stage.registrar, stage.second_registrar,
    )


def test_of_eight_filings_of_one_patent_at_once_one_wins(house: Any, clock: Any) -> None:
    stage = set_stage()
    patent_id = stage.patent().id
    stages = [another_bank(stage) for _number in range(8)]
    ids = []
    for each in stages:
        pledge = each.signed(patent_id)
        operations.confirm_filing(each.signatory, pledge.id)
        ids.append(pledge.id)
    endings = race(house, 8, lambda number: operations.file_pledge(stages[number].bank_officer, ids[number]))
    assert endings == {"done": 1, "PATENT_ALREADY_PLEDGED": 7}
    states = sorted(queries.get_pledge(pledge_id).state for pledge_id in ids)
    assert states == ["filed", *["signed"] * 7]
    assert [str(row.kind) for row in patents.encumbrances(patent_id)] == ["pledge_filed"]


def test_one_registration_confirmed_sixteen_times_at_once_is_entered_once(house: Any, clock: Any) -> None:
    stage = set_stage()
    pledge = stage.filed(stage.patent().id)
    pledge_id, name, bank = pledge.id, pledge.public_id, stage.bank.id
    with pytest.raises(Proposed) as proposed:
        operations.register_pledge(stage.bank_officer, pledge_id, notice_no="1", registered_on=TODAY)
    approval = proposed.value.approval_id
    endings = race(house, 16, lambda number: confirm_approval(approval, actor=stage.bank_approver))
    assert endings == {"done": 1, "WRONG_STATE": 15}
    assert queries.get_pledge(pledge_id).state == "registered"
    assert balance(bank, "bank", "collateral", name) == 800_000_000
    assert prove() == []
