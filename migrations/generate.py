"""Write a migration for every feature whose tables no migration makes yet: ``python -m migrations.generate``.

For maintainers. Tables are taken feature by feature, from the lowest to the highest, each with its constraints, indexes and
triggers as literal text, so that a later change of the models leaves a landed migration as it is.
"""

from __future__ import annotations

import re
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from alembic.autogenerate.api import AutogenContext
from alembic.autogenerate.render import _render_cmd_body
from alembic.migration import MigrationContext
from alembic.operations.ops import CreateIndexOp, CreateTableOp, DropTableOp, UpgradeOps
from sqlalchemy import CheckConstraint, Index, Table, create_engine
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import AddConstraint, CreateIndex, conv

from exchange import FEATURES, create_app
from exchange.core.database import REFUSE_CHANGE, TRIGGERS, Base, metadata
from exchange.core.settings import Settings

VERSIONS = Path(__file__).parent / "versions"
DIALECTS = {"sqlite": sqlite.dialect(), "postgresql": postgresql.dialect()}


def feature_of(table: Table) -> str:
    """The feature whose migration makes a table: its own, or for core's tables the one whose table they point at."""
    own = declared_in(table)
    targets = [feature_of(key.column.table) for key in table.foreign_keys if key.column.table is not table] if own == "core" else []
    return next((target for target in targets if target != "core"), own)


def declared_in(table: Table) -> str:
    """The feature whose models declare a table."""
    for mapper in Base.registry.mappers:
        if mapper.local_table is table:
            module = mapper.class_.__module__.removeprefix("exchange.")
            return next((name for name in FEATURES if module.startswith(name + ".")), "core")
    return "core"


def made_already() -> set[str]:
    """The tables that landed migrations make."""
    found: set[str] = set()
    for file in VERSIONS.glob("*.py"):
        found |= set(re.findall(r"op\.create_table\(\s*['\"](\w+)['\"]", file.read_text("utf-8")))
    return found


def render_item(kind: str, thing: Any, context: AutogenContext) -> Any:
    """Types of the house as plain SQL types; a CHECK of one database keeps its mark."""
    if kind == "check" or isinstance(thing, CheckConstraint):
        if "typeof(" not in str(thing.sqltext):
            return False
        return f"sa.CheckConstraint({str(thing.sqltext)!r}, name=op.f({str(thing.name)!r})).ddl_if(dialect='sqlite')"
    if kind == "type":
        name = type(thing).__name__
        return {"Moment": "sa.DateTime(timezone=True)", "MinorUnits": "sa.BigInteger()"}.get(name, False)
    return False


def write(feature: str, tables: list[Table], down: str | None, at: datetime) -> str:
    """One migration file; its revision comes back."""
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        context = AutogenContext(MigrationContext.configure(connection, opts={
            "render_item": render_item, "user_module_prefix": None, "sqlalchemy_module_prefix": "sa.",
            "alembic_module_prefix": "op."}), metadata=metadata, opts={
            "render_item": render_item, "user_module_prefix": None, "sqlalchemy_module_prefix": "sa.",
            "alembic_module_prefix": "op.", "target_metadata": metadata})
        up: list[Any] = []
        for table in tables:
            up.append(with_checks_of_columns(CreateTableOp.from_table(table), table))
            up += [CreateIndexOp.from_index(index) for index in sorted(table.indexes, key=lambda each: str(each.name)) if not is_special(index)]
        down_ops = [DropTableOp.from_table(table) for table in reversed(tables)]
        body_up = _render_cmd_body(UpgradeOps(up), context)
        body_down = "\n".join(f"op.drop_table({op.table_name!r})" for op in down_ops)
    revision = f"{at:%Y%m%d_%H%M}_{feature.rpartition('.')[2]}"
    names = {table.name for table in tables}
    triggers = [(each.dialect, each.create) for each in TRIGGERS if each.table in names]
    triggers += [pair for table in tables for index in sorted(table.indexes, key=lambda each: str(each.name)) for pair in by_dialect(index)]
    triggers += [
        ("postgresql", " ".join(str(AddConstraint(key).compile(dialect=DIALECTS["postgresql"])).split()))
        for table in tables for key in table.foreign_key_constraints if key.use_alter
    ]
    text = HEADER.format(feature=feature, revision=revision, down=down, body=indented(body_up), triggers=rendered(triggers),
                         function=REFUSE_CHANGE.strip() if feature == "core" else "", undo=indented(body_down))
    (VERSIONS / f"{revision}.py").write_text(text, "utf-8")
    return revision


