"""What waits for somebody: one row of a work queue, as each feature's ``queries.tasks(actor)`` offers it.

A feature that must judge each row by its machine offers ``Task`` rows; one whose rows a where-clause finds offers a ``Queue``,
and the desk reads the queues of all features in one statement.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Date, Select, cast, literal, null, select, union_all

from exchange.core import clock
from exchange.core.database import Moment, session
from exchange.core.text import Text


@dataclass(frozen=True)
class Task:
    """One thing that waits for this actor: which, what to do, and until when."""

    noun: str
    public_id: str
    title: str
    what: Text
    due_on: date | None = None
    number: str = ""
    place: str = ""
    """A path when the task is done elsewhere than on the thing's own page."""


@dataclass(frozen=True)
class Queue:
    """Things that wait for an actor as a select of their public id, title, number and due day."""

    noun: str
    what: Text
    rows: Select[Any]
    place: str = ""


Offered = Task | Queue


def queue(
    noun: str, what: Text, wanted: Select[Any], *, title: Any, number: Any = None, due_on: Any = None, due_at: Any = None, place: str = "",
) -> Queue:
    """The things that ``wanted`` selects (an ordered, limited select of one entity), told by these columns."""
    entity = wanted.column_descriptions[0]["entity"]
    columns = (
        entity.public_id.label("public_id"), title.label("title"), (literal("") if number is None else number).label("number"),
        (cast(null(), Date) if due_on is None else due_on).label("due_on"), (cast(null(), Moment()) if due_at is None else due_at).label("due_at"))
    return Queue(noun, what, wanted.with_only_columns(*columns, maintain_column_froms=True), place)


def read_tasks(offered: Iterable[Offered]) -> list[Task]:
    """The tasks among what features offer and those of the queues, which are read in one statement."""
    found, queues = list[Task](), list[Queue]()
    for each in offered:
        if isinstance(each, Queue):
            queues.append(each)
        else:
            found.append(each)
    parts = [select(literal(place), *each.rows.subquery(f"queue_{place}").c) for place, each in enumerate(queues)]
    for place, public_id, title, number, due_on, due_at in session().execute(union_all(*parts)) if parts else ():
        queue_ = queues[place]
        day = due_on if due_at is None else clock.day_of(due_at)
        found.append(Task(queue_.noun, public_id, title, queue_.what, day, number or "", queue_.place))
    return found
