"""Requests to every address of the house: who may send them, and what a refusal looks like when a program or a browser reads it."""

from __future__ import annotations

import gzip
import re
import traceback
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from exchange.core.errors import CODES
from exchange.core.i18n.catalogue import translate
from exchange.core.web.policy import POLICIES, READS, Policy, Reads, may
from tests.services.demonstration import client_of
from tests.services.statements import kept

ROOT = Path(__file__).resolve().parents[2]
CHINESE = re.compile(r"[\u4e00-\u9fff]")
CODE = re.compile(r'href="/help/errors/([^"]*)"')
FOREIGN = re.compile(r"[a-z]{2,}(?: [a-z]{2,}){2,}")
GIVEN_BACK = (409, 415, 422, 423)
TYPED = ("text", "search", "email", "number", "date", "tel", "url", "datetime-local", "month")
ROWS_LOOKED_AT = 40


@dataclass
class Caller:
    """Somebody who may send requests to an address, and the thing they are about."""

    client: Any
    public_id: str = ""


class Callers:
    """For each policy somebody of the demonstration who passes its door, found once."""

    def __init__(self, house: Any) -> None:
        self.house, self.clients, self.nobody = house, {}, house.client()
        self.actors = [(member, actor) for member, actor in everybody()]
        self.found: dict[tuple[str, str], Caller | None] = {}
        self.seen: dict[tuple[Any, int], list[Any]] = {}

    def caller(self, policy: Policy) -> Caller | None:
        """Who may, or None where the demonstration has nobody or nothing of the kind."""
        key = (policy.permission or "-", policy.thing.__name__ if policy.thing else "-")
        if key not in self.found:
            self.found[key] = self._look(policy)
        return self.found[key]

    def _look(self, policy: Policy) -> Caller | None:
        best: tuple[int, Any, str] | None = None
        for member, actor in self.actors:
            if policy.permission and not may(policy.permission, actor):
                continue
            if (policy.thing, member.id) not in self.seen:
                self.seen[policy.thing, member.id] = things_of(policy.thing, actor)
            for row in self.seen[policy.thing, member.id]:
                if policy.permission and not may(policy.permission, actor, row):
                    continue
                rank = 1 if is_open(policy, row, actor) else 0
                if best is None or rank > best[0]:
                    best = (rank, member, row.public_id if row is not None else "")
                if rank:
                    break
            if best and best[0]:
                break
        return Caller(self.client(best[1]), best[2]) if best else Caller(self.nobody) if policy.public and policy.thing is None else None

    def client(self, member: Any) -> Any:
        """The one client of a member."""
        if member.id not in self.clients:
            self.clients[member.id] = client_of(self.house, member)
        return self.clients[member.id]


def everybody() -> Iterator[tuple[Any, Any]]:
    """Every living member of an organisation, one of each organisation and role, with the actor that he is."""
    from sqlalchemy import select

    from exchange.core.database import session
    from exchange.people.accounts.models import Member
    from exchange.people.accounts.queries import actor_of

    seen = set()
    for member in session().scalars(select(Member).where(Member.ended_at.is_(None)).order_by(Member.id)).all():
        role = (member.organisation_id, member.grade, member.desk)
        actor = actor_of(member, stepped_up=True)
        if role not in seen and actor.organisation_active:
            seen.add(role)
            yield member, actor


def things_of(model: Any, actor: Any) -> list[Any]:
    """Things of a kind that the actor sees; one None where there is no kind."""
    from sqlalchemy import select

    from exchange.core.access import VISIBLE_TO
    from exchange.core.database import session

    if model is None:
        return [None]
    return list(session().scalars(select(model).where(VISIBLE_TO[model.noun](actor)).order_by(model.id.desc()).limit(ROWS_LOOKED_AT)))


def is_open(policy: Policy, row: Any, actor: Any) -> bool:
    """Whether the move that the permission names is open now, so that an operation is reached."""
    from exchange.core.states import MACHINES

    noun, _, verb = policy.permission.partition(":")
    if row is None or noun not in MACHINES or row.noun != noun:
        return True
    return any(move.name == verb for move in MACHINES[noun].open_to(row, actor))


def addresses(app: Any) -> list[tuple[Policy, Reads, Any]]:
    """Every policy with what it reads and its rule in the map."""
    rules = {(rule.endpoint, method): rule for rule in app.url_map.iter_rules() for method in rule.methods or ()}
    return [
        (policy, READS[key], rules[key]) for key, policy in sorted(POLICIES.items(), key=lambda each: (each[1].rule, each[1].method)) if key in rules]


@dataclass
class Answer:
    """What came back, or what broke, and which tables were written for good."""

    status: int
    text: str = ""
    mimetype: str = ""
    document: Any = None
    written: set[str] = field(default_factory=set)
    broke: str = ""


def send(client: Any, method: str, url: str, **request: Any) -> Answer:
    """Send a request; an exception that reaches us is the 500 that a user would see."""
    with kept() as said:
        try:
            answer = client.open(url, method=method, **request)
        except Exception as problem:
            return Answer(500, broke=where_it_broke(problem), written=said.changed)
        body = answer.get_data()
        text = (gzip.decompress(body) if answer.headers.get("Content-Encoding") == "gzip" else body).decode("utf-8", "replace")
        found = Answer(answer.status_code, text, answer.mimetype, answer.get_json(silent=True) if "json" in (answer.mimetype or "") else None, said.changed)
        answer.close()
    return found


