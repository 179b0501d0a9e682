"""The times of the pages are told by their slowest role, the slowest page first."""

from tests.bench.pages import Timed, worst


def test_the_worst_pages_are_told_by_their_slowest_role() -> None:
    found = [Timed("/home", "bank officer", 10, 9.0), Timed("/listings", "everybody", 7, 12.0), Timed("/home", "enterprise officer", 11, 14.0)]
    assert worst(found) == [found[2], found[1]]
    assert worst(found, most=1) == [found[2]]
