"""What a test's requests say to the database: how many statements, and which tables they write."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine, event

WRITE = re.compile(r"\s*(?:INSERT\s+(?:OR\s+\w+\s+)?INTO|UPDATE|DELETE\s+FROM|REPLACE\s+INTO)\s+\"?(\w+)", re.IGNORECASE)
# What even a refused or a reading request may write (security.md 4.8.6): the denial in the chain, who was last seen, limiter counts.
ALLOWED = frozenset({"event", "chain_head", "user_session", "sign_in_attempt", "api_token"})


@dataclass
class Statements:
    """The statements of a block."""

    said: list[str] = field(default_factory=list)

    @property
    def written(self) -> set[str]:
        """The tables that were written."""
        return {match[1] for statement in self.said if (match := WRITE.match(statement))}

    @property
    def changed(self) -> set[str]:
        """The tables that were written although a refusal or a reading may not write them."""
        return self.written - ALLOWED

    @property
    def reads(self) -> list[str]:
        """The selects."""
        return [statement for statement in self.said if statement.lstrip().upper().startswith(("SELECT", "WITH"))]


@contextmanager
def listened() -> Iterator[Statements]:
    """Listen to every engine within the block."""
    statements = Statements()

    def hear(connection: Any, cursor: Any, statement: str, parameters: Any, context: Any, executemany: bool) -> None:
        statements.said.append(statement)

    event.listen(Engine, "before_cursor_execute", hear)
    try:
        yield statements
    finally:
        event.remove(Engine, "before_cursor_execute", hear)


@contextmanager
def kept() -> Iterator[Statements]:
    """Listen to what is committed within the block: what was undone again is not counted."""
    statements, pending = Statements(), {}

    def hear(connection: Any, cursor: Any, statement: str, parameters: Any, context: Any, executemany: bool) -> None:
        pending.setdefault(connection.engine.url, []).append(statement)

    def keep(connection: Any) -> None:
        statements.said.extend(pending.pop(connection.engine.url, []))

    def forget(connection: Any) -> None:
        pending.pop(connection.engine.url, None)

    heard = (("before_cursor_execute", hear), ("commit", keep), ("rollback", forget))
    for name, hearer in heard:
        event.listen(Engine, name, hearer)
    try:
        yield statements
    finally:
        for name, hearer in heard:
            event.remove(Engine, name, hearer)
