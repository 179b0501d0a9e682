"""Pages of the ledger: books, trial balance, journals, account statements."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Response

from exchange.core import clock
from exchange.core.access import Actor
from exchange.core.money import Money
from exchange.core.text import _
from exchange.core.web import Room, back_to, page
from exchange.people.accounts.queries import organisation_names
from exchange.registers.ledger import operations, queries
from exchange.registers.ledger.models import Book
from exchange.registers.ledger.rules import CHARTS, KIND_LABELS, SIGN_LABELS, BookKind, csv_of
from exchange.registers.ledger.schemas import ClosePeriodShape, DayQuery, JournalQuery, StatementQuery

room = Room("ledger", __name__)


@room.page("/ledger", "book:read")
def list_books(actor: Actor) -> str:
    """The books that the actor may read."""
    books = queries.books_of(actor)
    names = organisation_names({book.organisation_id for book in books})
    return page("ledger/list.html", books=books, names=names, kinds=KIND_LABELS)


@room.page("/ledger/books/<id>", "book:read", thing=Book, query=DayQuery, home=True)
def show_book(thing: Book, data: dict[str, Any], actor: Actor) -> str:
    """The trial balance of a book."""
    rows = queries.trial_balance(thing, data["on"])
    names = organisation_names({thing.organisation_id})
    debit = sum(row.balance.minor for row in rows if row.balance.minor > 0)
    return page(
        "ledger/show.html", book=thing, rows=rows, names=names, on=data["on"], signs=SIGN_LABELS, kinds=KIND_LABELS,
        sum=Money(debit, thing.currency), may_close=actor.organisation_id == thing.organisation_id,
    )


@room.page("/ledger/books/<id>/trial-balance.csv", "book:read", thing=Book, query=DayQuery)
def download_trial_balance(thing: Book, data: dict[str, Any], actor: Actor) -> Response:
    """The trial balance as a table."""
    rows = [[row.code, row.debit or "", -row.balance if row.credit else ""] for row in queries.trial_balance(thing, data["on"])]
    return table(csv_of(["account", "debit", "credit"], rows), f"trial-balance-{thing.public_id}.csv")


def table(text: str, filename: str) -> Response:
    """A CSV file to be kept."""
    return Response(text, mimetype="text/csv", headers={"Content-Disposition": f"attachment; filename={filename}"})


@room.page("/ledger/books/<id>/journals", "book:read", thing=Book, query=JournalQuery)
def list_journals(thing: Book, data: dict[str, Any], actor: Actor) -> str:
    """The journals that touch a book, newest first."""
    found = queries.journals_of(thing, **data)
    legs = queries.postings_in(thing, found.rows)
    return page("ledger/journals.html", book=thing, journals=found, legs=legs, asked=data, kinds=KIND_LABELS)


@room.page("/ledger/books/<id>/statement", "book:read", thing=Book, query=StatementQuery)
def show_statement(thing: Book, data: dict[str, Any], actor: Actor) -> str:
    """The movements of one account."""
    until = data["until"] or clock.today()
    since = data["since"] or until - timedelta(days=365)
    rule = CHARTS[BookKind(thing.kind)].get(data["code"])
    rows = queries.statement(thing, data["code"], subject=data["subject"] or None, since=since, until=until)
    return page(
        "ledger/statement.html", book=thing, rule=rule, rows=rows, since=since, until=until, asked=data, kinds=KIND_LABELS
    )


@room.form("/ledger/books/<id>/close", "book:close", thing=Book, template="ledger/close.html", shape=ClosePeriodShape,
           context=lambda thing, actor: {"book": thing, "kinds": KIND_LABELS})
def close_period(thing: Book, data: dict[str, Any], actor: Actor) -> Any:
    """Close a period of the book."""
    return back_to(operations.close_period(actor, thing.id, **data), _("The period is closed."))
