"""A patent comes into the registry by proof, is deposited, burdened and freed."""

from __future__ import annotations

from datetime import date

import pytest

from exchange.core import approvals
from exchange.core.database import db
from exchange.core.errors import Conflict, DomainError, Faults, Forbidden, Invalid
from exchange.core.money import yuan
from exchange.registers.patents import operations, queries
from exchange.registers.patents.models import Encumbrance, Patent
from exchange.registers.patents.rules.gates import ActorFacts
from exchange.registers.patents.rules.shares import OwnerShare
from exchange.registers.patents.states import LegalStatus, Use
from tests import factories
from tests.features.patents import making


@pytest.fixture
def owner(house, clock):
    return factories.actor("enterprise officer", organisation=making.holder("enterprise", name="演示甲公司"))


@pytest.fixture
def registrars(house, clock):
    return making.desk(making.exchange())


@pytest.fixture
def pledgee(house, clock):
    return factories.actor("bank officer")


def refused(call, code):
    """The refusal of a call, which must bear the code."""
    with pytest.raises(DomainError) as caught:
        call()
    assert caught.value.code.name == code
    return caught.value


def pledge(actor, patent, pledgee, *, kind="pledge", reference="P-1"):
    return operations.place_encumbrance(
        actor, patent.id, kind=kind, source="pledges", reference=reference, begins_on=making.TODAY,
        holder_organisation_id=pledgee.organisation_id, holder_name=pledgee.organisation_name,
    )


def test_a_draft_takes_any_spelling_of_its_number_and_knows_its_term(owner):
    number = making.demo_number()
    patent = making.drafted(owner, application_number=f"ZL {number}")
    assert patent.application_number == f"CN{number}"
    assert patent.type == "invention"
    assert patent.expires_on == date(2041, 3, 2)
    assert patent.state == "draft"
    assert patent.status is LegalStatus.UNKNOWN


def test_a_mistyped_number_is_refused_with_the_field(owner):
    number = making.demo_number()
    wrong = number[:-1] + ("1" if number[-1] != "1" else "2")
    refusal = refused(lambda: making.drafted(owner, application_number=wrong), "PATENT_NUMBER_INVALID")
    assert refusal.field == "application_number"
    assert refusal.details["reason"] == "CN_CHECK_DIGIT"
    assert db.session.query(Patent).count() == 0


def test_only_demonstration_organisations_use_demonstration_numbers(house, clock):
    actor = factories.actor("enterprise officer")
    refused(lambda: making.drafted(actor), "CN_DEMO_NUMBER")


def test_an_organisation_enters_a_number_once(owner):
    patent = making.drafted(owner)
    refused(lambda: making.drafted(owner, application_number=patent.application_number), "PATENT_NUMBER_TAKEN")


def test_submission_names_everything_that_is_missing_at_once(owner):
    patent = making.drafted(owner, title_zh="", title_en="", filing_on=None, grant_on=None)
    with pytest.raises(Faults) as caught:
        operations.submit_patent(owner, patent.id)
    assert [(one.code.name, one.field) for one in caught.value.faults] == [
        ("MISSING_FIELD", "title_zh"), ("MISSING_FIELD", "filing_on"), ("PROOF_MISSING", "proof"),
    ]
    assert queries.get_patent(patent.id).state == "draft"


def test_a_proven_patent_is_registered_and_in_force_by_its_register_copy(owner, registrars):
    patent = making.registered(owner, registrars)
    assert patent.state == "registered"
    assert patent.status is LegalStatus.IN_FORCE
    assert patent.legal_status_on == making.GRANTED
    assert [(share.holder_name, str(share.fraction)) for share in patent.current_shares] == [("演示甲公司", "1")]
    picture = queries.rights_picture(patent.id, making.TODAY)
    assert picture.annuity.status == "paid"
    assert picture.annuity.next_due == date(2027, 3, 2)


def test_without_accepted_proof_nothing_is_registered(owner, registrars):
    patent = making.drafted(owner)
    operations.submit_proof(owner, patent.id, kind="certificate", holder_name="演示甲公司", issued_on=making.GRANTED)
    operations.submit_patent(owner, patent.id)
    refused(lambda: operations.register_patent(registrars[0], patent.id), "PROOF_MISSING")
    assert queries.get_patent(patent.id).state == "submitted"


