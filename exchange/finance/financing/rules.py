"""Routes, papers, the stage of a case, who acts next, and subsidies."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from exchange.core.errors import Conflict, DomainError, Faults, Invalid, define
from exchange.core.money import Money
from exchange.core.states import State
from exchange.core.text import Text, _
from exchange.finance.guarantees.states import GuaranteeState
from exchange.finance.loans.states import LoanStage
from exchange.finance.pledges.states import PledgeState
from exchange.finance.financing.states import CaseState

for _name, _status, _sentence in (
    ("CASE_PARTIES", 422, _("The route {route} needs: {needs}.")),
    ("CASE_PATENT_OTHER", 422, _("{patent} is not registered here for your organisation.")),
    ("CASE_TERM", 422, _("The term lies between 1 and {high} months.")),
    ("CASE_PAPER_MISSING", 422, _("This paper is missing: {paper}.")),
    ("CASE_REMARK_OPEN", 422, _("Remark {number} is not answered yet.")),
    ("CASE_REMARK_NEEDED", 422, _("Send an application back with at least one remark.")),
    ("CASE_STAGE", 409, _("This is possible in another stage; the case is at: {stage}.")),
    ("CASE_CONTRACTS_MISSING", 409, _("The contracts are being made; open this page again in a moment.")),
    ("CASE_CONTRACT_DIFFERS", 409, _("The contracts were made anew; read the present version before you sign.")),
    ("CASE_APPRAISAL_SCOPE", 422, _("This report does not cover every patent of the case.")),
    ("CASE_APPRAISER_TIED", 409, _("The appraiser is affiliated with {party}; choose an independent one.")),
    ("CASE_SCORECARD_TERMS", 409, _("This scorecard was made for at most {limit} over {months} months; the case asks for more.")),
    ("CASE_AMOUNT", 422, _("At most the {limit} applied for.")),
    ("CASE_BOUND", 409, _("Money was paid out or the pledge is registered; the case can no longer be given up.")),
    ("CASE_SIGNED", 409, _("Something was signed already; the route stays.")),
    ("CASE_AGREE", 422, _("Confirm that you read the contracts and that they hand no patent over on default (民法典 428).")),
):
    define(_name, _status, _sentence)

ROUTES: dict[str, Text] = {
    "direct": _("Direct: the bank alone"),
    "guaranteed": _("Guaranteed: a guarantor stands behind the loan"),
    "reguaranteed": _("Re-guaranteed: guarantor and re-guarantor share the risk"),
}
PLEDGEES: dict[str, Text] = {
    "bank": _("The bank, for the loan"),
    "guarantor": _("The guarantor, as counter-guarantee"),
}
PAPERS: dict[str, Text] = {
    "licence": _("Business licence"),
    "statements_last": _("Financial statements of last year"),
    "statements_before": _("Financial statements of the year before"),
    "resolution": _("Resolution to borrow and to pledge"),
    "credit_authorisation": _("Authorisation to query the credit record"),
    "purpose_proof": _("Proof of what the money is for"),
}
OPTIONAL_PAPERS: dict[str, Text] = {"coowner_consent": _("Consent of a co-owner"), "other": _("Other paper")}
TERM_LIMIT = 36


# ------------------------------------------------------------------ the application

def check_parties(route: str, *, guarantor_id: int | None, scheme_reguaranteed: bool | None, pledgee: str) -> None:
    """A route has its parties: no guarantor in the direct one, a scheme with a re-guarantor in the re-guaranteed one."""
    needs = _missing_parties(route, guarantor_id, reguaranteed=scheme_reguaranteed, pledgee=pledgee)
    if needs is not None:
        raise Invalid("CASE_PARTIES", field=needs[0], route=ROUTES[route], needs=needs[1])


def _missing_parties(route: str, guarantor_id: int | None, *, reguaranteed: bool | None, pledgee: str) -> tuple[str, Text] | None:
    if route == "direct":
        return ("guarantor", _("no guarantor")) if guarantor_id is not None else (
            ("pledgee", _("a pledge to the bank")) if pledgee != "bank" else None)
    if guarantor_id is None:
        return ("guarantor", _("a guarantor"))
    if route == "reguaranteed" and not reguaranteed:
        return ("scheme", _("a scheme in use that names a re-guarantor"))
    return ("scheme", _("a scheme without a re-guarantor")) if route == "guaranteed" and reguaranteed else None


def check_term(months: int) -> None:
    """A working-capital loan runs at most three years."""
    if not 1 <= months <= TERM_LIMIT:
        raise Invalid("CASE_TERM", field="term_months", high=TERM_LIMIT)


def missing_papers(given: Collection[str]) -> list[DomainError]:
    """Every required paper that is not there, each as its own refusal."""
    return [Invalid("CASE_PAPER_MISSING", field=f"papers.{kind}", paper=label) for kind, label in PAPERS.items() if kind not in given]


def raise_all(faults: Sequence[DomainError]) -> None:
    """Refuse with everything that is missing at once."""
    if faults:
        raise Faults(faults)


# ------------------------------------------------------------------ the stage

class Stage(State):
    """Where a case is, derived from its members, never stored."""

    DRAFTING = "drafting", _("Being drafted")
    RETURNED = "returned", _("Sent back")
    CHECKING = "checking", _("Papers being checked")
    VALUING = "valuing", _("Patents being valued")
    REVIEWING = "reviewing", _("Appraisal under review")
    GUARANTEEING = "guaranteeing", _("Guarantee being decided")
    REGUARANTEEING = "reguaranteeing", _("Re-guarantee being confirmed")
    CREDITING = "crediting", _("Credit being decided")
    CONTRACTING = "contracting", _("Contracts being signed")
    FILING = "filing", _("Pledge at the registry")
    REGISTERED = "registered", _("Ready to be paid out")
    ACTIVE = "active", _("Loan running")
    WATCH = "watch", _("Loan on watch")
    OVERDUE = "overdue", _("Loan overdue")
    DEFAULTED = "defaulted", _("Loan in default")
    CLAIMING = "claiming", _("Claim on the guarantor")
    SHARING = "sharing", _("Loss being shared")
    RECOVERING = "recovering", _("Recovery under way")
    DISPOSING = "disposing", _("Patents being sold")
    RELEASING = "releasing", _("Pledge being released")
    RELEASED = "released", _("Pledge ended")
    DECLINED = "declined", _("Declined")
    WRITTEN_OFF = "written_off", _("Written off")
    CANCELLED = "cancelled", _("Cancelled")
    LAPSED = "lapsed", _("Lapsed")
    CLOSED = "closed", _("Case closed")


TONES = {
    Stage.ACTIVE: "ok", Stage.REGISTERED: "ok", Stage.RELEASED: "ok", Stage.CLOSED: "ok", Stage.RETURNED: "warn",
    Stage.WATCH: "warn", Stage.OVERDUE: "danger", Stage.DEFAULTED: "danger", Stage.DECLINED: "danger",
    Stage.WRITTEN_OFF: "danger", Stage.CLAIMING: "danger", Stage.RECOVERING: "warn", Stage.CANCELLED: "none", Stage.LAPSED: "none",
}


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What decides the stage: the case's own state and those of its members; an empty state is a member that is not there."""

    state: str
    route: str
    sealed: bool = False
    review_accepted: bool = False
    guarantee: str = ""
    reguaranteed: bool = False
    reguarantee_declined: bool = False
    loan: str = ""
    pledge: str = ""
    claim: str = ""
    disposing: bool = False


