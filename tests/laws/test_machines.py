"""Every machine, row by row: who may make which move, when, and that a refusal changes nothing."""

import itertools
from dataclasses import dataclass, field
from typing import Any

import pytest

from exchange.core.access import DESKS, GRADES, KINDS, SYSTEM, Actor, Confirmation, Who
from exchange.core.errors import DomainError
from exchange.core.states import MACHINES, START, Machine, Move
from tests.laws.declared import import_everything

import_everything()
OWN, OTHER = 1, 2
NOUNS = sorted(MACHINES)


@dataclass
class Thing:
    """The least that a machine needs: a state and parties."""

    state: str
    named: dict[str, frozenset[int]] = field(default_factory=dict)

    def parties(self) -> dict[str, frozenset[int]]:
        return self.named


def actor(kind: str, grade: str, *, desk: str = "", organisation: int = OWN, marks: frozenset[str] = frozenset(), stepped_up: bool = True) -> Actor:
    return Actor(
        user_id=7, public_id="p", name="N", identity="i", organisation_id=organisation, organisation_public_id="o", organisation_name="O",
        kind=kind, grade=grade, desk=desk, marks=marks, stepped_up=stepped_up,
    )


def roles(machine: Machine) -> list[Actor]:
    """Everybody who might ask: each kind and grade, the desks of the exchange, the marks that the machine speaks of."""
    marks = {clause.mark for row in machine.moves for clause in row.by.clauses}
    plain = [actor(kind, grade, marks=frozenset({mark} - {""})) for kind, grade in itertools.product(KINDS, GRADES) for mark in {"", *marks}]
    desks = [actor("exchange", grade, desk=desk) for grade, desk in itertools.product(GRADES, DESKS)]
    return [*plain, *desks, SYSTEM]


def party_names(machine: Machine) -> set[str]:
    return {clause.party for row in machine.moves for who in (row.by, row.second) if who for clause in who.clauses if clause.party} | {"owner"}


def thing_in(machine: Machine, state: str, *, own: bool) -> Any:
    organisation = frozenset({OWN if own else OTHER})
    thing = Thing("", dict.fromkeys(party_names(machine), organisation))
    setattr(thing, machine.attribute, state)
    return thing


def fits(who: Who, asking: Actor, *, own: bool) -> bool:
    """Say anew, from the row's words alone, whether somebody is entitled."""
    if who.anyone:
        return True
    for clause in who.clauses:
        if clause.system or asking.is_system:
            if clause.system and asking.is_system:
                return True
            continue
        words = (
            not clause.kinds or asking.kind in clause.kinds,
            not clause.grades or asking.grade in clause.grades,
            not clause.desk or asking.desk == clause.desk,
            not clause.mark or clause.mark in asking.marks,
            not clause.party or own,
        )
        if all(words):
            return True
    return False


def expected(machine: Machine, name: str, state: str, asking: Actor, *, own: bool) -> str:
    """What the rows say: allowed, not for you, or not now."""
    entitled = [row for row in machine.rows(name) if fits(row.by, asking, own=own)]
    if not entitled:
        return "403"
    return "allowed" if any(state in row.sources for row in entitled) else "409"


def answer(machine: Machine, name: str, state: str, asking: Actor, *, own: bool) -> str:
    thing = thing_in(machine, state, own=own)
    targets = {row.target for row in machine.rows(name) if state in row.sources}
    try:
        machine.check(thing, name, asking, to=sorted(targets)[0] if len(targets) > 1 else None)
    except DomainError as refusal:
        assert getattr(thing, machine.attribute) == state
        return str(refusal.status)
    return "allowed"


@pytest.mark.parametrize("noun", NOUNS)
def test_each_move_is_open_to_whom_its_row_names_and_to_nobody_else(noun: str) -> None:
    machine = MACHINES[noun]
    wrong = []
    states = [START, *map(str, machine.states)]
    for name, state, asking, own in itertools.product(sorted({row.name for row in machine.moves}), states, roles(machine), (True, False)):
        several = {row.target for row in machine.rows(name) if state in row.sources}
        if len(several) > 1:
            continue  # judged target by target below
        got, said = answer(machine, name, state, asking, own=own), expected(machine, name, state, asking, own=own)
        if got != said:
            wrong.append((name, state, asking.kind, asking.grade, asking.desk, own, got, said))
    assert wrong == []


