"""Re-guarantees: requested when the guarantee is approved, confirmed by two persons, running with the loan."""

from __future__ import annotations

from decimal import Decimal

from exchange.core import clock, jobs, seal
from exchange.core.access import SYSTEM, Actor
from exchange.core.database import add, flush, lock, operation
from exchange.core.errors import Conflict, Invalid
from exchange.core.money import Money, total
from exchange.core.numbers import next_number
from exchange.core.parameters import parameter
from exchange.finance.guarantees import queries, rules
from exchange.finance.guarantees.models import Guarantee, Reguarantee
from exchange.finance.guarantees.operations.parts import decide_by, fresh, needed_reason, tell_loan
from exchange.finance.guarantees.states import BINDING, REGUARANTEE
from exchange.finance.loans import operations as loans
from exchange.people.accounts.queries import check_authority

CLIENT_LIMIT = parameter("guarantees.reguarantee_client_fen", 1_000_000_000, source="财金〔2025〕11号 as publicly reported: at most 10m a client")


@operation
def request_reguarantee(guarantee: Guarantee, *, organisation_id: int, actor: Actor) -> Reguarantee:
    """Ask a re-guarantor that the frozen shares name to confirm its part."""
    shares = [each for each in queries.shares_of(guarantee) if each.organisation_id == organisation_id]
    if not shares or guarantee.scheme_id is None or guarantee.state not in BINDING:
        raise Invalid("SCHEME_PARTY_MISSING", field="organisation_id", roles="reguarantor")
    liability = total([each.amount for each in shares])
    weight = sum((each.weight for each in shares), start=Decimal(0))
    price = rules.reguarantee_fee(guarantee.amount, weight, client_total=guarantee.amount)
    made = Reguarantee(
        organisation_id=organisation_id, number=next_number("ZD"), guarantee_id=guarantee.id, guarantee=guarantee,
        scheme_id=guarantee.scheme_id, liability=liability, rate_bp=price.rate_bp,
        fee=rules.guarantee_fee(liability, Decimal(price.rate_bp) / 100, guarantee.term_months), mode="case", due_on=decide_by(),
    )
    with REGUARANTEE.move(made, "request", actor, liability=liability, scheme=guarantee.scheme_id):
        add(made)
        fresh(guarantee, "reguarantees")
    return made


@operation
def approve_reguarantee(reguarantee: Reguarantee, *, actor: Actor) -> Reguarantee:
    """Confirm the part under the scheme's present rules and the client's limit."""
    lock(reguarantee)
    guarantee = reguarantee.guarantee
    with REGUARANTEE.move(reguarantee, "approve", actor, liability=reguarantee.liability) as moving:
        if guarantee.state not in BINDING:
            raise Conflict("WRONG_STATE", state=guarantee.status.label, actions="—")
        _check_scheme(reguarantee)
        _check_client(guarantee)
        if actor.confirming is not None:
            check_authority(actor, "reguarantee:approve", reguarantee.liability)
        reguarantee.decided_on, reguarantee.due_on = clock.today(), None
        reguarantee.confirmation_code = seal.new_code()
        moving.payload["shares"] = {each.role: str(each.amount) for each in guarantee.shares}
    flush()
    fresh(guarantee, "reguarantees")
    tell_loan(guarantee)
    jobs.enqueue("reguarantee.confirmation", {"id": reguarantee.public_id}, key=reguarantee.public_id, title=reguarantee.number, organisation_id=reguarantee.organisation_id)
    return reguarantee


def _check_scheme(reguarantee: Reguarantee) -> None:
    scheme = reguarantee.scheme
    if not scheme.in_use(clock.today()):
        raise Conflict("SCHEME_NOT_IN_USE", field="scheme")
    rules.check_scheme(scheme.weights, scheme.profile)


def _check_client(guarantee: Guarantee) -> None:
    limit, after = CLIENT_LIMIT.number(), queries.reguaranteed_total(guarantee.client_id, but=guarantee.id) + guarantee.amount.minor
    if after > limit:
        raise Conflict("REGUARANTEE_CLIENT_LIMIT", field="amount", limit=Money(limit), after=Money(after))


@operation
def decline_reguarantee(reguarantee: Reguarantee, *, reason: str, actor: Actor) -> Reguarantee:
    """Decline with a reason."""
    lock(reguarantee)
    with REGUARANTEE.move(reguarantee, "decline", actor, reason=reason):
        reguarantee.reason, reguarantee.due_on = needed_reason(reason), None
    fresh(reguarantee.guarantee, "reguarantees")
    tell_loan(reguarantee.guarantee)
    return reguarantee


@operation
def start_reguarantee(reguarantee: Reguarantee, *, actor: Actor = SYSTEM) -> Reguarantee:
    """The loan was paid out: the re-guarantee is in force."""
    lock(reguarantee)
    with REGUARANTEE.move(reguarantee, "start", actor):
        reguarantee.effective_on = clock.today()
    if reguarantee.guarantee.loan_id is not None:
        loans.meet_condition(SYSTEM, reguarantee.guarantee.loan_id, kind="reguarantee_effective")
    return reguarantee


@operation
def consent_reguarantee(reguarantee: Reguarantee, *, terms_sha256: str, actor: Actor) -> Reguarantee:
    """Consent to exactly these new terms of the loan (民法典 695)."""
    lock(reguarantee)
    with REGUARANTEE.move(reguarantee, "consent", actor, terms_sha256=terms_sha256):
        if len(terms_sha256) != 64:
            raise Invalid("MISSING_FIELD", field="terms_sha256")
    if reguarantee.guarantee.loan_id is not None:
        loans.meet_condition(SYSTEM, reguarantee.guarantee.loan_id, kind="reguarantor_consent", terms_sha256=terms_sha256)
    return reguarantee


@operation
def end_reguarantee(reguarantee: Reguarantee, *, actor: Actor = SYSTEM) -> Reguarantee:
    """The guarantee ended, and with it the re-guarantee."""
    lock(reguarantee)
    with REGUARANTEE.move(reguarantee, "end", actor):
        reguarantee.due_on = None
    return reguarantee


@operation
def lapse_reguarantee(reguarantee: Reguarantee, *, actor: Actor = SYSTEM) -> Reguarantee:
    """The guarantee lapsed or was cancelled, and with it the re-guarantee."""
    lock(reguarantee)
    with REGUARANTEE.move(reguarantee, "lapse", actor):
        reguarantee.due_on = None
    if reguarantee.guarantee.loan_id is not None:
        loans.void_condition(SYSTEM, reguarantee.guarantee.loan_id, kind="reguarantee_approved")
    return reguarantee


@operation
def keep_confirmation(reguarantee: Reguarantee, *, content: bytes, title: str, pages: int, signers: list[dict[str, str]], actor: Actor = SYSTEM) -> seal.SealedDocument:
    """Keep the sealed confirmation of the re-guarantee."""
    return seal.seal_document(
        content, noun="reguarantee", object_id=reguarantee.public_id, number=reguarantee.number, code=reguarantee.confirmation_code,
        issuer=reguarantee.reguarantor.name, signers=signers, organisation_id=reguarantee.organisation_id, title=title, pages=pages,
    )