G, L, P, C = GuaranteeState, LoanStage, PledgeState, CaseState
OWN = {
    C.CANCELLED: Stage.CANCELLED, C.LAPSED: Stage.LAPSED, C.CLOSED: Stage.CLOSED, C.DRAFT: Stage.DRAFTING,
    C.RETURNED: Stage.RETURNED, C.SUBMITTED: Stage.CHECKING,
}
RUNNING = {L.DEFAULTED: Stage.DEFAULTED, L.OVERDUE: Stage.OVERDUE, L.WATCH: Stage.WATCH, L.ACTIVE: Stage.ACTIVE}
ENDED_PLEDGES = (P.RELEASED, P.REVOKED, P.EXTINGUISHED, P.CANCELLED)
CLAIMED = ("draft", "filed", "accepted", "disputed", "rejected")
PROMISED = (G.APPROVED, G.SIGNED, G.EFFECTIVE, G.CALLED, G.DISCHARGED, G.EXPIRED)


def derive_stage(facts: CaseFacts) -> Stage:
    """The first row of the table that holds; every combination of members has exactly one stage."""
    for own, stage in OWN.items():
        if facts.state == own:
            return stage
    return _after_payment(facts) or _before_payment(facts)


def _after_payment(facts: CaseFacts) -> Stage | None:
    loan = facts.loan
    rows = (
        (loan == L.WRITTEN_OFF or facts.claim == "written_off", Stage.WRITTEN_OFF),
        (loan in (L.REPAID, L.CLOSED) and facts.pledge in ENDED_PLEDGES, Stage.RELEASED),
        (loan in (L.REPAID, L.CLOSED), Stage.RELEASING),
        (facts.disposing, Stage.DISPOSING),
        (facts.claim == "shared", Stage.RECOVERING),
        (facts.claim == "paid", Stage.SHARING),
        (facts.claim in CLAIMED, Stage.CLAIMING),
        (loan == L.COMPENSATED, Stage.RECOVERING),
    )
    found = next((stage for holds, stage in rows if holds), None)
    return found or next((stage for state, stage in RUNNING.items() if loan == state), None)


