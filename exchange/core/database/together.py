"""Several small reads in one statement.

A page about one thing wants a handful of rows from each of many tables. ``Together`` asks for all of them at once, as one
UNION ALL that is built once a process: one way to the database and back instead of one a table, and a third of the time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, bindparam, func, inspect, literal, null, select, union_all
from sqlalchemy import cast as as_type
from sqlalchemy.orm import InstrumentedAttribute, aliased
from sqlalchemy.orm.attributes import set_committed_value

from exchange.core.database.columns import Base, db

PLACE = "place_in_part"


@dataclass(frozen=True)
class Part:
    """The whole rows of one entity that a part of the statement gives, in their order, at most so many."""

    wanted: Select[Any]
    order: tuple[Any, ...]
    most: int | None = None

    @property
    def entity(self) -> type[Base]:
        """The mapped class whose rows these are."""
        return cast("type[Base]", inspect(self.wanted.column_descriptions[0]["entity"]).mapper.class_)

    def rows(self, name: str) -> Any:
        """The part as a derived table that also numbers its rows."""
        numbered = self.wanted.add_columns(func.row_number().over(order_by=self.order).label(PLACE))
        return numbered.order_by(*self.order).limit(self.most).subquery(name)


def part(wanted: Select[Any], *order: Any, most: int | None = None) -> Part:
    """A part of a statement: ``select(Entity).where(…)`` with ``bindparam`` for its values, and the order of its rows."""
    return Part(wanted, order, most)


class Together:
    """Named parts that are read together; ``TOGETHER.read(patent_id=7)["events"]``."""

    def __init__(self, parts: Callable[[], Mapping[str, Part]]) -> None:
        self._parts = parts
        self._built: tuple[list[str], Select[Any]] | None = None

    def read(self, **values: Any) -> dict[str, list[Any]]:
        """The rows of every part for these values."""
        names, statement = self._statement()
        found: dict[str, list[tuple[int, Any]]] = {name: [] for name in names}
        for number, place, *entities in db.session.execute(statement, values):
            found[names[number]].append((place, next(each for each in entities if each is not None)))
        return {name: [row for _place, row in sorted(rows, key=lambda pair: pair[0])] for name, rows in found.items()}

    def _statement(self) -> tuple[list[str], Select[Any]]:
        if self._built is None:
            parts = self._parts()
            self._built = list(parts), _united(list(parts.values()))
        return self._built


def _united(parts: list[Part]) -> Select[Any]:
    """One statement over all parts: which part, its place, and the columns of every entity, empty but for its own."""
    entities = list(dict.fromkeys(each.entity for each in parts))
    derived = [each.rows(f"part_{number}") for number, each in enumerate(parts)]
    sample = {each.entity: [column for column in rows.c if column.key != PLACE] for each, rows in zip(parts, derived, strict=True)}
    branches = []
    for number, (each, rows) in enumerate(zip(parts, derived, strict=True)):
        columns: list[ColumnElement[Any]] = [literal(number).label("part"), rows.c[PLACE].label(PLACE)]
        for position, entity in enumerate(entities):
            columns += [
                (rows.c[column.key] if entity is each.entity else as_type(null(), column.type)).label(f"e{position}_{column.key}")
                for column in sample[entity]]
        branches.append(select(*columns))
    united = union_all(*branches).subquery("together")
    return select(united.c.part, united.c[PLACE], *(aliased(entity, united) for entity in entities))


def filled(thing: Base, *relations: Any) -> None:
    """Load several relations of a row (``Loan.members, Loan.drawings``) in one statement, those not yet loaded."""
    missing = tuple(name for name in (_name(each) for each in relations) if name not in inspect(thing).dict)
    if not missing:
        return
    together, sources = _relations(type(thing), missing)
    values = {f"of_{source}": getattr(thing, source) for source in sources}
    for name, rows in together.read(**values).items():
        many = inspect(type(thing)).relationships[name].uselist
        set_committed_value(thing, name, rows if many else next(iter(rows), None))


def _name(relation: InstrumentedAttribute[Any]) -> str:
    return relation.key


@lru_cache(maxsize=256)
def _relations(model: type[Base], names: tuple[str, ...]) -> tuple[Together, tuple[str, ...]]:
    """The statement for some relations of a model, and the attributes of the row whose values it asks for."""
    mapper = inspect(model)
    pairs = {name: mapper.relationships[name].local_remote_pairs for name in names}
    sources = {name: mapper.get_property_by_column(found[0][0]).key for name, found in pairs.items() if found}

    def parts() -> dict[str, Part]:
        made = {}
        for name in names:
            relation = mapper.relationships[name]
            (_local, remote), = relation.local_remote_pairs or ()
            target = relation.mapper
            wanted = select(target.class_).where(remote == bindparam(f"of_{sources[name]}", type_=remote.type))
            made[name] = part(wanted, *(relation.order_by or list(target.primary_key)))
        return made

    return Together(parts), tuple(sorted(set(sources.values())))
