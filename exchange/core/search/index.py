"""Filling the index and asking it; the only place that knows FTS5 and tsvector apart.

A feature registers a `Source` for its noun, calls `reindex` inside its operations, and the worker does the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, insert, select, text, tuple_

from exchange.core import clock
from exchange.core.access import Actor
from exchange.core.database import add, dialect, flush, in_operation, operation, session
from exchange.core.jobs import Work, enqueue, hourly, register_job
from exchange.core.money import Money
from exchange.core.search.models import SearchFacet, SearchRow, SearchWait
from exchange.core.search.query import EVERY_ROW, Query, fts5, parse, tsquery, tsvector
from exchange.core.search.tokens import codes, segmented
from exchange.core.text import Text, _

BEST_OF = 2_000
DEEPEST = 1_000
BATCH = 500
LAG_SHOWN = timedelta(seconds=10)
EVERYBODY = "public"


@dataclass(frozen=True, slots=True)
class Document:
    """A thing as the index needs it; `audience` says who may find it ("public", "o12", an organisation kind)."""

    noun: str
    public_id: str
    url: str
    audience: tuple[str, ...]
    organisation_id: int | None = None
    number: str = ""
    title_zh: str = ""
    title_en: str = ""
    abstract: str = ""
    claims: str = ""
    applicant: str = ""
    facets: tuple[tuple[str, str], ...] = ()
    dated_on: date | None = None
    expires_on: date | None = None
    price: Money | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """How a noun's rows come into the index: a document by public id (none when it is not to be found), and all ids."""

    label: Text
    load: Callable[[str], Document | None]
    every: Callable[[], Iterable[str]]
    page: str = ""


SOURCES: dict[str, Source] = {}


def register(noun: str, source: Source) -> None:
    """Makes a noun findable; once."""
    if SOURCES.get(noun, source) is not source:
        raise ValueError(f"{noun} is registered twice")
    SOURCES[noun] = source


# ---------------------------------------------------------------- filling


def reindex(noun: str, public_id: str) -> None:
    """Asks, inside an operation, that a thing's index row be made again after it."""
    if not in_operation():
        raise RuntimeError("reindex belongs into an operation")
    flush()
    found = session().scalar(select(SearchWait).where(SearchWait.noun == noun, SearchWait.public_id == public_id))
    if found is None:
        add(SearchWait(noun=noun, public_id=public_id))
        enqueue("search.index", {})


@operation
def index_waiting(limit: int = BATCH) -> int:
    """Makes the rows again that wait, oldest first, and gives their number."""
    waiting = session().execute(select(SearchWait.id, SearchWait.noun, SearchWait.public_id).order_by(SearchWait.id).limit(limit)).all()
    by_noun: dict[str, list[str]] = {}
    for _id, noun, public_id in waiting:
        by_noun.setdefault(noun, []).append(public_id)
    for noun, public_ids in by_noun.items():
        _make_again(noun, public_ids)
    session().execute(delete(SearchWait).where(SearchWait.id.in_([row.id for row in waiting])))
    return len(waiting)


def _index(work: Work) -> str | None:
    while index_waiting() == BATCH:
        work.step(0, 0)
    return None


register_job("search.index", _index, label=_("Bring the search index up to date"))
hourly("search.sweep", every=timedelta(minutes=5))(index_waiting)


def rebuild_all() -> dict[str, int]:
    """Makes the whole index again from the tables, in batches, and gives the number of rows of each noun."""
    return {noun: sum(rebuild(noun, batch) for batch in _batches(list(source.every()))) for noun, source in SOURCES.items()}


def _batches(public_ids: Sequence[str]) -> Iterable[Sequence[str]]:
    return (public_ids[start : start + BATCH] for start in range(0, len(public_ids), BATCH))


@operation
def rebuild(noun: str, public_ids: Sequence[str]) -> int:
    """Makes the rows of one noun again from its table, in a batch."""
    _make_again(noun, public_ids)
    return len(public_ids)