def _before_payment(facts: CaseFacts) -> Stage:
    guaranteed, reguaranteed = facts.route != "direct", facts.route == "reguaranteed"
    promised = facts.guarantee in PROMISED
    signed = facts.loan == L.SIGNED
    rows = (
        (facts.loan == L.DECLINED or facts.guarantee == G.DECLINED or (reguaranteed and facts.reguarantee_declined), Stage.DECLINED),
        (signed and facts.pledge == P.REGISTERED, Stage.REGISTERED),
        (facts.loan in (L.APPROVED, L.SIGNED) and facts.pledge in (P.FILED, P.CORRECTING), Stage.FILING),
        (facts.loan in (L.APPROVED, L.SIGNED), Stage.CONTRACTING),
        (not facts.sealed, Stage.VALUING),
        (not facts.review_accepted, Stage.REVIEWING),
        (guaranteed and not promised, Stage.GUARANTEEING),
        (reguaranteed and not facts.reguaranteed, Stage.REGUARANTEEING),
    )
    return next((stage for holds, stage in rows if holds), Stage.CREDITING)


def check_stage(stage: Stage, wanted: Collection[Stage]) -> None:
    """Refuse an act that belongs to another stage."""
    if stage not in wanted:
        raise Conflict("CASE_STAGE", stage=stage.label)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Who has the case now: parties of the case, and what they are asked to do."""

    parties: tuple[str, ...]
    what: Text


WAITS: Mapping[Stage, Waiting] = {
    Stage.DRAFTING: Waiting(("enterprise",), _("Complete the application and submit it")),
    Stage.RETURNED: Waiting(("enterprise",), _("Answer the remarks and submit again")),
    Stage.CHECKING: Waiting(("acceptor",), _("Check the papers and the register")),
    Stage.VALUING: Waiting(("enterprise",), _("Have the patents appraised and name the report")),
    Stage.REVIEWING: Waiting(("acceptor",), _("Review the appraisal and state your own value")),
    Stage.GUARANTEEING: Waiting(("guarantor",), _("Decide on the guarantee")),
    Stage.REGUARANTEEING: Waiting(("reguarantor",), _("Confirm your part of the risk")),
    Stage.CREDITING: Waiting(("bank",), _("Enter the terms and decide on the credit")),
    Stage.CONTRACTING: Waiting(("enterprise", "bank", "guarantor"), _("Sign the contracts, then file the pledge")),
    Stage.FILING: Waiting(("pledgee",), _("Enter the registry's notice")),
    Stage.REGISTERED: Waiting(("bank",), _("Pay the loan out")),
    Stage.ACTIVE: Waiting(("enterprise",), _("Pay the next instalment")),
    Stage.WATCH: Waiting(("bank",), _("Look into the warning")),
    Stage.OVERDUE: Waiting(("enterprise",), _("Pay the arrears")),
    Stage.DEFAULTED: Waiting(("bank",), _("Decide how to go on after the default")),
    Stage.CLAIMING: Waiting(("bank", "guarantor"), _("Settle the claim")),
    Stage.SHARING: Waiting(("reguarantor",), _("Pay your share")),
    Stage.RECOVERING: Waiting(("guarantor", "bank"), _("Recover what was paid")),
    Stage.DISPOSING: Waiting(("pledgee",), _("Carry the sale on")),
    Stage.RELEASING: Waiting(("pledgee",), _("Release the pledge")),
    Stage.DECLINED: Waiting(("enterprise",), _("Choose another route or cancel")),
    Stage.WRITTEN_OFF: Waiting(("guarantor", "bank"), _("Keep the claim alive")),
}
NOBODY = Waiting((), _("Nothing is to be done"))


def waits_for(stage: Stage) -> Waiting:
    """Who has the case in a stage."""
    return WAITS.get(stage, NOBODY)


UNSIGNED = (Stage.VALUING, Stage.REVIEWING, Stage.GUARANTEEING, Stage.REGUARANTEEING, Stage.CREDITING, Stage.DECLINED)
UNBOUND = (Stage.DRAFTING, Stage.RETURNED, Stage.CHECKING, *UNSIGNED, Stage.CONTRACTING)


def is_offered(name: str, stage: Stage, *, frozen: bool) -> bool:
    """Whether a move of the case makes sense at a stage; the operation refuses it anyway where it does not."""
    wanted = {"cancel": stage in UNBOUND, "reroute": stage in UNSIGNED, "freeze": not frozen, "unfreeze": frozen}
    return wanted.get(name, True)


# ------------------------------------------------------------------ the steps that people see

@dataclass(frozen=True, slots=True)
class Step:
    """A line of the task list: the stages in which it is under way, and the routes that have it."""

    key: str
    label: Text
    stages: tuple[Stage, ...]
    routes: tuple[str, ...] = ("direct", "guaranteed", "reguaranteed")


STEPS = (
    Step("application", _("Application and papers"), (Stage.DRAFTING, Stage.RETURNED)),
    Step("check", _("Check of the papers"), (Stage.CHECKING,)),
    Step("appraisal", _("Appraisal of the patents"), (Stage.VALUING,)),
    Step("review", _("Review of the appraisal"), (Stage.REVIEWING,)),
    Step("guarantee", _("Guarantee"), (Stage.GUARANTEEING,), ("guaranteed", "reguaranteed")),
    Step("reguarantee", _("Re-guarantee"), (Stage.REGUARANTEEING,), ("reguaranteed",)),
    Step("credit", _("Credit decision of the bank"), (Stage.CREDITING,)),
    Step("contracts", _("Contracts signed"), (Stage.CONTRACTING,)),
    Step("pledge", _("Pledge registered"), (Stage.FILING,)),
    Step("payment", _("Loan paid out"), (Stage.REGISTERED,)),
    Step("repayment", _("Loan repaid"), (
        Stage.ACTIVE, Stage.WATCH, Stage.OVERDUE, Stage.DEFAULTED, Stage.CLAIMING, Stage.SHARING, Stage.RECOVERING, Stage.DISPOSING)),
    Step("release", _("Pledge released"), (Stage.RELEASING,)),
    Step("closing", _("Case closed"), (Stage.RELEASED,)),
)


def steps_of(route: str, stage: Stage, *, mine: bool) -> list[tuple[Step, str]]:
    """Each step of the route with its state: done, yours, waiting or todo."""
    rows = [step for step in STEPS if route in step.routes]
    place = next((index for index, step in enumerate(rows) if stage in step.stages), None)
    if stage == Stage.CLOSED:
        return [(step, "done") for step in rows]
    if place is None:
        return [(step, "closed") for step in rows]
    return [
        (step, "done" if index < place else "todo" if index > place else ("yours" if mine else "waiting"))
        for index, step in enumerate(rows)
    ]


# ------------------------------------------------------------------ subsidies

def subsidy_amount(base: Money, rate_pct: Decimal, *, cap: Money) -> Money:
    """The subsidised part of what was paid, half up, at most the cap."""
    return min(base.times(Fraction(rate_pct) / 100), cap, key=lambda amount: amount.minor)