def test_a_proof_in_another_name_needs_a_note(owner, registrars):
    patent = making.drafted(owner)
    proof = operations.submit_proof(owner, patent.id, kind="certificate", holder_name="演示旧名公司", issued_on=making.GRANTED)
    operations.accept_proof(registrars[0], proof.id)
    operations.submit_patent(owner, patent.id)
    refused(lambda: operations.register_patent(registrars[1], patent.id), "HOLDER_NAME_DIFFERS")
    operations.register_patent(registrars[1], patent.id, name_note="更名通知书已核对")
    assert queries.get_patent(patent.id).state == "registered"


def test_one_number_is_registered_once(owner, registrars):
    patent = making.registered(owner, registrars)
    other = factories.actor("research officer", organisation=making.holder("research"))
    twin = making.drafted(other, application_number=patent.application_number)
    making.proven(other, twin, registrars[0])
    operations.submit_patent(other, twin.id)
    refused(lambda: operations.register_patent(registrars[1], twin.id), "PATENT_REGISTERED_ELSEWHERE")


def test_a_computed_check_digit_must_be_compared_by_a_second_registrar(owner, registrars):
    number = making.demo_number()
    patent = making.drafted(owner, application_number=number.split(".")[0])
    assert patent.check_digit_source == "computed"
    making.proven(owner, patent, registrars[0])
    operations.submit_patent(owner, patent.id)
    refused(lambda: operations.register_patent(registrars[0], patent.id, digit_compared=True), "SECOND_PERSON_NEEDED")
    refused(lambda: operations.register_patent(registrars[1], patent.id), "PATENT_IMPORTED_CHECK")
    operations.register_patent(registrars[1], patent.id, digit_compared=True)
    assert queries.get_patent(patent.id).check_digit_source == "confirmed"


def test_holders_cannot_register_their_own_patent(owner):
    patent = making.drafted(owner)
    operations.submit_proof(owner, patent.id, kind="certificate", holder_name="演示甲公司", issued_on=making.GRANTED)
    operations.submit_patent(owner, patent.id)
    with pytest.raises(Forbidden):
        operations.register_patent(owner, patent.id)
    assert queries.get_patent(patent.id).state == "submitted"


def test_a_patent_is_closed_to_other_organisations(owner, registrars):
    patent = making.registered(owner, registrars)
    stranger = factories.actor("enterprise officer")
    refused(lambda: queries.find_patent(stranger, patent.public_id), "NOT_FOUND")
    refused(lambda: queries.find_patent(None, patent.public_id), "NOT_FOUND")
    operations.publish_patent(owner, patent.id, published=True)
    assert queries.find_patent(None, patent.public_id).id == patent.id


def test_custody_needs_two_registrars_and_gets_a_number(owner, registrars):
    patent = making.registered(owner, registrars)
    custody = operations.draft_custody(owner, patent.id)
    operations.submit_custody(owner, custody.id, agreed=True)
    from exchange.core.database import Proposed

    with pytest.raises(Proposed) as proposed:
        operations.verify_custody(registrars[0], custody.id)
    assert queries.get_custody(custody.id).state == "submitted"
    refused(lambda: approvals.confirm_approval(proposed.value.approval_id, actor=registrars[0]), "SECOND_PERSON_NEEDED")
    approvals.confirm_approval(proposed.value.approval_id, actor=registrars[1])
    verified = queries.get_custody(custody.id)
    assert (verified.state, verified.number) == ("verified", "TG-2026-000001")


def test_a_stale_register_copy_keeps_a_patent_out_of_custody(owner, registrars):
    patent = making.registered(owner, registrars, taken_on=date(2026, 11, 17))
    custody = operations.draft_custody(owner, patent.id)
    operations.submit_custody(owner, custody.id, agreed=True)
    refusal = refused(lambda: operations.verify_custody(registrars[0], custody.id), "REGISTER_STALE")
    assert refusal.details["limit"] == 7


