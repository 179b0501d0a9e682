"""Search 检索: one tokeniser for index and query, one index table, the same answers on SQLite (FTS5) and PostgreSQL (tsvector).

`tokens`, `stems`, `query` and `numbers` are pure; `models` keeps the index, `index` fills it and asks it."""
