"""The permissions of patents' pages that are no moves of a machine."""

from __future__ import annotations

from exchange.core.access import CLERK, HOLDER_SIDE, MEMBER, REGISTRAR, SUPERVISOR, permit, who

READ = permit("patent:read", MEMBER)
EDIT = permit("patent:edit", HOLDER_SIDE)
CORRECT = permit("patent:correct", REGISTRAR)
STATE_SHARES = permit("patent:state_shares", HOLDER_SIDE | REGISTRAR)
REGISTER_COPY = permit("patent:record_register_copy", REGISTRAR)
LEGAL_EVENT = permit("patent:record_legal_event", REGISTRAR)
ANNUITY = permit("patent:record_annuity_payment", HOLDER_SIDE | REGISTRAR)
PUBLISH = permit("patent:publish", HOLDER_SIDE)
DESK = permit("patent:registry", REGISTRAR | CLERK | SUPERVISOR)
PROVE = permit("patent:prove", HOLDER_SIDE | REGISTRAR | who("enterprise research", "officer signatory", party="co_owner"))
PLACE = permit("encumbrance:place", HOLDER_SIDE | REGISTRAR)
LIFT = permit("encumbrance:lift", HOLDER_SIDE | REGISTRAR)
VOID = permit("encumbrance:void", REGISTRAR)
COOWNER = permit("coowner_consent:give", who("enterprise research investor", "signatory approver officer", party="co_owner"))
DEPOSIT = permit("patent:deposit", HOLDER_SIDE)
IMPORTS = permit("import:read", who("enterprise research exchange", "officer approver signatory viewer"))
