"""The table of notices: event → audience (a party of the event), urgency, sentence.

Events are named, never imported: a lower room does not learn who acts above it. A sentence may use ``{number}`` and
``{actor}``; more is not said, because the reader may lose the right to see the thing before the letter arrives.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from exchange.core.text import Text, _

MUST, DEADLINE, INFORM = "must_act", "deadline", "for_information"


@dataclass(frozen=True)
class Notice:
    """Who is told of an event, how urgently, and in which words."""

    parties: tuple[str, ...]
    urgency: str
    sentence: Text


def told(parties: str, urgency: str, sentence: str) -> Notice:
    """A row of the table; parties are blank-separated."""
    return Notice(tuple(parties.split()), urgency, Text(sentence))


NOTICES: Mapping[str, Notice] = {
    "custody.submit": told("exchange", MUST, _("A patent waits for the check of its ownership.")),
    "custody.verify": told("holder owner", INFORM, _("Your patent is in custody now.")),
    "custody.return": told("holder owner", MUST, _("The registrar sent a custody request back; see what is missing.")),
    "listing.submit": told("exchange", MUST, _("A listing waits for review.")),
    "listing.approve": told("holder owner", INFORM, _("Your listing was approved.")),
    "listing.reject": told("holder owner", MUST, _("Your listing needs changes before it can open.")),
    "offer.make": told("holder seller", MUST, _("You received an offer.")),
    "offer.counter": told("holder seller buyer", MUST, _("The other side made a counter-offer.")),
    "offer.accept": told("holder seller buyer", INFORM, _("An offer was accepted; a deal is open.")),
    "offer.decline": told("holder seller buyer", INFORM, _("An offer was declined.")),
    "deal.open": told("holder seller buyer", MUST, _("A deal is open; its terms come next.")),
    "appraisal.commission": told("institution", MUST, _("You were asked for an appraisal.")),
    "appraisal.accept": told("client owner", INFORM, _("The appraiser accepted your commission.")),
    "appraisal.decline": told("client owner", INFORM, _("The appraiser declined your commission.")),
    "appraisal.issue": told("client owner", INFORM, _("Your appraisal report has been issued.")),
    "appraisal.withdraw": told("client owner reader", MUST, _("An appraisal report was withdrawn.")),
    "appraisal_review.query": told("institution", MUST, _("A reader of your report asks a question.")),
    "appraisal_review.answer": told("reader", MUST, _("The appraiser answered your question.")),
    "appraisal_review.accept": told("client institution", INFORM, _("A lender accepted the appraisal report.")),
    "scorecard.commission": told("scorer", MUST, _("You were asked to score patents for an inclusive loan.")),
    "scorecard.submit": told("scorer", MUST, _("A scorecard waits for its second signatory.")),
    "scorecard.return": told("scorer", MUST, _("A scorecard was sent back to its scorer.")),
    "scorecard.decline": told("client owner", INFORM, _("The scorer declined your commission.")),
    "scorecard.issue": told("client owner", INFORM, _("Your scorecard has been issued.")),
    "scorecard.withdraw": told("client owner reader", MUST, _("A scorecard was withdrawn.")),
    "appraisal_batch.finish": told("owner", INFORM, _("Your batch of patents has been computed.")),
    "appraisal_batch.fail": told("owner", MUST, _("The computation of your batch of patents was refused.")),
    "case.submit": told("guarantor bank", MUST, _("A new application for pledge financing waits for you.")),
    "case.accept": told("client enterprise owner", INFORM, _("Your application was accepted.")),
    "case.return": told("client enterprise owner", MUST, _("Your application needs more papers.")),
    "guarantee.apply": told("guarantor", MUST, _("A guarantee waits for your decision.")),
    "reguarantee.request": told("reguarantor", MUST, _("A re-guarantee waits for your confirmation.")),
    "case.contracts": told("enterprise bank guarantor", MUST, _("The contracts of a loan wait for your signature.")),
    "case.close": told("enterprise bank guarantor reguarantor", INFORM, _("A financing case was closed.")),
    "guarantee.approve": told("client enterprise bank", INFORM, _("The guarantor approved the guarantee.")),
    "guarantee.decline": told("client enterprise bank", INFORM, _("The guarantor declined the guarantee.")),
    "reguarantee.approve": told("guarantor bank", INFORM, _("The re-guarantor confirmed its share.")),
    "loan.approve": told("borrower guarantor", INFORM, _("The bank approved the loan.")),
    "loan.disburse": told("borrower guarantor", INFORM, _("The loan was paid out.")),
    "loan.close": told("borrower guarantor pledgee", INFORM, _("The loan is paid in full.")),
    "loan.miss": told("borrower guarantor", MUST, _("An instalment is overdue.")),
    "pledge.draft": told("pledgor", MUST, _("A pledge contract waits for your signature.")),
    "pledge.register": told("pledgor pledgee", INFORM, _("The pledge was registered.")),
    "pledge.release": told("pledgor", INFORM, _("The release of the pledge was filed.")),
    "pledge.confirm": told("pledgor", INFORM, _("The pledge was released.")),
    "evidence.submit": told("regulator exchange", MUST, _("Evidence of use waits for review.")),
    "evidence.accept": told("owner claimant", INFORM, _("Your evidence of use was accepted.")),
    "evidence.reject": told("owner claimant", MUST, _("Your evidence of use was rejected; see the reason.")),
    "measure.remind": told("lead responsible", DEADLINE, _("A measure of the programme falls due soon.")),
    "measure.overdue": told("lead responsible support", DEADLINE, _("A measure of the programme is due or overdue.")),
}
