"""Transfer claims: one process at a time may dispose of a patent."""

from __future__ import annotations

from sqlalchemy import select

from exchange.core import clock
from exchange.core.access import Actor
from exchange.core.database import add, db, flush, lock, operation
from exchange.core.errors import Conflict
from exchange.core.events import note
from exchange.registers.patents.models import TransferClaim
from exchange.registers.patents.queries.registry import get_patent
from exchange.registers.patents.queries.rights import live_claim


@operation
def take_claim(actor: Actor, patent_id: int, *, process: str, reference: str) -> TransferClaim:
    """A process takes the right to dispose of a patent; a second one is refused."""
    patent = get_patent(patent_id)
    lock(patent)
    held = live_claim(patent_id)
    if held is not None and held.reference != reference:
        raise Conflict("PATENT_HAS_LIVE_PROCESS", process=held.process, reference=held.reference)
    if held is not None:
        return held
    claim = add(TransferClaim(patent_id=patent_id, process=process, reference=reference, taken_on=clock.today()))
    flush()
    note(patent, "take_claim", actor, process=process, reference=reference)
    return claim  # type: ignore[no-any-return]  # add() gives back what it was given


@operation
def pass_claim(actor: Actor, patent_id: int, *, process: str, reference: str, from_reference: str) -> TransferClaim:
    """A claim goes from one process to the next without being free in between."""
    patent = get_patent(patent_id)
    lock(patent)
    held = live_claim(patent_id)
    if held is None or held.reference not in (from_reference, reference):
        raise Conflict("PATENT_HAS_LIVE_PROCESS", reference=held.reference if held else "")
    held.process, held.reference = process, reference
    note(patent, "pass_claim", actor, process=process, reference=reference, from_reference=from_reference)
    return held


@operation
def release_claim(actor: Actor, patent_id: int, *, reference: str) -> bool:
    """A process gives its claim back; says whether it held one."""
    patent = get_patent(patent_id)
    lock(patent)
    wanted = select(TransferClaim).where(
        TransferClaim.patent_id == patent_id, TransferClaim.reference == reference, TransferClaim.live
    )
    held = db.session.scalar(wanted)
    if held is None:
        return False
    held.live, held.released_on = False, clock.today()
    note(patent, "release_claim", actor, reference=reference)
    return True
