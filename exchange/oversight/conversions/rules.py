"""Routes 转化方式, proofs and grades 证据等级; when evidence is right and how long it holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from exchange.core.errors import Conflict, Invalid, define
from exchange.core.text import Text, _
from exchange.core.workdays import add_months

define("EVIDENCE_ROUTE_PROOF", 422, _("This route needs one of these proofs: {kinds}."))
define("EVIDENCE_PERIOD", 422, _("The use begins on or before today and ends after it begins."))
define("EVIDENCE_RIGHT_DEAD", 409, _("The right was not in force on {day}."))
define("EVIDENCE_DUPLICATE", 409, _("The same use is on record already: {other}."))
define("EVIDENCE_OWN_REVIEW", 403, _("You may not review what your own organisation declared."))
define("EVIDENCE_STALE", 422, _("The newest proof is older than {months} months; add a newer one."))

ROUTES: Mapping[str, Text] = {
    "industrialised": _("Industrialised: a product is sold"),
    "implemented": _("Implemented: process or trial production"),
    "transferred": _("Transferred"),
    "licensed": _("Licensed"),
    "cooperation": _("Implemented with a partner"),
    "capital": _("Contributed as capital"),
    "other": _("Other agreed way"),
}
PROOFS: Mapping[str, Text] = {
    "register_record": _("Record of the register"),
    "contract": _("Contract"),
    "invoice": _("Invoice"),
    "audit_report": _("Audit report"),
    "product_page": _("Product page with date"),
    "customs_record": _("Customs record"),
    "test_certificate": _("Test certificate naming the patent"),
    "declaration": _("Holder's declaration"),
}
GRADE_OF_PROOF: Mapping[str, str] = {
    "register_record": "A", "contract": "B", "invoice": "B", "audit_report": "C", "product_page": "C", "customs_record": "C",
    "test_certificate": "C", "declaration": "D",
}
GRADES: Mapping[str, Text] = {
    "A": _("A: register or sealed deal"),
    "B": _("B: contract or invoice"),
    "C": _("C: audit, product page, customs or test"),
    "D": _("D: declaration only"),
}
NEEDED: Mapping[str, frozenset[str]] = {
    "industrialised": frozenset({"contract", "invoice", "audit_report", "product_page", "customs_record", "declaration"}),
    "implemented": frozenset({"audit_report", "test_certificate", "contract", "declaration"}),
    "transferred": frozenset({"register_record", "contract"}),
    "licensed": frozenset({"register_record", "contract"}),
    "cooperation": frozenset({"contract"}),
    "capital": frozenset({"register_record", "contract"}),
    "other": frozenset(GRADE_OF_PROOF),
}
LASTING_MONTHS = 24
ONE_TIME = ("industrialised", "implemented", "other")
REASONS: Mapping[str, Text] = {
    "unreadable": _("The files cannot be read"),
    "other_patent": _("The proof does not name this patent"),
    "no_use": _("The proof shows no use"),
    "period": _("The proof does not cover the period"),
    "group_internal": _("The parties belong to one group"),
    "other": _("Another reason"),
}


@dataclass(frozen=True)
class Period:
    """From when to before when a use holds; open at the end where nothing limits it."""

    begins: date
    ends: date | None

    def overlaps(self, other: Period) -> bool:
        """Whether the two share a day."""
        return (other.ends is None or self.begins < other.ends) and (self.ends is None or other.begins < self.ends)


def grade_of(kinds: Iterable[str]) -> str:
    """The grade of evidence is that of its best proof; without a proof it is a declaration."""
    return min((GRADE_OF_PROOF[kind] for kind in kinds), default="D")


def check_proofs(route: str, kinds: Iterable[str]) -> None:
    """Refuse a route without one of the proofs it needs."""
    given = set(kinds)
    if not given & NEEDED[route]:
        raise Invalid("EVIDENCE_ROUTE_PROOF", field="files", kinds=[PROOFS[kind] for kind in PROOFS if kind in NEEDED[route]])


def period_of(route: str, begins: date, ends: date | None, *, newest_proof: date) -> Period:
    """How long the evidence holds: sales and trials 24 months from the newest proof, contracts as long as they run."""
    if ends is not None and ends <= begins:
        raise Invalid("EVIDENCE_PERIOD", field="valid_to")
    if route not in ONE_TIME:
        return Period(begins, ends)
    lasting = add_months(newest_proof, LASTING_MONTHS)
    return Period(begins, min(ends, lasting) if ends else lasting)


def check_period(begins: date, *, today: date, in_force: tuple[date, date] | None, newest_proof: date) -> None:
    """Refuse a use that begins in the future, before the grant, after the right's end, or proved too long ago."""
    if begins > today:
        raise Invalid("EVIDENCE_PERIOD", field="valid_from")
    if add_months(newest_proof, LASTING_MONTHS) <= today and newest_proof < begins:
        raise Invalid("EVIDENCE_STALE", field="issued_on", months=LASTING_MONTHS)
    if in_force is not None and not begins < in_force[1]:
        raise Conflict("EVIDENCE_RIGHT_DEAD", field="valid_from", day=begins)