def where_it_broke(problem: BaseException) -> str:
    """The exception and the last line of the product that it passed."""
    problem = getattr(problem, "original_exception", None) or problem
    lines = [frame for frame in traceback.extract_tb(problem.__traceback__) if "/exchange/" in frame.filename or "/templates/" in frame.filename]
    last = lines[-1] if lines else None
    place = f" at {Path(last.filename).relative_to(ROOT) if last and last.filename.startswith(str(ROOT)) else last and last.filename}:{last and last.lineno}" if last else ""
    return f"{type(problem).__name__}: {str(problem)[:160]}{place}"


def faults_of_problem(answer: Answer, shape: Any) -> list[str]:
    """What a JSON refusal lacks: its type, its code, both sentences, and a field where the status says that one is wrong."""
    document = answer.document
    if answer.mimetype != "application/problem+json" or not isinstance(document, dict):
        return [f"{answer.status} is no problem+json: {answer.mimetype} {answer.text[:80]}"]
    wrong = []
    code, message = document.get("code"), document.get("message") or {}
    if code not in CODES or document.get("status") != answer.status:
        wrong.append(f"code {code!r}, status {document.get('status')}")
    zh, en = message.get("zh", ""), message.get("en", "")
    if not CHINESE.search(zh) or not en or zh == en:
        wrong.append(f"{code}: sentences {zh[:80]!r} and {en[:80]!r}")
    wrong += [f"{code}: unfilled {said[:80]!r}" for said in (zh, en) if code in CODES and unfilled(code, said)]
    wrong += [f"{code}: {zh[:80]!r} is half English"] if FOREIGN.search(zh) else []
    if code in CODES and {each.get("code") for each in document.get("faults", [])} - set(CODES):
        wrong.append(f"{code}: faults {document.get('faults')}")
    return wrong


def unfilled(code: str, said: str) -> bool:
    """Whether one of the sentence's own placeholders is still there."""
    own = set(re.findall(r"\{\w+\}", CODES[code].sentence))
    return any(each in said for each in own)


def faults_of_page(answer: Answer, language: str, reads: Reads, typed: list[tuple[str, str]], controls: dict[str, str]) -> list[str]:
    """What a refusing page lacks: code and sentence in the reader's language; in a form the summary and what was typed."""
    if answer.mimetype != "text/html":
        return [f"{answer.status} is {answer.mimetype}: {answer.text[:80]}"]
    page = Page(answer.text)
    codes = [code for code in CODE.findall(answer.text) if code in CODES]
    wrong = []
    if not codes:
        return [f"{answer.status} names no code"]
    for code in codes:
        start = re.split(r"[{(（:：]", translate(CODES[code].sentence, language))[0][:12]  # type: ignore[arg-type]  # zh or en
        if start.strip() and start not in page.text:
            wrong.append(f"{code}: no sentence in {language}")
        wrong += [f"{code}: unfilled"] if unfilled(code, page.text) else []
    if reads.template and answer.status in GIVEN_BACK:
        wrong += faults_of_form(page, typed, controls)
    return wrong


def faults_of_form(page: Page, typed: list[tuple[str, str]], controls: dict[str, str]) -> list[str]:
    """What a form given back lacks."""
    wrong = [] if page.has_summary else ["the form comes back without its summary"]
    wrong += [f"the summary leads to #{target}, which is not there" for target in page.targets if target not in page.ids and controls.get(target.removeprefix("field-"), "hidden") != "hidden"]
    once = {name: value for name, value in typed if sum(name == other for other, _ in typed) == 1}
    for name, value in once.items():
        if controls.get(name) not in (*TYPED, "textarea"):
            continue
        back = page.values.get(name)
        if back is None or same_text(back) != same_text(value):
            wrong.append(f"{name}: {value[:40]!r} came back as {(back or '')[:40]!r}" if back is not None else f"{name} is not in the form that comes back")
    return wrong


def same_text(text: str) -> str:
    """A text as a browser keeps it: one kind of newline, none at the start of an area, no NUL."""
    return text.replace("\r\n", "\n").replace("\r", "\n").lstrip("\n")


class Page(HTMLParser):
    """The parts of a page that a refusal must have."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.values: dict[str, str] = {}
        self.controls: dict[str, str] = {}
        self.ids: set[str] = set()
        self.targets: list[str] = []
        self.has_summary = False
        self._area: str | None = None
        self._text: list[str] = []
        self.feed(text)
        self.close()
        self.text = "".join(self._text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note ids, controls and the links of the summary."""
        given = {name: value or "" for name, value in attrs}
        self.ids |= {given["id"]} if "id" in given else set()
        self.has_summary = self.has_summary or "error-summary" in given.get("class", "").split()
        if tag == "a" and given.get("href", "").startswith("#field-"):
            self.targets.append(given["href"][1:])
        if tag == "input" and given.get("name"):
            self.controls[given["name"]] = given.get("type", "text")
            self.values.setdefault(given["name"], given.get("value", ""))
        if tag == "select" and given.get("name"):
            self.controls[given["name"]] = "select"
        if tag == "textarea" and given.get("name"):
            self._area = given["name"]
            self.controls[self._area] = "textarea"
            self.values[self._area] = ""

    def handle_data(self, data: str) -> None:
        """Collect text."""
        if self._area is not None:
            self.values[self._area] += data
        self._text.append(data)

    def handle_endtag(self, tag: str) -> None:
        """An area ends."""
        if tag == "textarea":
            self._area = None
