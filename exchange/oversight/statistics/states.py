"""How a figure becomes published."""

from __future__ import annotations

from exchange.core.access import REGULATOR, who
from exchange.core.states import START, Machine, State, move
from exchange.core.text import _

PUBLISHER = who("regulator", "officer approver signatory", mark="publisher")


class SnapshotState(State):
    """Where a snapshot stands."""

    DRAFTED = "drafted", _("Drafted")
    PROPOSED = "proposed", _("Proposed")
    PUBLISHED = "published", _("Published")
    REJECTED = "rejected", _("Rejected")
    SUPERSEDED = "superseded", _("Superseded")
    RETRACTED = "retracted", _("Retracted")


S = SnapshotState
SNAPSHOT = Machine("snapshot", SnapshotState, (
    move("draft", START, S.DRAFTED, REGULATOR, _("Draft a snapshot")),
    move("propose", S.DRAFTED, S.PROPOSED, REGULATOR, _("Propose")),
    move("publish", S.PROPOSED, S.PUBLISHED, PUBLISHER, _("Publish")),
    move("reject", S.PROPOSED, S.REJECTED, PUBLISHER, _("Reject")),
    move("supersede", S.PUBLISHED, S.SUPERSEDED, PUBLISHER, _("Supersede")),
    move("retract", S.PUBLISHED, S.RETRACTED, PUBLISHER, _("Retract")),
))