def _make_again(noun: str, public_ids: Sequence[str]) -> None:
    """The rows of a noun are taken away and written anew in three statements, however many they are."""
    source = SOURCES.get(noun)
    loaded = [source.load(public_id) for public_id in public_ids] if source else []
    documents = [document for document in loaded if document is not None]
    old = select(SearchRow.id).where(SearchRow.noun == noun, SearchRow.public_id.in_(list(public_ids)))
    session().execute(delete(SearchFacet).where(SearchFacet.row_id.in_(old)))
    session().execute(delete(SearchRow).where(SearchRow.noun == noun, SearchRow.public_id.in_(list(public_ids))))
    if not documents:
        return
    made = session().execute(
        insert(SearchRow).returning(SearchRow.public_id, SearchRow.id), [_row(document) for document in documents]).all()
    ids = {row.public_id: row.id for row in made}
    facets = [
        {"row_id": ids[document.public_id], "name": name, "value": value}
        for document in documents for name, value in dict.fromkeys((name, value[:120]) for name, value in document.facets)
    ]  # fmt: skip
    if facets:
        session().execute(insert(SearchFacet), facets)


def _row(document: Document) -> dict[str, Any]:
    title = segmented(f"{document.title_zh} {document.title_en} {document.number}")
    abstract, claims = segmented(document.abstract), segmented(document.claims)
    applicant, exact = segmented(document.applicant), f"{EVERY_ROW} {codes(_all_codes(document))}"
    weighted = (("A", title), ("B", applicant), ("C", f"{abstract} {claims}"), ("D", exact))
    return {
        "noun": document.noun, "public_id": document.public_id, "url": document.url, "organisation_id": document.organisation_id,
        "number": document.number, "shown_zh": document.title_zh, "shown_en": document.title_en, "detail": document.abstract[:600],
        "title": title, "abstract": abstract, "claims": claims, "applicant": applicant, "codes": exact,
        "vector": tsvector(weighted) if dialect() == "postgresql" else None, "dated_on": document.dated_on,
        "expires_on": document.expires_on, "price_minor": document.price.minor if document.price else None,
        "price_currency": document.price.currency if document.price else None, "indexed_at": clock.now(),
    }  # fmt: skip


def _all_codes(document: Document) -> list[tuple[str, str]]:
    seen = [("seen", who) for who in document.audience]
    return [("noun", document.noun), *seen, *document.facets]


def lag() -> timedelta:
    """Tells how long the oldest change has waited for the index."""
    oldest: datetime | None = session().scalar(select(func.min(SearchWait.asked_at)))
    return clock.now() - oldest if oldest else timedelta(0)


# ---------------------------------------------------------------- asking

_FTS = text(
    "SELECT rowid AS id, bm25(search_fts, 10.0, 3.0, 1.0, 4.0, 0.0) AS rank FROM search_fts "
    "WHERE search_fts MATCH :match ORDER BY rowid DESC LIMIT :most"
)
_TSV = text(
    "SELECT id, -ts_rank_cd(CAST('{0,0.3,0.4,1}' AS float4[]), vector, CAST(:words AS tsquery)) AS rank "
    "FROM search_row WHERE vector @@ CAST(:match AS tsquery) ORDER BY id DESC LIMIT :most"
)
_FTS_COUNT = text("SELECT count(*) FROM search_fts WHERE search_fts MATCH :match")
_TSV_COUNT = text("SELECT count(*) FROM search_row WHERE vector @@ CAST(:match AS tsquery)")


def _written(query: Query) -> str:
    return fts5(query) if dialect() == "sqlite" else tsquery(query)


def ranked_ids(query: Query, *, most: int = BEST_OF) -> list[int]:
    """Gives the row ids of the newest hits, the best first; ties by id, newest first."""
    asked: dict[str, object] = {"match": _written(query), "most": most}
    if dialect() == "postgresql":
        asked["words"] = tsquery(Query(query.wanted, any_of=query.any_of))
    rows = session().execute(_FTS if dialect() == "sqlite" else _TSV, asked).all()
    return [row.id for row in sorted(rows, key=lambda row: (row.rank, -row.id))]


def count(query: Query) -> int:
    """Counts all hits of a query."""
    statement = _FTS_COUNT if dialect() == "sqlite" else _TSV_COUNT
    return int(session().execute(statement, {"match": _written(query)}).scalar_one())


def ranked_public_ids(query: Query, noun: str) -> list[str]:
    """Gives the public ids of one noun's best hits, for a feature's own list."""
    narrowed = Query(query.wanted, query.excluded, (*query.groups, (f"noun={noun}",)), query.any_of)
    ids = ranked_ids(narrowed)
    named: dict[int, str] = dict(session().execute(select(SearchRow.id, SearchRow.public_id).where(SearchRow.id.in_(ids))).all())
    return [named[row_id] for row_id in ids if row_id in named]