def test_a_patent_carries_one_live_pledge(owner, registrars, pledgee):
    patent = making.registered(owner, registrars)
    first = pledge(pledgee, patent, pledgee, kind="pledge_filed")
    refused(lambda: pledge(pledgee, patent, pledgee, reference="P-2"), "PATENT_ALREADY_PLEDGED")
    operations.lift_encumbrance(pledgee, first.id, on=making.TODAY, basis="registered")
    registered = pledge(pledgee, patent, pledgee)
    assert queries.live_pledge(patent.id).id == registered.id
    assert db.session.query(Encumbrance).count() == 3


def test_the_database_itself_holds_one_live_pledge(owner, registrars, pledgee, monkeypatch):
    patent = making.registered(owner, registrars)
    pledge(pledgee, patent, pledgee)
    from exchange.registers.patents.operations import encumbrances

    monkeypatch.setattr(encumbrances, "live_pledge", lambda _id: None)
    refused(lambda: pledge(pledgee, patent, pledgee, reference="P-2"), "PATENT_ALREADY_PLEDGED")


def test_an_encumbrance_ends_once_and_is_never_edited(owner, registrars, pledgee):
    patent = making.registered(owner, registrars)
    row = pledge(pledgee, patent, pledgee)
    operations.lift_encumbrance(pledgee, row.id, on=making.TODAY, basis="paid")
    refused(lambda: operations.lift_encumbrance(pledgee, row.id, on=making.TODAY, basis="again"), "ENCUMBRANCE_ENDED")
    from exchange.core.database import operation

    @operation
    def rewrite_history(encumbrance_id):
        queries.get_encumbrance(encumbrance_id).reference = "forged"

    with pytest.raises(Exception, match="append_only"):
        rewrite_history(row.id)


def test_only_the_consent_of_the_present_pledgee_frees_a_use(owner, registrars, pledgee):
    patent = making.registered(owner, registrars)
    row = pledge(pledgee, patent, pledgee)
    assert [one.code for one in queries.check_disposition(patent.id, Use.TRANSFER)] == ["PLEDGEE_CONSENT_REQUIRED"]
    refused(
        lambda: operations.record_consent(factories.actor("bank officer"), patent.id, encumbrance_id=row.id, uses=["transfer"]),
        "FORBIDDEN",
    )
    consent = operations.record_consent(
        pledgee, patent.id, encumbrance_id=row.id, uses=["transfer"], floor=yuan("1000000.00"), valid_until=date(2027, 1, 31),
    )
    assert queries.check_disposition(patent.id, Use.TRANSFER, price=yuan("1000000.00")) == ()
    below = queries.check_disposition(patent.id, Use.TRANSFER, price=yuan("999999.99"))
    assert [one.code for one in below] == ["BELOW_CONSENT_FLOOR"]
    licence = queries.check_disposition(patent.id, Use.EXCLUSIVE_LICENCE)
    assert [one.code for one in licence] == ["PLEDGEE_CONSENT_REQUIRED"]
    operations.use_consent(owner, consent.id, relied_on_by="listing-1")
    refused(lambda: operations.revoke_consent(pledgee, consent.id), "CONSENT_RELIED_ON")


def test_the_gates_of_a_listing_are_all_told_at_once(owner, registrars, pledgee):
    patent = making.registered(owner, registrars, filing_on=date(2021, 9, 15), paid_to_year=5, seized=True)
    pledge(pledgee, patent, pledgee)
    findings = queries.gate_findings(
        [patent.id], purpose="listing_approve", mode=Use.TRANSFER, facts=ActorFacts(disclosed=frozenset()),
    )
    assert [(one.gate, one.code) for one in findings] == [
        ("G1", "CUSTODY_REQUIRED"), ("G1", "ANNUITY_OVERDUE"), ("G2", "RIGHTS_SEIZED"), ("G3", "PLEDGEE_CONSENT_REQUIRED"),
        ("G7", "BURDEN_NOT_SHOWN"),
    ]


def test_an_unknown_paid_to_year_blocks_a_pledge_but_only_warns_a_listing(owner, registrars):
    patent = making.registered(owner, registrars, paid_to_year=None)
    as_pledge = queries.gate_findings([patent.id], purpose="pledge", mode=Use.PLEDGE)
    assert [(one.code, one.level) for one in as_pledge] == [("ANNUITY_OVERDUE", "refuse")]
    making.in_custody(owner, patent, registrars)
    as_listing = queries.gate_findings([patent.id], purpose="listing_approve", mode=Use.TRANSFER)
    assert [(one.code, one.level) for one in as_listing] == [("ANNUITY_OVERDUE", "warn")]


