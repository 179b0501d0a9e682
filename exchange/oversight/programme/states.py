"""How an update is approved, how a target ends, and the words by which a measure is judged."""

from __future__ import annotations

from exchange.core.access import REGULATOR, SYSTEM_ONLY
from exchange.core.states import START, Machine, State, move
from exchange.core.text import _


class UpdateState(State):
    """Where an update of a measure stands."""

    RECORDED = "recorded", _("Recorded")
    APPROVED = "approved", _("Approved")
    WITHDRAWN = "withdrawn", _("Withdrawn")

    @property
    def tone(self) -> str:
        """The colour that repeats the word."""
        return {"recorded": "info", "approved": "ok"}.get(str(self), "none")


class TargetState(State):
    """Whether a target stands."""

    STANDING = "standing", _("Standing")
    RETIRED = "retired", _("Retired")


class Status(State):
    """How a measure or a target stands on a day; computed, never stored as truth."""

    DONE = "done", _("Done")
    ON_TRACK = "on_track", _("On track")
    UNCERTAIN = "uncertain", _("Uncertain")
    UNLIKELY = "unlikely", _("Unlikely")
    OVERDUE = "overdue", _("Overdue")
    DONE_LATE = "done_late", _("Done late")
    NO_DEADLINE = "no_deadline", _("No deadline")
    NO_DATA = "no_data", _("No data")

    @property
    def tone(self) -> str:
        """The colour that repeats the word."""
        return {
            "done": "ok", "on_track": "ok", "done_late": "info", "uncertain": "warn", "unlikely": "danger", "overdue": "danger",
        }.get(str(self), "none")


S = UpdateState
UPDATE = Machine("update", UpdateState, (
    move("record", START, S.RECORDED, REGULATOR, _("Record progress")),
    move("approve", S.RECORDED, S.APPROVED, REGULATOR, _("Approve by two persons"), second=REGULATOR),
    move("withdraw", S.RECORDED, S.WITHDRAWN, REGULATOR, _("Withdraw")),
))
T = TargetState
TARGET = Machine("target", TargetState, (
    move("set", START, T.STANDING, REGULATOR | SYSTEM_ONLY, _("Set a target")),
    move("retire", T.STANDING, T.RETIRED, REGULATOR, _("Retire"), second=REGULATOR),
))