def facet_counts(query: Query, names: Iterable[str]) -> dict[str, dict[str, int]]:
    """Counts the values of the named facets over all hits, the commonest first."""
    ids = ranked_ids(query)
    statement = (
        select(SearchFacet.name, SearchFacet.value, func.count())
        .where(SearchFacet.row_id.in_(ids), SearchFacet.name.in_(list(names)))
        .group_by(SearchFacet.name, SearchFacet.value)
        .order_by(func.count().desc(), SearchFacet.value)
    )
    counted: dict[str, dict[str, int]] = {name: {} for name in names}
    for name, value, number in session().execute(statement):
        counted[name][value] = number
    return counted


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found, ready to be shown."""

    noun: str
    public_id: str
    url: str
    number: str
    title_zh: str
    title_en: str
    detail: str
    dated_on: date | None


@dataclass(frozen=True, slots=True)
class Group:
    """The hits of one noun, the first few and how many there are."""

    noun: str
    label: Text
    hits: tuple[Hit, ...]
    total: int
    page: str


@dataclass(frozen=True, slots=True)
class Found:
    """What a search answers: groups by noun, whether any term sufficed, and the index's age when it lags."""

    query: Query
    groups: tuple[Group, ...]
    loosened: bool = False
    behind: timedelta | None = None

    @property
    def total(self) -> int:
        return sum(group.total for group in self.groups)


def audience_of(actor: Actor | None) -> tuple[str, ...] | None:
    """Names the audiences an actor belongs to; none at all means that a supervisor finds everything."""
    if actor is None:
        return (EVERYBODY,)
    if actor.kind in ("regulator", "auditor"):
        return None
    return (EVERYBODY, f"o{actor.organisation_id}", actor.kind)


def search(actor: Actor | None, typed: str, *, nouns: Iterable[str] | None = None, size: int = 5) -> Found:
    """Finds what the actor may see, grouped by noun; when all terms together find nothing, any one of them may."""
    query = _for_actor(actor, parse(typed))
    if query.is_empty:
        return Found(query, ())
    chosen = [noun for noun in SOURCES if nouns is None or noun in set(nouns)]
    groups = _groups(query, chosen, size)
    loosened = not groups and len(query.wanted) > 1
    if loosened:
        groups = _groups(query.loosened(), chosen, size)
    waited = lag()
    return Found(query, groups, loosened, waited if waited > LAG_SHOWN else None)


def _for_actor(actor: Actor | None, query: Query) -> Query:
    audience = audience_of(actor)
    if audience is None:
        return query
    return Query(query.wanted, query.excluded, (*query.groups, tuple(f"seen={who}" for who in audience)), query.any_of)


def _groups(query: Query, nouns: Sequence[str], size: int) -> tuple[Group, ...]:
    order = {row_id: place for place, row_id in enumerate(ranked_ids(query))}
    rows = session().execute(select(SearchRow.id, SearchRow.noun).where(SearchRow.id.in_(list(order)))).all()
    by_noun: dict[str, list[int]] = {}
    for row_id, noun in sorted(rows, key=lambda row: order[row[0]]):
        by_noun.setdefault(noun, []).append(row_id)
    return tuple(_group(noun, by_noun[noun], size) for noun in nouns if noun in by_noun)


def _group(noun: str, ids: Sequence[int], size: int) -> Group:
    first = list(ids[:size])
    rows = {row.id: row for row in session().scalars(select(SearchRow).where(SearchRow.id.in_(first)))}
    hits = tuple(_hit(rows[row_id]) for row_id in first)
    return Group(noun, SOURCES[noun].label, hits, len(ids), SOURCES[noun].page)


def _hit(row: SearchRow) -> Hit:
    return Hit(row.noun, row.public_id, row.url, row.number, row.shown_zh, row.shown_en, row.detail, row.dated_on)


_FTS_IDS = text("search_row.id IN (SELECT rowid FROM search_fts WHERE search_fts MATCH :match)")
_TSV_IDS = text("search_row.vector @@ CAST(:match AS tsquery)")


def newest(query: Query, *, size: int = 20, after: tuple[date, int] | None = None) -> list[SearchRow]:
    """Gives a page of all hits by date, newest first, after the given place."""
    statement = select(SearchRow).where(_FTS_IDS if dialect() == "sqlite" else _TSV_IDS)
    if after is not None:
        statement = statement.where(tuple_(SearchRow.dated_on, SearchRow.id) < tuple_(*after))
    statement = statement.order_by(SearchRow.dated_on.desc(), SearchRow.id.desc()).limit(size)
    return list(session().scalars(statement, {"match": _written(query)}))
