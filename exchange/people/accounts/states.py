"""The life of an organisation on the platform."""

from __future__ import annotations

from exchange.core.access import CLERK, SYSTEM_ONLY, who
from exchange.core.states import START, Machine, State, move
from exchange.core.text import _

SECURITY = who("exchange", "officer approver", desk="security")


class OrganisationState(State):
    """Where an organisation's registration stands."""

    APPLIED = "applied", _("Applied")
    ACTIVE = "active", _("Active")
    SUSPENDED = "suspended", _("Suspended")
    REFUSED = "refused", _("Refused")
    CLOSED = "closed", _("Closed")


S = OrganisationState
ORGANISATION = Machine("organisation", OrganisationState, (
    move("apply", START, S.APPLIED, SYSTEM_ONLY, _("Apply")),
    move("admit", S.APPLIED, S.ACTIVE, CLERK | SYSTEM_ONLY, _("Admit"), second=CLERK),
    move("refuse", S.APPLIED, S.REFUSED, CLERK, _("Refuse")),
    move("suspend", S.ACTIVE, S.SUSPENDED, CLERK | SECURITY, _("Suspend")),
    move("reinstate", S.SUSPENDED, S.ACTIVE, CLERK | SECURITY, _("Reinstate"), second=CLERK | SECURITY),
    move("close", (S.ACTIVE, S.SUSPENDED), S.CLOSED, CLERK, _("Close"), second=CLERK),
))