def test_every_other_owner_must_consent_to_a_transfer(owner, registrars):
    partner = factories.actor("research officer", organisation=making.holder("research", name="演示乙大学"))
    patent = making.drafted(owner)
    making.proven(owner, patent, registrars[0])
    operations.state_shares(owner, patent.id, shares=[
        OwnerShare(owner.organisation_id, "演示甲公司", making.part("2/3")),
        OwnerShare(partner.organisation_id, "演示乙大学", making.part("1/3")),
    ])
    other = operations.submit_proof(partner, patent.id, kind="coownership", holder_name="演示乙大学", issued_on=making.GRANTED)
    operations.accept_proof(registrars[0], other.id)
    operations.submit_patent(owner, patent.id)
    operations.record_register_copy(
        registrars[0], patent.id, status="in_force", paid_to_year=6, taken_on=making.TODAY, holders=("演示甲公司", "演示乙大学"),
    )
    operations.register_patent(registrars[1], patent.id)
    ask = lambda: [one.code for one in queries.gate_findings([patent.id], purpose="pledge", mode=Use.PLEDGE)]
    assert ask() == ["COOWNER_CONSENT_REQUIRED"]
    operations.give_coowner_consent(partner, patent.id, act="pledge")
    assert ask() == []


def test_shares_of_thirds_written_as_percent_are_refused(owner):
    patent = making.drafted(owner)
    shares = [OwnerShare(owner.organisation_id, f"演示{n}", making.part("33.33%")) for n in "甲乙丙"]
    refusal = refused(lambda: operations.state_shares(owner, patent.id, shares=shares), "SHARES_SUM")
    assert refusal.details["hint"] == "1/3"
    assert queries.shares_on(patent.id) == ()


def test_a_recorded_transfer_moves_the_entry_its_shares_and_its_custody(owner, registrars):
    patent = making.registered(owner, registrars)
    making.in_custody(owner, patent, registrars)
    buyer = factories.actor("enterprise officer", organisation=making.holder("enterprise", name="演示丙公司"))
    operations.transfer_shares(
        registrars[0], patent.id, from_organisation_id=owner.organisation_id, to_organisation_id=buyer.organisation_id,
        basis="deal", on=making.TODAY,
    )
    assert queries.get_patent(patent.id).organisation_id == buyer.organisation_id
    assert [(one.name, one.fraction) for one in queries.shares_on(patent.id, making.TODAY)] == [("演示丙公司", 1)]
    assert [(one.name, one.fraction) for one in queries.shares_on(patent.id, date(2026, 11, 24))] == [("演示甲公司", 1)]
    assert queries.live_custody(patent.id, owner.organisation_id) is None
    assert queries.live_custody(patent.id, buyer.organisation_id).state == "draft"


def test_a_pledged_patent_is_not_transferred_without_consent(owner, registrars, pledgee):
    patent = making.registered(owner, registrars)
    pledge(pledgee, patent, pledgee)
    buyer = making.holder("enterprise")
    refused(
        lambda: operations.transfer_shares(
            registrars[0], patent.id, from_organisation_id=owner.organisation_id, to_organisation_id=buyer.id, basis="deal",
            on=making.TODAY,
        ),
        "PLEDGEE_CONSENT_REQUIRED",
    )
    assert queries.get_patent(patent.id).organisation_id == owner.organisation_id


def test_annuities_are_paid_in_order_with_their_surcharge(owner, registrars):
    patent = making.registered(owner, registrars, filing_on=date(2021, 8, 31), paid_to_year=5)
    assert patent.status is LegalStatus.IN_GRACE
    pay = lambda year, day, amount: operations.record_annuity_payment(
        owner, patent.id, year_no=year, paid_on=day, amount=yuan(amount),
    )
    refused(lambda: pay(7, making.TODAY, "2000.00"), "ANNUITY_ORDER")
    refused(lambda: pay(5, making.TODAY, "2000.00"), "ANNUITY_PAID")
    refusal = refused(lambda: pay(6, date(2026, 10, 31), "1259.99"), "ANNUITY_SHORT")
    assert str(refusal.details["fee"]) == "1260.00"
    assert str(refused(lambda: pay(6, date(2026, 11, 1), "1.00"), "ANNUITY_SHORT").details["fee"]) == "1320.00"
    pay(6, date(2026, 10, 31), "1260.00")
    now = queries.get_patent(patent.id)
    assert (now.status, now.annuity_paid_to_year) == (LegalStatus.IN_FORCE, 6)


