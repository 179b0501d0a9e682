"""Several small reads in one statement: the same rows in the same order as each read alone, on both databases."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import bindparam, select

from exchange.core.database import Together, db, filled, part
from exchange.people.accounts.models import Member, Organisation, Person
from tests.factories import member, organisation


def parts() -> dict[str, Any]:
    of = bindparam("organisation_id", type_=Member.organisation_id.type)
    return {
        "members": part(select(Member).where(Member.organisation_id == of), Member.grade.desc(), Member.id),
        "officers": part(select(Member).where(Member.organisation_id == of, Member.grade == "officer"), Member.id),
        "first": part(select(Person).join(Member).where(Member.organisation_id == of), Person.id, most=1),
        "house": part(select(Organisation).where(Organisation.id == of), Organisation.id),
    }


def test_parts_read_together_are_the_rows_of_each_read_alone(house: Any, statements: Callable[[], Any]) -> None:
    bank, other = organisation("bank"), organisation("bank")
    people = [member(bank, grade) for grade in ("officer", "viewer", "officer", "approver")]
    member(other, "officer")
    known = [each.id for each in people]
    db.session.rollback()
    together = Together(parts)
    with statements() as said:
        found = together.read(organisation_id=bank.id)
    assert len([read for read in said.reads if "together" in read]) == 1
    assert [row.id for row in found["members"]] == [known[1], known[0], known[2], known[3]]
    assert [row.id for row in found["officers"]] == [known[0], known[2]]
    assert found["officers"][0] is found["members"][1]
    assert [row.name for row in found["first"]] == [people[0].person.name]
    assert found["house"] == [bank]
    assert [row.organisation_id for row in together.read(organisation_id=other.id)["members"]] == [other.id]


def test_nothing_found_gives_empty_parts(house: Any) -> None:
    assert Together(parts).read(organisation_id=-1) == {"members": [], "officers": [], "first": [], "house": []}


def test_relations_are_filled_in_one_statement(house: Any, statements: Callable[[], Any]) -> None:
    one = member(organisation("bank"), "officer")
    person_id, house_id = one.person_id, one.organisation_id
    db.session.rollback()
    db.session.refresh(one, ["version", "person_id", "organisation_id"])
    db.session.expire(one, ["person", "organisation"])
    with statements() as said:
        filled(one, Member.person, Member.organisation)
        assert (one.person.id, one.organisation.id) == (person_id, house_id)
        filled(one, Member.person, Member.organisation)
    assert len(said.reads) == 1
