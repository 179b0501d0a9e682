"""People and things for tests of pledges and loans, reached through operations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import count
from typing import Any

from exchange.core import approvals, clock
from exchange.core.access import Actor
from exchange.core.money import Money
from exchange.finance.pledges import operations as pledges
from exchange.finance.pledges.models import Pledge
from exchange.registers.patents import operations as patents
from exchange.registers.patents.models import Patent
from tests.factories import actor, organisation

_serial = count(1)
CONTRACT = "c" * 64
DEBT_TO = date(2027, 12, 21)


def application_number(serial: int) -> str:
    """An invention of 2020 with its check digit, in plain form."""
    body = f"20201{serial:07d}"
    weights = (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)
    rest = sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True)) % 11
    return f"CN{body}.{'X' if rest == 10 else rest}"


@dataclass
class Stage:
    """One enterprise, one bank and the registrar, with the actors that tests need."""

    enterprise: Any
    bank: Any
    officer: Actor
    signatory: Actor
    bank_officer: Actor
    bank_approver: Actor
    registrar: Actor
    second_registrar: Actor

    def patent(self, **copy: Any) -> Patent:
        """A registered patent in force, its fee paid, its register copy of today."""
        made = patents.draft_patent(
            self.officer, application_number=application_number(next(_serial)), title_zh="一种装置", title_en="A device",
            filing_on=date(2020, 6, 1), grant_on=date(2022, 3, 1), applicants=(self.enterprise.name,),
        )
        proof = patents.submit_proof(self.officer, made.id, kind="certificate", holder_name=self.enterprise.name)
        patents.submit_patent(self.officer, made.id)
        patents.accept_proof(self.registrar, proof.id)
        self.register_copy(made.id, **copy)
        patents.register_patent(self.second_registrar, made.id)
        return made

    def register_copy(self, patent_id: int, **changes: Any) -> None:
        """Enter a fresh copy of the register."""
        given: dict[str, Any] = {
            "status": "in_force", "paid_to_year": 8, "taken_on": clock.today(), "holders": (self.enterprise.name,),
            "granted_on": date(2022, 3, 1),
        }
        patents.record_register_copy(self.registrar, patent_id, **(given | changes))

    def drafted(self, *patent_ids: int, value: str = "8000000.00", cap_bp: int = 2500, **more: Any) -> Pledge:
        """A drafted pledge of these patents to the bank."""
        given: dict[str, Any] = {
            "pledgor_id": self.enterprise.id, "pledgee_id": self.bank.id, "secures": "loan",
            "secured": Money.parse("1000000.00"), "debt_from": clock.today(), "debt_to": DEBT_TO,
            "items": [pledges.ItemInput(each, Money.parse(value), cap_bp) for each in patent_ids],
        }
        return pledges.draft_pledge(self.bank_officer, **(given | more))

    def signed(self, *patent_ids: int, **more: Any) -> Pledge:
        """A pledge that both sides signed."""
        pledge = self.drafted(*patent_ids, **more)
        pledges.sign_pledge(self.signatory, pledge.id, document_sha256=CONTRACT, no_forfeiture=True)
        pledges.sign_pledge(self.bank_approver, pledge.id, document_sha256=CONTRACT, no_forfeiture=True)
        return pledge

    def filed(self, *patent_ids: int, **more: Any) -> Pledge:
        """A pledge filed with the registry."""
        pledge = self.signed(*patent_ids, **more)
        pledges.confirm_filing(self.signatory, pledge.id)
        pledges.file_pledge(self.bank_officer, pledge.id)
        return pledge

    def registered(self, *patent_ids: int, **more: Any) -> Pledge:
        """A registered pledge."""
        pledge = self.filed(*patent_ids, **more)
        self.twice(lambda: pledges.register_pledge(
            self.bank_officer, pledge.id, notice_no="2026990000001", registered_on=clock.today()
        ))
        return pledge

    def twice(self, run: Any) -> Any:
        """Propose as the officer and confirm as the approver of the bank."""
        return approvals.with_second(run, self.bank_approver)


def set_stage() -> Stage:
    """A new enterprise, bank and exchange with their people."""
    enterprise, bank, exchange = (organisation(kind) for kind in ("enterprise", "bank", "exchange"))
    return Stage(
        enterprise, bank, actor("enterprise officer", organisation=enterprise),
        actor("enterprise signatory", organisation=enterprise), actor("bank officer", organisation=bank),
        actor("bank approver", organisation=bank), actor("exchange officer registrar", organisation=exchange),
        actor("exchange approver registrar", organisation=exchange),
    )
