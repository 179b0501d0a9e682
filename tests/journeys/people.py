"""Everybody of the journey: each signs in with its own password and reaches the house through pages and JSON alone."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from exchange.core import clock
from exchange.core.database import operation
from exchange.people.accounts.models import Member, Organisation
from exchange.people.accounts.operations import hash_password
from tests import factories
from tests.journeys.pages import Page

PASSWORD = "correct horse battery staple 27"
SESSION_LASTS, STEP_UP_LASTS = timedelta(minutes=25), timedelta(minutes=4)


@dataclass
class Person:
    """One person at a browser; whoever was away for long signs in again, and is asked who one is before a binding act."""

    house: Any
    email: str
    organisation_name: str
    public_id: str = ""
    password: str = PASSWORD
    client: Any = None
    seen_at: Any = None
    stepped_up_at: Any = None

    def sign_in(self) -> None:
        """Open a session with address and password, then say once more who one is."""
        self.client = self.house.client()
        self.seen_at = clock.now()
        assert self.fill("/sign-in", email=self.email, password=self.password) == "/home"
        self.step_up()

    def step_up(self) -> None:
        """Say who one is, for the binding acts of the next minutes."""
        self.stepped_up_at = clock.now()
        self.fill("/step-up", proof=self.password)

    def _present(self) -> Any:
        if self.client is None or clock.now() - self.seen_at > SESSION_LASTS:
            self.sign_in()
        self.seen_at = clock.now()
        return self.client

    def _stepped_up(self) -> Any:
        """At the API nobody is led to the confirmation of who one is, so it comes first."""
        self._present()
        if self.stepped_up_at is not None and clock.now() - self.stepped_up_at > STEP_UP_LASTS:
            self.step_up()
        return self.client

    # ------------------------------------------------------------------ pages

    def get(self, path: str, status: int = 200) -> Any:
        """The answer to an address."""
        answer = self._present().get(path)
        assert answer.status_code == status, f"{self.email} {path}: {answer.status_code} {words_of(answer)}"
        return answer

    def open(self, path: str) -> Page:
        """A page."""
        return Page(self.get(path).get_data(as_text=True), urlsplit(path).path)

    def fill(self, path: str, /, **given: Any) -> str:
        """Open a page with a form, type into it what is given, send it; where it leads to."""
        return self.send_form(self.open(path), urlsplit(path).path, **given)

    def press(self, place: str, verb: str, /, **given: Any) -> str:
        """Open the page of a thing and do what it offers: a button there, or the form it leads to."""
        page, target = self.open(place), f"{place}/{verb}"
        if any(each.path == target and each.method == "post" for each in page.forms):
            return self.send_form(page, target, **given)
        assert page.links_to(target), f"{self.email}: {place} offers no {verb}; it offers {offers_of(page)}"
        return self.fill(target, **given)

    def send_form(self, page: Page, target: str, /, **given: Any) -> str:
        """Send the form of a page that goes to ``target``; where it leads to."""
        answer = self.send(target, page.form(target).filled(given))
        assert answer.status_code == 303, f"{self.email} {target}: {answer.status_code} {words_of(answer)}"
        where = urlsplit(answer.headers["Location"]).path
        if where == "/step-up":
            self.step_up()
            return self.send_form(self.open(page.path), target, **given)
        return where

    def send(self, target: str, filled: dict[str, Any]) -> Any:
        """The answer to a filled form; a file in it is its bytes and its name."""
        parts = {name: FileStorage(io.BytesIO(each[0]), each[1]) if isinstance(each, tuple) else each for name, each in filled.items()}
        boundary, body = encode_multipart(parts)
        return self._present().post(target, data=body, content_type=f'multipart/form-data; boundary="{boundary}"')

    def dead_links(self, place: str) -> list[str]:
        """The links of a page that lead this reader nowhere."""
        ours = dict.fromkeys(each.partition("#")[0] for each in self.open(place).links if each.startswith("/"))
        return [each for each in ours if each and self._present().get(each).status_code not in (200, 303)]

    # ------------------------------------------------------------------ JSON

    def ask(self, path: str) -> Any:
        """What the API says about an address."""
        return self.get("/api/v1" + path).get_json()

    def post(self, path: str, /, **body: Any) -> Any:
        """Have the API do something."""
        answer = self._stepped_up().post("/api/v1" + path, json=body)
        assert answer.status_code < 300, f"{self.email} {path}: {answer.status_code} {answer.get_data(as_text=True)[:1500]}"
        return answer.get_json()

    def refused(self, path: str, /, **body: Any) -> tuple[int, str]:
        """Status and code with which the API refuses."""
        return self.refused_as_is(path, self._stepped_up(), **body)

    def refused_as_is(self, path: str, client: Any = None, /, **body: Any) -> tuple[int, str]:
        """The same without saying anew who one is."""
        answer = (client or self._present()).post("/api/v1" + path, json=body)
        assert answer.status_code >= 400, f"{self.email} {path} was not refused: {answer.status_code}"
        said = answer.get_json()
        assert set(said["message"]) == {"zh", "en"}
        return answer.status_code, said["code"]

    # ------------------------------------------------------------------ the second person

    def confirm(self) -> str:
        """Find the one proposal that waits for this person, read it and confirm it."""
        waiting = self.open("/approvals").links_to("/approvals/")
        assert len(waiting) == 1, f"{self.email} finds {waiting}"
        return self.press(waiting[0], "confirm")


class Visitor(Person):
    """Somebody who has no account and needs none."""

    def __init__(self, house: Any) -> None:
        super().__init__(house, "a visitor", "")

    def sign_in(self) -> None:
        """Open the browser, no more."""
        self.client, self.seen_at = self.house.client(), clock.now()


def words_of(answer: Any) -> str:
    """An answer as plain words, for the reader of a failure."""
    text = answer.get_data(as_text=True)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text.partition("<main")[2] or text))[:1500]


def offers_of(page: Page) -> list[str]:
    """What a page offers to do."""
    return [each.path for each in page.forms if each.method == "post"] + page.links_to(page.path + "/")


@operation
def give_password(member: Member, *, hashed: str, language: str) -> None:
    """A person who joined earlier has a password and a language."""
    member.person.password_hash, member.person.language = hashed, language


SEATS: dict[str, tuple[str, tuple[str, ...]]] = {
    "holder": ("enterprise", ("signatory", "officer")),
    "rival": ("enterprise", ("signatory",)),
    "investor": ("investor", ("signatory",)),
    "exchange": ("exchange", ("officer registrar", "approver registrar", "officer clerk", "approver clerk")),
    "appraiser": ("appraiser", ("signatory", "signatory", "approver", "approver")),
    "bank": ("bank", ("officer", "approver")),
    "guarantor": ("guarantor", ("officer", "approver")),
    "reguarantor": ("reguarantor", ("officer", "approver")),
    "regulator": ("regulator", ("officer", "approver")),
}
NAMES = {
    "holder": "演示深瞳影像技术有限公司", "rival": "演示远帆科技有限公司", "investor": "演示湾区创业投资有限公司", "exchange": "演示知识产权交易所",
    "appraiser": "演示资产评估有限公司", "bank": "演示商业银行", "guarantor": "演示融资担保有限公司", "reguarantor": "演示再担保有限公司",
    "regulator": "演示市场监督管理局",
}


@dataclass
class Cast:
    """Who plays which part: ``cast["bank approver"]``; the second of a grade is ``"appraiser signatory 2"``."""

    house: Any
    people: dict[str, Person] = field(default_factory=dict)
    houses: dict[str, str] = field(default_factory=dict)

    def __getitem__(self, seat: str) -> Person:
        return self.people[seat]

    def named(self, *seats: str) -> Iterator[Person]:
        """Several at once."""
        return (self.people[seat] for seat in seats)


def assembled(house: Any, *, demonstration: bool) -> Cast:
    """Everybody but the buyer, who registers in the journey itself; demonstration numbers need a demonstration holder."""
    cast, hashed = Cast(house), hash_password(PASSWORD)
    for key, (kind, grades) in SEATS.items():
        columns = {"demonstration": demonstration, "holder_kind": "enterprise_small", "is_small": True} if key == "holder" else {}
        home = factories.organisation(kind, name=NAMES[key], **columns)
        cast.houses[key] = home.public_id
        for grade in grades:
            seat(cast, key, home, grade, hashed=hashed)
    house.db.session.rollback()
    return cast


def seat(cast: Cast, key: str, home: Organisation, role: str, *, hashed: str) -> None:
    """One member, under the first free name of its role."""
    grade, _, desk = role.partition(" ")
    marks = {"publisher": True} if (key, grade) == ("regulator", "approver") else {}
    member = factories.member(home, grade, desk=desk, **marks)
    give_password(member, hashed=hashed, language="zh" if len(cast.people) % 2 else "en")
    name = f"{key} {role}"
    taken = sum(1 for each in cast.people if each == name or each.startswith(name + " "))
    cast.people[f"{name} {taken + 1}" if taken else name] = Person(
        cast.house, member.person.email, home.name, public_id=member.person.public_id)
