"""JSON of the ledger."""

from __future__ import annotations

from typing import Any

from exchange.core.access import Actor
from exchange.core.web import ApiRoom
from exchange.registers.ledger import queries
from exchange.registers.ledger.models import Book
from exchange.registers.ledger.schemas import BookAnswer, DayQuery, JournalQuery

api = ApiRoom("ledger", __name__)


@api.get("/ledger/books", "book:read", answer=BookAnswer, many=True)
def list_books(actor: Actor) -> list[Book]:
    """The books you may read."""
    return queries.books_of(actor)


@api.get("/ledger/books/<id>", "book:read", thing=Book, answer=BookAnswer)
def show_book(thing: Book, actor: Actor) -> Book:
    """One book."""
    return thing


@api.get("/ledger/books/<id>/trial-balance", "book:read", thing=Book, query=DayQuery)
def show_trial_balance(thing: Book, data: dict[str, Any], actor: Actor) -> dict[str, Any]:
    """The balances of a book by account; they add up to nought."""
    rows = queries.trial_balance(thing, data["on"])
    return {"items": [{"account": row.code, "balance": row.balance.to_json(), "subjects": row.subjects} for row in rows]}


@api.get("/ledger/books/<id>/journals", "book:read", thing=Book, query=JournalQuery)
def list_journals(thing: Book, data: dict[str, Any], actor: Actor) -> dict[str, Any]:
    """The journals that touch a book, newest first, with their legs in this book."""
    found = queries.journals_of(thing, **data)
    legs = queries.postings_in(thing, found.rows)
    items = [
        {
            "key": journal.event_key, "value_on": journal.value_on.isoformat(), "booked_on": journal.booked_on.isoformat(),
            "memo": journal.memo,
            "legs": [
                {"account": leg.account.code, "subject": leg.account.subject, "amount": leg.posted.to_json()}
                for leg in legs[journal.event_key]
            ],
        }
        for journal in found.rows
    ]
    return {"items": items, "next": found.next}
