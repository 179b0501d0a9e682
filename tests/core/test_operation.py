"""The operation, the machine, the event chain and four eyes, on both databases."""

import pytest
from sqlalchemy import select

from exchange.core import approvals, events
from exchange.core.access import SYSTEM
from exchange.core.database import Proposed, WroteOutsideOperation, db, operation
from exchange.core.errors import Conflict, DomainError, Forbidden
from exchange.people.accounts.models import Organisation
from exchange.people.accounts.states import ORGANISATION
from tests import factories


@operation
def suspend_for_test(organisation, *, actor):
    with ORGANISATION.move(organisation, "suspend", actor):
        organisation.industry = "suspended"
    return organisation


@operation
def reinstate_for_test(organisation, *, actor):
    with ORGANISATION.move(organisation, "reinstate", actor):
        organisation.industry = ""
    return organisation


def chain() -> list[events.Event]:
    return list(db.session.scalars(select(events.Event).order_by(events.Event.seq)))


def test_a_move_writes_its_event_with_the_change(house):
    bank = factories.organisation("bank")
    clerk = factories.actor("exchange officer clerk")
    suspend_for_test(bank, actor=clerk)
    newest = chain()[-1]
    assert (newest.name, newest.from_state, newest.to_state, newest.outcome) == ("organisation.suspend", "active", "suspended", "done")
    assert newest.object_id == bank.public_id
    assert newest.hash == events.chain_hash(0, newest.seq, newest.prev, newest.payload)


def test_the_wrong_role_is_refused_before_the_wrong_state_and_both_are_recorded(house):
    bank, outsider = factories.organisation("bank"), factories.actor("bank officer")
    clerk = factories.actor("exchange officer clerk")
    with pytest.raises(Forbidden) as forbidden:
        reinstate_for_test(bank, actor=outsider)
    assert forbidden.value.code.name == "FORBIDDEN"
    with pytest.raises(Conflict) as early:
        reinstate_for_test(bank, actor=clerk)
    assert early.value.code.name == "WRONG_STATE"
    assert [(row.verb, row.outcome) for row in chain()[-2:]] == [("reinstate", "denied"), ("reinstate", "denied")]
    assert bank.state == "active"


def test_a_move_of_two_persons_waits_for_another_person(house):
    home = factories.organisation("exchange")
    maker, checker = (factories.actor("exchange officer clerk", organisation=home) for _ in range(2))
    bank = suspend_for_test(factories.organisation("bank"), actor=maker)
    with pytest.raises(Proposed) as proposed:
        reinstate_for_test(bank, actor=maker)
    assert (bank.state, bank.industry) == ("suspended", "suspended")
    with pytest.raises(Forbidden) as same:
        approvals.confirm_approval(proposed.value.approval_id, actor=maker)
    assert same.value.code.name == "SECOND_PERSON_NEEDED"
    with pytest.raises(DomainError) as twice:
        reinstate_for_test(bank, actor=maker)
    assert twice.value.code.name == "APPROVAL_PENDING"
    assert [each.verb for each in approvals.waiting_for(checker)] == ["reinstate"]
    approvals.confirm_approval(proposed.value.approval_id, actor=checker)
    assert (bank.state, bank.industry) == ("active", "")


def test_a_changed_subject_voids_the_proposal(house):
    home = factories.organisation("exchange")
    maker, checker = (factories.actor("exchange officer clerk", organisation=home) for _ in range(2))
    bank = suspend_for_test(factories.organisation("bank"), actor=maker)
    with pytest.raises(Proposed) as proposed:
        reinstate_for_test(bank, actor=maker)

    @operation
    def edit():
        bank.district = "futian"

    edit()
    with pytest.raises(Conflict) as stale:
        approvals.confirm_approval(proposed.value.approval_id, actor=checker)
    assert stale.value.code.name == "APPROVAL_STALE"
    assert bank.state == "suspended"
    assert db.session.scalar(select(approvals.Approval.decision)) == "void"


def test_writing_outside_an_operation_is_refused(house):
    bank = factories.organisation("bank")
    bank.name = "elsewhere"
    with pytest.raises(WroteOutsideOperation):
        db.session.flush()
    db.session.rollback()
    assert db.session.get_one(Organisation, bank.id).name == bank.name != "elsewhere"


def test_a_state_set_without_a_move_is_refused(house):
    bank = factories.organisation("bank")

    @operation
    def force():
        bank.state = "closed"

    with pytest.raises(WroteOutsideOperation):
        force()
    assert bank.state == "active"


def test_an_exception_undoes_the_whole_operation(house):
    bank = factories.organisation("bank")

    @operation
    def half():
        suspend_for_test(bank, actor=clerk)
        raise ValueError("half-way")

    clerk = factories.actor("exchange officer clerk")
    before = len(chain())
    with pytest.raises(ValueError, match="half-way"):
        half()
    assert (bank.state, len(chain())) == ("active", before)


def test_the_history_refuses_change(house):
    factories.organisation("bank")
    with pytest.raises(Exception, match="append_only"), db.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE event SET verb = 'x'")
    assert SYSTEM.is_system


def test_beyond_sixty_refusals_a_minute_only_their_count_is_written(house, monkeypatch):
    bank, outsider = factories.organisation("bank"), factories.actor("bank officer")
    monkeypatch.setattr(events, "DENIALS_A_MINUTE", 2)
    for _number in range(5):
        with pytest.raises(Forbidden):
            suspend_for_test(bank, actor=outsider)
    assert [row.outcome for row in chain()].count("denied") == 2
    events._denials[outsider.public_id].clear()
    with pytest.raises(Forbidden):
        suspend_for_test(bank, actor=outsider)
    assert b'"unwritten":3' in chain()[-1].payload
