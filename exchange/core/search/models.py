"""The index: one table of rows that people find, kept equal to FTS5 by triggers on SQLite, with a tsvector on PostgreSQL."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from exchange.core import clock
from exchange.core.database import TRIGGERS, Base, MinorUnits, Moment, Trigger

COLUMNS = ("title", "abstract", "claims", "applicant", "codes")


class SearchRow(Base):
    """One thing that can be found: what is shown, what is searched (segmented), and by what it is sorted."""

    __tablename__ = "search_row"
    __table_args__ = (
        UniqueConstraint("noun", "public_id"),
        Index("ix_search_row_vector", "vector", postgresql_using="gin").ddl_if(dialect="postgresql"),
    )

    noun: Mapped[str] = mapped_column(String(40))
    public_id: Mapped[str] = mapped_column(String(16))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    url: Mapped[str] = mapped_column(String(200))
    number: Mapped[str] = mapped_column(String(60), default="", index=True)
    shown_zh: Mapped[str] = mapped_column(Text, default="")
    shown_en: Mapped[str] = mapped_column(Text, default="")
    detail: Mapped[str] = mapped_column(Text, default="")
    title: Mapped[str] = mapped_column(Text, default="")
    abstract: Mapped[str] = mapped_column(Text, default="")
    claims: Mapped[str] = mapped_column(Text, default="")
    applicant: Mapped[str] = mapped_column(Text, default="")
    codes: Mapped[str] = mapped_column(Text, default="")
    vector: Mapped[str | None] = mapped_column(TSVECTOR().with_variant(Text, "sqlite"))
    dated_on: Mapped[date | None] = mapped_column(Date, index=True)
    expires_on: Mapped[date | None] = mapped_column(Date)
    price_minor: Mapped[int | None] = mapped_column(MinorUnits)
    price_currency: Mapped[str | None] = mapped_column(String(3))
    indexed_at: Mapped[datetime] = mapped_column(Moment, default=clock.now)


class SearchFacet(Base):
    """One exact value of a row, by which results are counted."""

    __tablename__ = "search_facet"
    __table_args__ = (UniqueConstraint("row_id", "name", "value"), Index("ix_search_facet_value", "name", "value"))

    row_id: Mapped[int] = mapped_column(ForeignKey("search_row.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(40))
    value: Mapped[str] = mapped_column(String(120))


class SearchWait(Base):
    """A thing whose index row is to be made again: written in the transaction of its change, taken by the worker."""

    __tablename__ = "search_wait"
    __table_args__ = (UniqueConstraint("noun", "public_id"),)

    noun: Mapped[str] = mapped_column(String(40))
    public_id: Mapped[str] = mapped_column(String(16))
    asked_at: Mapped[datetime] = mapped_column(Moment, default=clock.now)


def _values(row: str) -> str:
    return ", ".join(f"{row}.{name}" for name in ("id", *COLUMNS))


_NAMES = ", ".join(COLUMNS)
_PUT = f"INSERT INTO search_fts(rowid, {_NAMES}) VALUES ({_values('new')});"  # noqa: S608  # our own column names
_TAKE = f"INSERT INTO search_fts(search_fts, rowid, {_NAMES}) VALUES ('delete', {_values('old')});"  # noqa: S608  # our own column names

for _name, _create in (
    (
        "search_fts",
        (f"CREATE VIRTUAL TABLE search_fts USING fts5({_NAMES}, content='search_row', content_rowid='id', "
        "tokenize=\"unicode61 remove_diacritics 0 tokenchars '=/.+-_'\")"),
    ),
    ("tr_search_row_put", f"CREATE TRIGGER tr_search_row_put AFTER INSERT ON search_row BEGIN {_PUT} END"),
    ("tr_search_row_take", f"CREATE TRIGGER tr_search_row_take AFTER DELETE ON search_row BEGIN {_TAKE} END"),
    (
        "tr_search_row_change",
        f"CREATE TRIGGER tr_search_row_change AFTER UPDATE OF {_NAMES} ON search_row BEGIN {_TAKE} {_PUT} END",
    ),
):
    TRIGGERS.append(Trigger("search_row", _name, "sqlite", _create))
