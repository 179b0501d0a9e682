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
from sqlalchemy import CheckConstraint, Table, create_engine

from exchange import FEATURES, create_app
from exchange.core.database import REFUSE_CHANGE, TRIGGERS, Base, metadata
from exchange.core.settings import Settings

VERSIONS = Path(__file__).parent / "versions"


def feature_of(table: Table) -> str:
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
            up.append(CreateTableOp.from_table(table))
            up += [CreateIndexOp.from_index(index) for index in sorted(table.indexes, key=lambda each: str(each.name))]
        down_ops = [DropTableOp.from_table(table) for table in reversed(tables)]
        body_up = _render_cmd_body(UpgradeOps(up), context)
        body_down = "\n".join(f"op.drop_table({op.table_name!r})" for op in down_ops)
    revision = f"{at:%Y%m%d_%H%M}_{feature.rpartition('.')[2]}"
    names = {table.name for table in tables}
    triggers = [(each.dialect, each.create) for each in TRIGGERS if each.table in names]
    text = HEADER.format(feature=feature, revision=revision, down=down, body=indented(body_up), triggers=rendered(triggers),
                         function=REFUSE_CHANGE.strip() if feature == "core" else "", undo=indented(body_down))
    (VERSIONS / f"{revision}.py").write_text(text, "utf-8")
    return revision


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
