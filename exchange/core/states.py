"""Machines: for each noun one table of moves from which checks, buttons, constraints, diagrams and tests come.

An operation changes a state only inside ``with MACHINE.move(thing, "approve", actor):``. On the way in it checks who
(403), a fresh second factor (401) and when (409); on the way out it sets the state and hands a ``Record`` to the
recorder that ``core.events`` puts in. A move with ``second`` made by one person alone is checked to its end and then
turned into a proposal (``ProposalNeeded``), which the operation stores for the second person.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Self

from exchange.core.access import Actor, Parties, Who
from exchange.core.errors import Conflict, DomainError, Forbidden
from exchange.core.text import Text


class State(StrEnum):
    """A state with its label: ``DRAFT = "draft", _("Draft")``."""

    label: Text

    def __new__(cls, value: str, label: str = "") -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = Text(label)
        return member


START = ""


@dataclass(frozen=True)
class Move:
    """One row of a machine: ``name`` leads from each of ``sources`` to ``target``; ``by`` may do it."""

    name: str
    sources: tuple[str, ...]
    target: str
    by: Who
    label: Text
    second: Who | None = None
    step_up: bool = False


def move(
    name: str, sources: Iterable[str] | str, target: str, by: Who, label: str, *,
    second: Who | None = None, step_up: bool = False,
) -> Move:
    """A row of a machine; ``sources`` is one state, several, or START for a move that creates."""
    several = (sources,) if isinstance(sources, str) else tuple(sources)
    return Move(name, several, target, by, Text(label), second, step_up)


@dataclass(frozen=True)
class Record:
    """What a move did, handed to the recorder."""

    thing: Any
    noun: str
    verb: str
    source: str
    target: str
    actor: Actor
    parties: Parties
    payload: Mapping[str, Any]


class ProposalNeeded(Exception):
    """The move was checked to its end and now waits for a second person."""

    def __init__(self, thing: Any, noun: str, verb: str) -> None:
        super().__init__(noun, verb)
        self.thing, self.noun, self.verb = thing, noun, verb


def _unrecorded(record: Record) -> None:
    raise RuntimeError("core.events is not loaded: a move would leave no event")


RECORDER: list[Callable[[Record], None]] = [_unrecorded]
MACHINES: dict[str, Machine] = {}


@dataclass
class Moving:
    """The move under way; the body may add to its payload."""

    move: Move
    payload: dict[str, Any] = field(default_factory=dict)


class Machine:
    """The states and moves of one noun."""

    def __init__(self, noun: str, states: type[State], moves: Iterable[Move], *, attribute: str = "state") -> None:
        self.noun, self.states, self.moves, self.attribute = noun, states, tuple(moves), attribute
        if noun in MACHINES:
            raise ValueError(f"{noun} has two machines")
        MACHINES[noun] = self

    @property
    def final(self) -> frozenset[str]:
        """States that no move leaves."""
        return frozenset(str(state) for state in self.states) - {s for row in self.moves for s in row.sources}

    def rows(self, name: str) -> tuple[Move, ...]:
        """The rows of a move's name."""
        found = tuple(row for row in self.moves if row.name == name)
        if not found:
            raise KeyError(f"{self.noun} has no move {name}")
        return found

    def state_of(self, thing: Any) -> str:
        return getattr(thing, self.attribute) or START

    def may(self, actor: Actor | None, name: str, parties: Parties) -> bool:
        """Whether the actor's role and party allow the move's name in some state."""
        return any(self._entitled(row, actor, parties) for row in self.rows(name))

    def concerns(self, actor: Actor | None, names: Iterable[str]) -> bool:
        """Whether any of these moves is for the actor's role, whoever is party to a thing."""
        return any(row.by.fits_role(actor) for name in names for row in self.rows(name))

    def open_to(self, thing: Any, actor: Actor | None) -> list[Move]:
        """The moves that this actor could make on this thing now."""
        state, parties = self.state_of(thing), parties_of(thing)
        return [row for row in self.moves if state in row.sources and row.by.fits(actor, parties)]

    def check(self, thing: Any, name: str, actor: Actor, to: str | None = None) -> Move:
        """The row that applies; refuses who (403), then step-up (401), then when (409)."""
        rows, parties, state = self.rows(name), parties_of(thing), self.state_of(thing)
        try:
            entitled = [row for row in rows if self._entitled(row, actor, parties)]
            if not entitled:
                raise Forbidden(noun=self.noun, verb=name)
            if any(row.step_up for row in entitled) and not actor.stepped_up:
                raise Forbidden("STEP_UP_NEEDED")
            return self._row_now(thing, state, entitled, to)
        except DomainError as refusal:
            refusal.denied = self._denial(thing, name, actor, state)
            raise

    @contextmanager
    def move(self, thing: Any, name: str, actor: Actor, to: str | None = None, **payload: Any) -> Iterator[Moving]:
        """Check on the way in; change, record and announce on the way out."""
        row = self.check(thing, name, actor, to)
        source = self.state_of(thing)
        under_way = Moving(row, dict(payload))
        if source == START:
            self._set(thing, row.target)
        try:
            yield under_way
        except DomainError as refusal:
            if refusal.denied is None:
                refusal.denied = self._denial(thing, name, actor, source)
            raise
        if row.second is not None and not actor.is_system and actor.confirming is None:
            raise ProposalNeeded(thing, self.noun, name)
        self._set(thing, row.target)
        parties = parties_of(thing)
        RECORDER[0](Record(thing, self.noun, name, source, row.target, actor, parties, under_way.payload))

    def diagram(self) -> str:
        """The machine as a Mermaid state diagram."""
        lines = ["stateDiagram-v2"]
        for row in self.moves:
            for source in row.sources:
                second = " ②" if row.second else ""
                lines.append(f"    {source or '[*]'} --> {row.target}: {row.name}{second}")
        lines.extend(f"    {state} --> [*]" for state in sorted(self.final))
        return "\n".join(lines) + "\n"

    def _denial(self, thing: Any, verb: str, actor: Actor, state: str) -> dict[str, Any]:
        object_id = thing.__dict__.get("public_id", "")
        return {"noun": self.noun, "verb": verb, "object_id": object_id, "actor": actor, "state": state}

    def _entitled(self, row: Move, actor: Actor | None, parties: Parties) -> bool:
        if actor is not None and actor.confirming is not None and row.second is not None:
            return row.second.fits(actor, parties)
        return row.by.fits(actor, parties)

    def _row_now(self, thing: Any, state: str, entitled: list[Move], to: str | None) -> Move:
        fitting = [row for row in entitled if state in row.sources and (to is None or row.target == to)]
        if not fitting:
            possible = sorted({row.name for row in self.moves if state in row.sources})
            label = self.states(state).label if state else START
            raise Conflict("WRONG_STATE", state=label, actions=", ".join(possible) or "—")
        if len({row.target for row in fitting}) > 1:
            raise ValueError(f"{self.noun}.{fitting[0].name} from {state} has several targets: name one with to=")
        return fitting[0]

    def _set(self, thing: Any, target: str) -> None:
        thing.__dict__["_moved_to"] = str(target)
        setattr(thing, self.attribute, str(target))


def parties_of(thing: Any) -> Parties:
    """The organisations that stand in a named relation to the thing; its owner is ``owner``."""
    named: dict[str, frozenset[int]] = dict(thing.parties()) if hasattr(thing, "parties") else {}
    owner = getattr(thing, "organisation_id", None)
    if owner is not None:
        named.setdefault("owner", frozenset({owner}))
    return named