def test_a_right_whose_grace_has_ended_is_not_registered_as_living(owner, registrars):
    refusal = refused(lambda: making.registered(owner, registrars, paid_to_year=5), "PATENT_NOT_IN_FORCE")
    assert refusal.details["date"] == date(2026, 3, 2)


def test_an_invalidation_counts_from_the_filing_day(owner, registrars):
    patent = making.registered(owner, registrars)
    operations.record_legal_event(registrars[0], patent.id, code="IW01", effective_on=date(2026, 11, 1))
    now = queries.get_patent(patent.id)
    assert (now.status, now.legal_status_on) == (LegalStatus.INVALIDATED, making.FILED)
    assert queries.in_force_interval(patent.id) is None
    refused(
        lambda: operations.record_legal_event(registrars[0], patent.id, code="IW01", effective_on=date(2026, 11, 1)),
        "EVENT_DUPLICATE",
    )


def test_a_pledge_of_the_register_is_lifted_by_its_own_reference_only(owner, registrars):
    patent = making.registered(owner, registrars)
    record = lambda code, reference: operations.record_legal_event(
        registrars[0], patent.id, code=code, effective_on=date(2026, 11, 2), register_reference=reference,
    )
    record("PE01", "Y2026980000001")
    record("PC01", "Y2026980000002")
    assert queries.live_pledge(patent.id).reference == "Y2026980000001"
    assert queries.get_patent(patent.id).needs_review
    record("PC01", "Y2026980000001")
    assert queries.live_pledge(patent.id) is None


def test_one_process_disposes_of_a_patent_at_a_time(owner, registrars):
    patent = making.registered(owner, registrars)
    operations.take_claim(owner, patent.id, process="listing", reference="L-1")
    refused(lambda: operations.take_claim(owner, patent.id, process="listing", reference="L-2"), "PATENT_HAS_LIVE_PROCESS")
    operations.pass_claim(owner, patent.id, process="deal", reference="D-1", from_reference="L-1")
    assert operations.release_claim(owner, patent.id, reference="L-1") is False
    assert operations.release_claim(owner, patent.id, reference="D-1") is True
    assert queries.live_claim(patent.id) is None


def test_a_licence_that_overlaps_an_exclusive_one_is_refused(owner, registrars):
    from exchange.registers.patents.rules.licences import Box

    patent = making.registered(owner, registrars)
    south = Box(frozenset(("CN/44",)), frozenset(("C39",)), date(2026, 12, 1), date(2028, 11, 30))
    place = lambda box, kind: operations.place_encumbrance(
        owner, patent.id, kind="licence", source="declared", reference="X", begins_on=date(2026, 12, 1), licence_kind=kind, box=box,
    )
    place(south, "exclusive")
    refused(lambda: place(Box(frozenset(("CN",)), frozenset(("*",)), date(2027, 1, 1), date(2027, 12, 31)), "ordinary"), "RIGHTS_CONFLICT")
    place(Box(frozenset(("CN/31",)), frozenset(("*",)), date(2027, 1, 1), date(2027, 12, 31)), "ordinary")
    refused(lambda: place(Box(frozenset(("US",))), "ordinary"), "TERRITORY_OUTSIDE_PATENT")
    assert len(queries.encumbrances(patent.id)) == 2


def test_invalid_input_of_a_consent_is_named(owner, registrars, pledgee):
    patent = making.registered(owner, registrars)
    row = pledge(pledgee, patent, pledgee)
    with pytest.raises(Invalid) as caught:
        operations.record_consent(pledgee, patent.id, encumbrance_id=row.id, uses=["transfer"], valid_until=date(2028, 1, 1))
    assert caught.value.field == "valid_until"
    refusal = operations.record_consent(pledgee, patent.id, encumbrance_id=row.id, uses=["transfer"], granted=False)
    with pytest.raises(Conflict):
        operations.use_consent(pledgee, refusal.id, relied_on_by="listing-1")
