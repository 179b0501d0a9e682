"""No page of the documentation grows old."""

import pytest

from tests.laws.declared import import_everything
from tests.laws.documents import DOCS, PAGES

import_everything()


@pytest.mark.parametrize("name", PAGES)
def test_the_page_is_fresh(name: str) -> None:
    path = DOCS / name
    assert path.exists(), "python -m tests.laws.documents writes it"
    assert path.read_text(encoding="utf-8").splitlines() == PAGES[name]().splitlines(), "python -m tests.laws.documents writes it anew"


def test_decisions_are_numbered_in_one_line_each() -> None:
    names = sorted(path.name for path in (DOCS / "decisions").glob("*.md"))
    numbers = [name[:4] for name in names]
    assert [name for name in names if not name[:4].isdigit()] == []
    assert sorted(set(numbers)) == numbers
