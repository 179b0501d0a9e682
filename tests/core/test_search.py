"""The index on both databases: what is found, by whom, and that any text is a question that can be asked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from exchange.core.access import Actor
from exchange.core.database import operation, session
from exchange.core.search import index
from exchange.core.search.index import Document, Source, count, facet_counts, newest, ranked_public_ids, rebuild_all, reindex, search
from exchange.core.search.marks import marked
from exchange.core.search.models import SearchRow, SearchWait
from exchange.core.search.query import parse
from exchange.core.text import Text
from tests import factories

NOUN = "shelf"
DOCUMENTS = {
    "a": Document(
        NOUN, "a", "/shelf/a", ("public",), number="GP-1", title_zh="固态电池隔膜及其涂层", title_en="Solid state battery separator",
        abstract="陶瓷颗粒提高耐热性", applicant="海州新材料", facets=(("ipc", "H01M"), ("mode", "sole")), dated_on=date(2026, 1, 3),
    ),
    "b": Document(
        NOUN, "b", "/shelf/b", ("public",), title_zh="充电桩的散热装置", title_en="Charging pile cooling",
        abstract="电池充电时的温度", facets=(("ipc", "H02J"),), dated_on=date(2026, 1, 2),
    ),
    "c": Document(NOUN, "c", "/shelf/c", ("o77",), title_zh="内部的电池资料", dated_on=date(2026, 1, 1)),
}  # fmt: skip


@pytest.fixture
def shelf(house: Any, clock: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Document]]:
    shown = dict(DOCUMENTS)
    monkeypatch.setitem(index.SOURCES, NOUN, Source(Text("Shelf"), shown.get, lambda: list(shown)))
    _change(list(shown))
    index.index_waiting()
    return shown


@operation
def _change(public_ids: list[str]) -> None:
    for public_id in public_ids:
        reindex(NOUN, public_id)


def found(typed: str, actor: Actor | None = None) -> list[str]:
    return [hit.public_id for group in search(actor, typed, nouns=[NOUN]).groups for hit in group.hits]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("电池", ["a", "b"]),
        ("隔膜", ["a"]),
        ("separators", ["a"]),
        ("ＳＯＬＩＤ", ["a"]),
        ("海州", ["a"]),
        ("散", ["b"]),
        ('"battery separator"', ["a"]),
        ('"separator battery"', []),
        ("电池 -隔膜", ["b"]),
        ("池隔", ["a"]),
        ("飞机", []),
        ("", []),
    ],
)
def test_finds(shelf: dict[str, Document], typed: str, expected: list[str]) -> None:
    assert sorted(found(typed)) == expected


def test_a_title_ranks_before_an_abstract(shelf: dict[str, Document]) -> None:
    assert found("电池") == ["a", "b"]


def test_any_term_suffices_when_all_together_find_nothing(shelf: dict[str, Document]) -> None:
    answer = search(None, "隔膜 散热", nouns=[NOUN])
    assert answer.loosened
    assert sorted(hit.public_id for hit in answer.groups[0].hits) == ["a", "b"]


def test_a_private_row_is_found_by_its_owner_and_supervisors_alone(shelf: dict[str, Document]) -> None:
    regulator = factories.actor("regulator officer")
    stranger = factories.actor("enterprise officer")
    assert found("内部") == []
    assert found("内部", stranger) == []
    assert found("内部", regulator) == ["c"]


def test_counts_facets_of_what_is_found(shelf: dict[str, Document]) -> None:
    query = parse("电池", filters={"seen": ["public"], "noun": [NOUN]})
    assert facet_counts(query, ["ipc", "mode"]) == {"ipc": {"H01M": 1, "H02J": 1}, "mode": {"sole": 1}}
    assert count(query) == 2


def test_filters_by_exact_codes(shelf: dict[str, Document]) -> None:
    assert ranked_public_ids(parse("电池", filters={"ipc": ["H01M"]}), NOUN) == ["a"]
    assert ranked_public_ids(parse("电池", filters={"ipc": ["H01M", "H02J"]}), NOUN) == ["a", "b"]


def test_pages_by_date_with_a_key(shelf: dict[str, Document]) -> None:
    query = parse("", filters={"noun": [NOUN]})
    first = newest(query, size=2)
    assert [row.public_id for row in first] == ["a", "b"]
    last = first[-1]
    assert last.dated_on is not None
    assert [row.public_id for row in newest(query, size=2, after=(last.dated_on, last.id))] == ["c"]


def test_a_changed_thing_is_found_by_its_new_words_alone(shelf: dict[str, Document]) -> None:
    shelf["a"] = Document(NOUN, "a", "/shelf/a", ("public",), title_zh="石墨烯薄膜")
    _change(["a"])
    assert index.index_waiting() == 1
    assert (found("石墨烯"), found("隔膜")) == (["a"], [])


def test_a_thing_that_is_gone_is_found_no_more(shelf: dict[str, Document]) -> None:
    del shelf["a"]
    _change(["a"])
    index.index_waiting()
    assert found("隔膜") == []
    assert session().query(SearchRow).filter_by(noun=NOUN, public_id="a").count() == 0


def test_a_thing_changed_twice_waits_once(shelf: dict[str, Document]) -> None:
    _change(["a", "a"])
    assert session().query(SearchWait).count() == 1
    assert index.lag().total_seconds() == 0


def test_says_how_far_the_index_is_behind(shelf: dict[str, Document], clock: Any) -> None:
    _change(["a"])
    clock.pass_(seconds=11)
    behind = search(None, "电池").behind
    assert behind is not None
    assert behind.total_seconds() == 11


def test_rebuilds_the_whole_index_from_the_tables(shelf: dict[str, Document]) -> None:
    shelf["d"] = Document(NOUN, "d", "/shelf/d", ("public",), title_zh="钠离子电池")
    assert rebuild_all()[NOUN] == 4
    assert found("钠离子") == ["d"]


@pytest.mark.parametrize("typed", ['"', "(", "NEAR(电池)", "a:b", "*", "--", "'; DROP TABLE x", "\\", "&|!<->", "=/.", "É é ß İ", "𠀀", "́"])
def test_no_text_breaks_the_search(shelf: dict[str, Document], typed: str) -> None:
    assert isinstance(found(typed), list)


def test_marks_the_words_looked_for() -> None:
    assert marked("固态电池 Separators", parse("电池 separator")) == [("固态", False), ("电池", True), (" ", False), ("Separators", True)]
