"""What the tests of the market stand on: verified patents, listings under way, the exchange's two clerks; all made by operations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import count
from typing import Any

from exchange.core import approvals, clock
from exchange.core.access import Actor
from exchange.core.money import Money, yuan
from exchange.market.listings import operations
from exchange.market.listings.models import Listing, Offer
from exchange.registers.patents import operations as patents
from exchange.registers.patents.models import Patent
from exchange.registers.patents.rules.numbers import check_digit
from tests import factories

_serial = count(1)
SAID: dict[str, Any] = {
    "title_zh": "演示：陶瓷涂覆的锂电池隔膜", "title_en": "Demo: ceramic coated separator for lithium batteries",
    "summary_zh": "一种锂离子电池隔膜，涂覆陶瓷颗粒以提高耐热性。", "summary_en": "A separator for lithium-ion batteries with a ceramic coating.",
    "industry": "new-energy", "stage": 7, "region": "CN/44/4403/440305", "declared": True, "leak_confirmed": True,
    "price": yuan(1_200_000),
}  # fmt: skip


@dataclass
class Stage:
    """Everybody who acts: the exchange's desks, a holder, a buyer."""

    registrars: tuple[Actor, Actor]
    clerks: tuple[Actor, Actor]
    holder: Actor
    buyer: Actor


def stage(holder_kind: str = "enterprise") -> Stage:
    """The exchange with two registrars and two clerks, one holder and one buyer."""
    exchange = factories.organisation("exchange")
    registrars, clerks = (
        [factories.actor(f"exchange officer {desk}", organisation=exchange) for _ in range(2)] for desk in ("registrar", "clerk")
    )
    return Stage(
        registrars=(registrars[0], registrars[1]), clerks=(clerks[0], clerks[1]),
        holder=factories.actor(f"{holder_kind} signatory", organisation=factories.organisation(holder_kind, demonstration=True)),
        buyer=factories.actor("enterprise signatory"),
    )  # fmt: skip


def demo_number() -> str:
    """A number of the reserved demonstration range with its right check digit."""
    body = f"20211{9900000 + next(_serial)}"
    return f"CN{body}.{check_digit(body)}"


def registered_patent(on: Stage, holder: Actor | None = None, **fields: Any) -> Patent:
    """A patent that the registrar registered from a fresh register copy; its fees are paid."""
    owner, registrar = holder or on.holder, on.registrars[0]
    said = {
        "title_zh": "演示：锂电池隔膜", "title_en": "Demo: separator for lithium batteries", "filing_on": date(2021, 9, 1),
        "classes": ("H01M 50/446", "B01D 67/00"),
    }  # fmt: skip
    patent = patents.draft_patent(owner, application_number=demo_number(), type="invention", applicants=(owner.organisation_name,), **(said | fields))
    proof = patents.submit_proof(owner, patent.id, kind="certificate", holder_name=owner.organisation_name)
    patents.submit_patent(owner, patent.id)
    register_copy(on, patent, holders=(owner.organisation_name,))
    patents.accept_proof(registrar, proof.id)
    patents.register_patent(registrar, patent.id)
    return patent


def register_copy(on: Stage, patent: Patent, **facts: Any) -> None:
    """A register copy of today that finds the patent in force and its fees paid, but for what is said."""
    found = {"status": "in_force", "paid_to_year": 6, "taken_on": clock.today(), "granted_on": date(2023, 5, 9)}
    patents.record_register_copy(on.registrars[0], patent.id, **(found | facts))


def verified_patent(on: Stage, holder: Actor | None = None, **fields: Any) -> Patent:
    """A registered patent in verified custody."""
    owner = holder or on.holder
    patent = registered_patent(on, owner, **fields)
    custody = patents.draft_custody(owner, patent.id)
    patents.submit_custody(owner, custody.id, agreed=True)
    approvals.with_second(lambda: patents.verify_custody(on.registrars[0], custody.id), on.registrars[1])
    return patent


def drafted(on: Stage, *, patent: Patent | None = None, holder: Actor | None = None, **said: Any) -> Listing:
    """A complete draft of a listing."""
    chosen = patent or verified_patent(on, holder)
    return operations.draft_listing(actor=holder or on.holder, patents=[chosen.public_id], **(SAID | said))


def submitted(on: Stage, **said: Any) -> Listing:
    """A listing under review."""
    return operations.submit_listing(drafted(on, **said), actor=said.get("holder") or on.holder)


def approved(on: Stage, listing: Listing) -> Listing:
    """The listing after two clerks approved it."""
    done: Listing = approvals.with_second(lambda: operations.approve_listing(listing, actor=on.clerks[0]), on.clerks[1])
    return done


def opened(on: Stage, **said: Any) -> Listing:
    """A listing that is open."""
    return approved(on, submitted(on, **said))


def offered(on: Stage, listing: Listing, *, amount: Money | None = None, buyer: Actor | None = None, **said: Any) -> Offer:
    """An offer of the buyer."""
    return operations.make_offer(listing, actor=buyer or on.buyer, amount=amount or yuan(1_000_000), **said)