@pytest.mark.parametrize("noun", NOUNS)
def test_each_target_of_a_forked_move_is_judged_by_its_own_row(noun: str) -> None:
    machine = MACHINES[noun]
    wrong = []
    for row, asking, own in itertools.product(machine.moves, roles(machine), (True, False)):
        for state in row.sources:
            allowed = any(fits(other.by, asking, own=own) for other in machine.rows(row.name) if state in other.sources and other.target == row.target)
            try:
                machine.check(thing_in(machine, state, own=own), row.name, asking, to=row.target)
                got = True
            except DomainError:
                got = False
            if got != allowed:
                wrong.append((row.name, state, row.target, asking.kind, asking.grade, own, got))
    assert wrong == []


@pytest.mark.parametrize("noun", NOUNS)
def test_a_refusal_leaves_the_state(noun: str) -> None:
    machine = MACHINES[noun]
    stranger = actor("investor", "viewer", organisation=99)
    for row in machine.moves:
        for state in map(str, machine.states):
            thing = thing_in(machine, state, own=False)
            if fits(row.by, stranger, own=False):
                continue
            with pytest.raises(DomainError), machine.move(thing, row.name, stranger):
                raise AssertionError("the body of a refused move ran")
            assert getattr(thing, machine.attribute) == state


@pytest.mark.parametrize("noun", NOUNS)
def test_a_move_that_needs_a_fresh_factor_refuses_without_it(noun: str) -> None:
    machine = MACHINES[noun]
    for row in machine.moves:
        if not row.step_up:
            continue
        for asking in roles(machine):
            tired = actor(asking.kind, asking.grade, desk=asking.desk, marks=asking.marks, stepped_up=False)
            if asking.is_system or not fits(row.by, tired, own=True):
                continue
            with pytest.raises(DomainError) as refusal:
                machine.check(thing_in(machine, row.sources[0], own=True), row.name, tired, to=row.target)
            assert refusal.value.code.name == "STEP_UP_NEEDED"


@pytest.mark.parametrize("noun", NOUNS)
def test_every_state_is_reached_and_final_states_are_left_by_no_move(noun: str) -> None:
    machine = MACHINES[noun]
    reached = {row.target for row in machine.moves}
    assert {str(state) for state in machine.states} - reached == set()
    grown, before = {START}, set[str]()
    while grown != before:
        before = set(grown)
        grown |= {row.target for row in machine.moves if set(row.sources) & grown}
    assert {str(state) for state in machine.states} - grown == set()
    assert [row.name for row in machine.moves if set(row.sources) & machine.final] == []


@pytest.mark.parametrize("noun", NOUNS)
def test_rows_are_unique_and_speak_of_known_states(noun: str) -> None:
    machine = MACHINES[noun]
    keys = [(row.name, source, row.target, row.by) for row in machine.moves for source in row.sources]
    assert sorted({str(key) for key in keys if keys.count(key) > 1}) == []
    known = {START, *map(str, machine.states)}
    assert [row for row in machine.moves if row.target not in known - {START} or not set(row.sources) <= known] == []


@pytest.mark.parametrize("noun", NOUNS)
def test_the_confirming_person_is_named_by_the_row(noun: str) -> None:
    machine = MACHINES[noun]
    confirmation = Confirmation(maker_id=1, maker_organisation_id=1, maker_identity="other", approval_id="a")
    for row in machine.moves:
        if row.second is None:
            continue
        assert any(fits(row.second, asking, own=True) for asking in roles(machine) if not asking.is_system), row.name
        for asking in roles(machine):
            if asking.is_system:
                continue
            allowed = any(fits(other.second or other.by, asking, own=True) for other in same_step(machine, row))
            try:
                machine.check(thing_in(machine, row.sources[0], own=True), row.name, asking.confirm(confirmation), to=row.target)
                got = True
            except DomainError:
                got = False
            assert got == allowed, (row.name, asking.kind, asking.grade, asking.desk)


def same_step(machine: Machine, row: Move) -> list[Move]:
    """The rows that lead from the same state to the same target under the same name."""
    return [other for other in machine.rows(row.name) if row.sources[0] in other.sources and other.target == row.target]


@pytest.mark.parametrize("noun", NOUNS)
def test_every_move_and_state_has_a_label(noun: str) -> None:
    machine = MACHINES[noun]
    assert [row.name for row in machine.moves if not row.label] == []
    assert [str(state) for state in machine.states if not state.label] == []


def test_there_are_machines() -> None:
    assert len(NOUNS) >= 1
