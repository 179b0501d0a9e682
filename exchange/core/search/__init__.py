"""Search 检索: one tokeniser for index and query, one index table, the same answers on SQLite (FTS5) and PostgreSQL (tsvector).

`tokens`, `stems`, `query` and `numbers` are pure and are imported by rules as such; `models` keeps the index, `index` fills it and
asks it. A feature registers a `Source` for its noun and calls `reindex` inside its operations."""

from exchange.core.search.index import (
    Document,
    Found,
    Group,
    Hit,
    Source,
    index_waiting,
    rebuild_all,
    register,
    reindex,
    search,
)
from exchange.core.search.marks import marked
from exchange.core.search.numbers import patent_numbers
from exchange.core.search.query import parse
from exchange.core.search.tokens import terms

__all__ = [
    "Document",
    "Found",
    "Group",
    "Hit",
    "Source",
    "index_waiting",
    "marked",
    "parse",
    "patent_numbers",
    "rebuild_all",
    "register",
    "reindex",
    "search",
    "terms",
]