def with_checks_of_columns(made: CreateTableOp, table: Table) -> CreateTableOp:
    """Alembic passes over a CHECK written at its column; say it at the table."""
    names = postgresql.dialect().identifier_preparer
    for column in table.columns:
        for check in column.constraints:
            if isinstance(check, CheckConstraint):
                made.columns = [*made.columns, CheckConstraint(str(check.sqltext), name=conv(names.format_constraint(check).strip('"')))]
    return made


def is_special(index: Index) -> bool:
    """Whether an index is not the same statement on both databases."""
    return index._ddl_if is not None or any(index.dialect_options[name].get("where") is not None for name in DIALECTS)


def by_dialect(index: Index) -> list[tuple[str, str]]:
    """The statements of a special index, each with its database."""
    if not is_special(index):
        return []
    only = index._ddl_if.dialect if index._ddl_if is not None else None
    return [(name, str(CreateIndex(index).compile(dialect=dialect))) for name, dialect in DIALECTS.items() if only in (None, name)]


def indented(body: str) -> str:
    """Every line one step in, unless it is so already."""
    kept = [line for line in body.splitlines() if not line.strip().startswith("# ###")]
    return "\n".join(line if line.startswith("    ") or not line else "    " + line for line in kept)


def rendered(triggers: list[tuple[str, str]]) -> str:
    """The triggers as literal pairs of database and statement."""
    return "\n".join(f"    ({dialect!r}, {statement!r})," for dialect, statement in triggers)


HEADER = '''"""Tables of {feature}."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql, sqlite

revision = {revision!r}
down_revision = {down!r}
branch_labels = None
depends_on = None

FUNCTION = """{function}"""
TRIGGERS = (
{triggers}
)


def upgrade() -> None:
{body}
    dialect = op.get_bind().dialect.name
    if FUNCTION and dialect == "postgresql":
        op.execute(sa.text(FUNCTION))
    for database, statement in TRIGGERS:
        if database == dialect:
            op.execute(sa.text(statement.replace(":", r"\\:")))


def downgrade() -> None:
    for database, statement in TRIGGERS:
        if database == op.get_bind().dialect.name and statement.startswith("CREATE VIRTUAL TABLE"):
            op.execute(sa.text("DROP TABLE " + statement.split()[3]))
        if database == op.get_bind().dialect.name and statement.startswith("ALTER TABLE"):
            op.drop_constraint(statement.split()[5], statement.split()[2])
{undo}
'''


def main() -> None:
    """Write what is missing."""
    create_app(Settings(ENV="test", DATA_DIR=Path("var"), DATABASE_URL="sqlite://"))
    VERSIONS.mkdir(exist_ok=True)
    landed, at = made_already(), datetime.now()  # noqa: DTZ005, TID251  # only a file's name
    files = sorted(file.stem for file in VERSIONS.glob("*.py"))
    down = files[-1] if files else None
    for feature in ("core", *FEATURES):
        tables = [table for table in metadata.sorted_tables if table.name not in landed and feature_of(table) == feature]
        if tables:
            down = write(feature, tables, down, at)
            at += timedelta(minutes=1)
            sys.stdout.write(f"{down}: {len(tables)} tables\n")


if __name__ == "__main__":
    main()
