"""What must hold between pledges and the registry: a patent is held by one pledge, and the registry shows it."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import func, or_, select

from exchange.core.checks import Finding, check
from exchange.core.database import db
from exchange.core.text import _
from exchange.finance.pledges.models import Pledge, PledgeItem
from exchange.finance.pledges.operations.parts import collateral_of
from exchange.registers.ledger.queries import subject_balances
from exchange.registers.patents.models import Encumbrance
from exchange.registers.patents.states import PLEDGES


@check("pledges.one_a_patent", _("A patent is held by one pledge at most"), group="rights")
def pledged_twice() -> Iterator[Finding]:
    """Patents with several live pledges, whatever the index said."""
    kinds = [str(kind) for kind in PLEDGES]
    wanted = select(Encumbrance.patent_id, func.count()).where(Encumbrance.live.is_(True), Encumbrance.kind.in_(kinds))
    for patent_id, count in db.session.execute(wanted.group_by(Encumbrance.patent_id).having(func.count() > 1)):
        yield Finding(where=f"patent {patent_id}", expected=1, found=count)


@check("pledges.registry", _("What a pledge holds, the registry shows as burdened"), group="rights")
def unseen_pledges() -> Iterator[Finding]:
    """Held patents without their live encumbrance, and burdens of pledges that hold nothing."""
    held = select(Pledge.number, PledgeItem.patent_id).join(Pledge, Pledge.id == PledgeItem.pledge_id)
    held = held.outerjoin(Encumbrance, Encumbrance.id == PledgeItem.encumbrance_id)
    missing = held.where(PledgeItem.holds.is_(True), or_(Encumbrance.id.is_(None), Encumbrance.live.is_(False)))
    for number, patent_id in db.session.execute(missing):
        yield Finding(where=f"pledge {number}, patent {patent_id}", expected="a live encumbrance", found="none")
    idle = held.where(PledgeItem.holds.is_(False), Encumbrance.live.is_(True))
    for number, patent_id in db.session.execute(idle):
        yield Finding(where=f"pledge {number}, patent {patent_id}", expected="no live encumbrance", found="one")


@check("ledger.collateral", _("The collateral in the books is the accepted value of what is pledged"), group="ledger")
def pledges_beside_their_books() -> Iterator[Finding]:
    """Collateral memoranda that differ from the accepted values of the patents held."""
    for pledge in db.session.scalars(select(Pledge).order_by(Pledge.id)):
        shown = sum(fen for account, fen in subject_balances(pledge.public_id).items() if account[2] == "collateral")
        if shown != collateral_of(pledge):
            yield Finding(where=f"pledge {pledge.number}", expected=collateral_of(pledge), found=shown)
