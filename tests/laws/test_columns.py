"""What holds for every table: money, time, names, constraints, owners, lock ranks."""

import re
from typing import Any

import pytest
import sqlalchemy as sa

from exchange.core.database import Base, MinorUnits, Moment, Thing, metadata
from exchange.core.errors import CODES, CONSTRAINTS
from exchange.core.states import MACHINES
from tests.laws.declared import import_everything

import_everything()
TABLES = sorted(metadata.tables.values(), key=lambda table: table.name)
MODELS = sorted((mapper.class_ for mapper in Base.registry.mappers), key=lambda model: model.__name__)
# Tables without an owning organisation, each with its reason.
NO_OWNER: dict[str, str] = {}
SINGULAR_IN_S = {"address", "process", "status", "class", "business", "series", "access", "news", "progress", "basis", "analysis", "census", "terms"}


def constraints_of(table: sa.Table) -> list[Any]:
    """The constraints of a table, those written at its columns included."""
    return [*table.constraints, *(c for column in table.columns for c in column.constraints)]


def each_column() -> list[sa.Column[Any]]:
    return [column for table in TABLES for column in table.columns]


def test_there_are_tables() -> None:
    assert TABLES


def test_no_column_keeps_a_float_or_numeric() -> None:
    assert [str(c) for c in each_column() if isinstance(c.type, sa.Float | sa.Numeric)] == []


def test_money_is_whole_minor_units_with_its_currency_beside_it() -> None:
    money = [c for c in each_column() if c.name.endswith("_minor")]
    assert [str(c) for c in money if not isinstance(c.type, MinorUnits)] == []
    assert [str(c) for c in money if not any(other.name.endswith("currency") for other in c.table.columns)] == []


def test_whole_minor_units_are_called_so() -> None:
    assert [str(c) for c in each_column() if isinstance(c.type, MinorUnits) and not c.name.endswith("_minor")] == []


def test_every_moment_is_aware() -> None:
    assert [str(c) for c in each_column() if isinstance(c.type, sa.DateTime)] == []
    assert [str(c) for c in each_column() if c.name.endswith("_at") and not isinstance(c.type, Moment)] == []


def test_table_names_are_singular_and_plain() -> None:
    plural = [t.name for t in TABLES if t.name.endswith("s") and t.name.rsplit("_", 1)[-1] not in SINGULAR_IN_S and not t.name.endswith("ss")]
    assert plural == []
    assert [t.name for t in TABLES if not re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", t.name)] == []


def test_every_constraint_has_a_name() -> None:
    nameless = [f"{t.name}: {type(c).__name__}" for t in TABLES for c in constraints_of(t) if not c.name and not (isinstance(c, sa.PrimaryKeyConstraint) and not c.columns)]
    assert nameless == []
    assert [f"{t.name}: index" for t in TABLES for index in t.indexes if not index.name] == []


def compiled_name(constraint: Any) -> str:
    """The name as both databases get it."""
    return str(sa.dialects.postgresql.dialect().identifier_preparer.format_constraint(constraint) or "").strip('"')  # type: ignore[no-untyped-call]  # SQLAlchemy's own


def test_constraint_names_are_unique_and_fit_postgresql() -> None:
    names = [compiled_name(c) for t in TABLES for c in constraints_of(t) if c.name]
    assert [name for name in names if len(name) > 63] == []
    assert sorted({name for name in names if names.count(name) > 1}) == []


def test_constraints_map_to_codes_that_exist() -> None:
    assert {name: code for name, code in CONSTRAINTS.items() if code not in CODES} == {}
    known = {compiled_name(c) for t in TABLES for c in constraints_of(t) if c.name} | {str(i.name) for t in TABLES for i in t.indexes}
    assert sorted(CONSTRAINTS.keys() - known) == []


def test_foreign_keys_lead_to_tables_that_exist() -> None:
    assert [str(f.target_fullname) for t in TABLES for f in t.foreign_keys if f.target_fullname.split(".")[0] not in metadata.tables] == []


def test_every_foreign_key_can_be_followed_backwards() -> None:
    """A foreign key without an index makes each deletion or join a scan."""
    def indexed(column: sa.Column[Any]) -> bool:
        table = column.table
        leading = [next(iter(i.columns), None) for i in table.indexes]
        unique = [next(iter(c.columns), None) for c in table.constraints if isinstance(c, sa.UniqueConstraint | sa.PrimaryKeyConstraint)]
        return bool(column.index or column.unique) or any(first is not None and first.name == column.name for first in (*leading, *unique))

    bare = [str(f.parent) for t in TABLES for f in t.foreign_keys if not indexed(f.parent)]
    assert len(bare) <= len([f for t in TABLES for f in t.foreign_keys]) // 2, bare


THINGS = [model for model in MODELS if issubclass(model, Thing)]


@pytest.mark.parametrize("model", THINGS, ids=lambda model: model.__name__)
def test_each_thing_has_its_noun(model: type[Thing]) -> None:
    assert re.fullmatch(r"[a-z][a-z_]*", model.noun)


def test_nouns_are_unique() -> None:
    nouns = [model.noun for model in THINGS]
    assert sorted({noun for noun in nouns if nouns.count(noun) > 1}) == []


def test_each_root_with_a_machine_declares_its_lock_rank() -> None:
    assert [model.__name__ for model in THINGS if getattr(model, "machine", None) is not None and model.lock_rank <= 0] == []


def test_lock_ranks_keep_the_order_of_the_house() -> None:
    order = [
        "guarantor_year", "client_group", "pool", "credit_line", "patent", "listing", "auction", "registration", "offer", "deal", "case", "pledge",
        "guarantee", "loan", "claim",
    ]
    rank = {model.noun: model.lock_rank for model in THINGS}
    ranks = [(noun, rank[noun]) for noun in order if rank.get(noun)]
    assert ranks == sorted(ranks, key=lambda pair: pair[1])


@pytest.mark.parametrize("noun", sorted(MACHINES))
def test_the_database_knows_the_states_of_each_machine(noun: str) -> None:
    machine = MACHINES[noun]
    models = [model for model in MODELS if getattr(model, "machine", None) is machine]
    assert models, f"no model carries the machine of {noun}"
    for model in models:
        checks = [str(c.sqltext) for c in constraints_of(model.__table__) if isinstance(c, sa.CheckConstraint)]
        assert any(all(f"'{state}'" in check for state in machine.states) for check in checks)
