"""Schemes and net assets: drafted by one person, approved by two, never changed after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from exchange.core import clock
from exchange.core.access import Actor
from exchange.core.database import add, db, flush, lock, operation
from exchange.core.errors import Invalid, NotFound
from exchange.core.money import Money
from exchange.finance.guarantees import queries, rules
from exchange.finance.guarantees.models import GuarantorYear, Scheme, SchemeParty
from exchange.finance.guarantees.states import GUARANTOR_YEAR, SCHEME


@operation
def draft_scheme(
    *, name: str, profile: str, base: str, settlement: str, parties: Sequence[Sequence[object]], source: str, name_en: str = "",
    valid_from: date | None = None, valid_to: date | None = None, max_loan: Money | None = None, ip_part_only: bool = False,
    min_ip_share_bp: int = 0, unmet_role: str = "bank", actor: Actor,
) -> Scheme:
    """Draft an edition of a scheme; each party is (role, weight in per cent, organisation id or None)."""
    if not source.strip():
        raise Invalid("MISSING_FIELD", field="source")
    scheme = Scheme(
        organisation_id=actor.organisation_id, name=name, name_en=name_en, edition=queries.last_edition(actor.organisation_id, name) + 1,
        profile=profile, base=base, settlement=settlement, source=source, valid_from=valid_from or clock.today(), valid_to=valid_to,
        max_loan=max_loan, ip_part_only=ip_part_only, min_ip_share_bp=min_ip_share_bp, unmet_role=unmet_role,
    )
    with SCHEME.move(scheme, "draft", actor, title=name, edition=scheme.edition):
        add(scheme)
        flush()
        for position, party in enumerate(parties, start=1):
            add(_party(scheme.id, position, party))
        flush()
    db.session.expire(scheme, ["members"])
    return scheme


def _party(scheme_id: int, position: int, given: Sequence[object]) -> SchemeParty:
    role, weight = str(given[0]), Decimal(str(given[1]))
    if role not in rules.ROLES:
        raise Invalid("CHOICE_UNKNOWN", field=f"parties.{position - 1}.role", choices=", ".join(rules.ROLES))
    if weight <= 0 or weight * 100 != int(weight * 100):
        raise Invalid("SPLIT_WEIGHTS", field=f"parties.{position - 1}.weight")
    organisation_id = given[2] if len(given) > 2 else None
    return SchemeParty(
        scheme_id=scheme_id, ord=position, role=role, weight_bp=int(weight * 100),
        organisation_id=int(str(organisation_id)) if organisation_id else None,
    )


@operation
def draft_scheme_from_seed(key: str, *, organisations: Mapping[str, int] | None = None, actor: Actor) -> Scheme:
    """Draft a shipped scheme; who stands for each role is said here, the drafter itself where nobody is named."""
    seed = next((each for each in queries.seeds() if each.key == key), None)
    if seed is None:
        raise NotFound()
    given = organisations or {}
    own = rules.REGUARANTORS if actor.kind == "reguarantor" else ("pool", "risk_fund")
    parties = [
        (role, weight, given.get(role, actor.organisation_id if role in own else None)) for role, weight in seed.parties
    ]
    return draft_scheme(
        name=seed.name, name_en=seed.name_en, profile=seed.profile, base=seed.base, settlement=seed.settlement, parties=parties,
        source=seed.source, ip_part_only=seed.ip_part_only, min_ip_share_bp=seed.min_ip_share_bp, actor=actor,
    )


@operation
def approve_scheme(scheme: Scheme, *, actor: Actor) -> Scheme:
    """Put a scheme into use once its shares hold; from now on it never changes."""
    lock(scheme)
    with SCHEME.move(scheme, "approve", actor, title=scheme.name, edition=scheme.edition):
        rules.check_scheme(scheme.weights, scheme.profile)
    return scheme


@operation
def retire_scheme(scheme: Scheme, *, actor: Actor) -> Scheme:
    """No new guarantee is approved under this edition; the old ones keep it."""
    lock(scheme)
    with SCHEME.move(scheme, "retire", actor):
        scheme.valid_to = clock.today()
    return scheme


@operation
def state_guarantor_year(*, net_assets: Money, net_assets_on: date, sme_agri_main: bool = False, source: str, actor: Actor) -> GuarantorYear:
    """State the guarantor's net assets of a day, with the audited report they come from."""
    if net_assets_on > clock.today():
        raise Invalid("DATE_ORDER", field="net_assets_on", start=clock.today().isoformat(), end=net_assets_on.isoformat())
    if not source.strip():
        raise Invalid("MISSING_FIELD", field="source")
    made = GuarantorYear(
        organisation_id=actor.organisation_id, net_assets=net_assets, net_assets_on=net_assets_on, sme_agri_main=sme_agri_main, source=source.strip(),
    )
    with GUARANTOR_YEAR.move(made, "state", actor, net_assets=net_assets, on=net_assets_on):
        add(made)
        flush()
    return made


@operation
def confirm_guarantor_year(year: GuarantorYear, *, actor: Actor) -> GuarantorYear:
    """Two persons confirm the net assets; limits are counted from them."""
    lock(year)
    with GUARANTOR_YEAR.move(year, "confirm", actor, net_assets=year.net_assets):
        if year.net_assets.minor <= 0:
            raise Invalid("AMOUNT_MALFORMED", field="net_assets")
    return year
