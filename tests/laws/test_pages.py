"""Every page of the demonstration asks the database at most so often; the first load fits into so many bytes."""

import gzip
import re
from typing import Any

import pytest

from tests.laws.declared import import_everything
from tests.services.demonstration import client_of, members
from tests.services.house import House
from tests.services.pages import addresses, most_selects
from tests.services.statements import listened

import_everything()
KINDS = (
    "", "enterprise", "research", "investor", "agency", "bank", "guarantor", "reguarantor", "appraiser", "exchange", "regulator", "auditor", "pool", "service",
)
FIRST_LOAD = 60_000
ASSET = re.compile(r'(?:src|href)="(/static/[^"#]+)')


def asks_too_often(client: Any, role: str) -> list[str]:
    """The pages this role may open that ask the database more often than their rule allows."""
    wrong = []
    for address in addresses(client.actor):
        with listened() as said:
            status = client.get(address.url).status_code
        if status >= 500:
            wrong.append(f"{role or 'everybody'}: {address.url} answers {status}")
        if len(said.reads) > most_selects(address.rule):
            wrong.append(f"{role or 'everybody'}: {address.url} makes {len(said.reads)} selects")
    return wrong


@pytest.mark.parametrize("kind", KINDS)
def test_no_page_asks_the_database_more_often_than_its_rule_allows(kind: str, demonstration: House) -> None:
    """Counted for each role of the kind that the demonstration knows, on each page that the table of policies opens to it."""
    if not kind:
        assert asks_too_often(demonstration.client(), "") == []
        return
    known = {role: member for role, member in members(demonstration).items() if role.split()[0] == kind}
    if not known:
        pytest.skip(f"the demonstration has no {kind}")
    assert [line for role, member in known.items() for line in asks_too_often(client_of(demonstration, member), role)] == []


def test_a_plain_page_may_ask_twelve_times_and_a_case_twenty_five() -> None:
    asked = {rule: most_selects(rule) for rule in ("/home", "/cases", "/cases/new", "/cases/<id>", "/cases/<id>/sign", "/loans/<id>")}
    assert asked == {"/home": 12, "/cases": 12, "/cases/new": 12, "/cases/<id>": 25, "/cases/<id>/sign": 25, "/loans/<id>": 12}


def test_the_first_load_fits_into_sixty_thousand_bytes(demonstration: House) -> None:
    """The start page, its styles, scripts and drawings as a browser is sent them; the house ships no fonts."""
    client = demonstration.client()

    def taken(url: str) -> Any:
        answer = client.get(url, headers={"Accept-Encoding": "gzip", "Accept-Language": "zh-CN"}, buffered=True)
        assert answer.status_code == 200
        return answer

    page = taken("/")
    assets = sorted(set(ASSET.findall(gzip.decompress(page.data).decode())))
    sizes = {"/": len(page.data)} | {url: len(taken(url).data) for url in assets}
    assert {"/static/css/zhirong.css", "/static/vendor/htmx.min.js", "/static/js/zhirong.js"} <= set(sizes)
    assert sum(sizes.values()) <= FIRST_LOAD, sizes
    assert b"@font-face" not in gzip.decompress(taken("/static/css/zhirong.css").data)


def test_a_style_comes_compressed_and_is_not_sent_again(demonstration: House) -> None:
    client = demonstration.client()
    plain = client.get("/static/css/zhirong.css", buffered=True)
    small = client.get("/static/css/zhirong.css", headers={"Accept-Encoding": "gzip"}, buffered=True)
    assert gzip.decompress(small.data) == plain.data
    assert (small.headers["Content-Encoding"], small.headers["Vary"]) == ("gzip", "Accept-Encoding")
    again = client.get("/static/css/zhirong.css", headers={"Accept-Encoding": "gzip", "If-None-Match": small.headers["ETag"]}, buffered=True)
    assert (again.status_code, again.data) == (304, b"")
