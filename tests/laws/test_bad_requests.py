"""Whatever is sent to any address, by somebody who may: never a 500, a refusal in the house's form, nothing written, nothing typed lost.

``BAD_INPUT=60 ./dev test tests/laws/test_bad_requests.py`` sends that many bodies to each address instead of the few of every run.
"""

import json
import os
import zlib
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.strategies import SearchStrategy
from sqlalchemy import select

from exchange.core.web.policy import POLICIES, Policy, Reads
from tests.laws.declared import import_everything
from tests.laws.test_permissions import NOBODY, url_of
from tests.services.hostile import bodies, flat
from tests.services.requests import Answer, Caller, Callers, Page, addresses, faults_of_page, faults_of_problem, send

import_everything()
EXAMPLES = int(os.environ.get("BAD_INPUT", "1"))


def room_of(policy: Policy) -> str:
    """The room of an address; the pages and the API of one feature share a room here."""
    return policy.endpoint.partition(".")[0].removeprefix("api_")


ROOMS = sorted({room_of(policy) for policy in POLICIES.values()})
MEBIBYTE = 1024 * 1024
LANGUAGES = ("zh", "en")
ENDS_THE_SESSION = {"accounts.sign_out", "accounts.switch", "settings.end_others", "settings.change_password", "settings.totp", "settings.add_totp"}
SENT_JSON: tuple[dict[str, Any], ...] = (
    {"data": b'{"a": '}, {"data": b"[]"}, {"data": b"null"}, {"data": b'"text"'}, {"data": b"NaN"}, {"data": b'{"a": NaN}'}, {"data": b'{"a": 1, "a": 1}'},
    {"data": b"[" * 40 + b"]" * 40}, {"data": b"[" * 100_000}, {"data": b'{"a":' * 5_000}, {"data": b'{"a": "\xff"}'}, {"data": b'{"a": "\\ud800"}'},
    {"data": b'{"\\ud800": 1}'}, {"data": b'{"a": ' + b"9" * 5_000 + b"}"}, {"data": b'{"a": 1e999}'}, {"data": b'{"a": "' + b"x" * 2 * MEBIBYTE + b'"}'},
    {"data": b"\xff\xfe{\x00}\x00"}, {"data": b"\xef\xbb\xbf{}"}, {"data": b""}, {"data": b'{"version": "x"}'}, {"data": b'{"version": ' + b"9" * 400 + b"}"},
    {"data": b'{"version": {}}'}, {"data": b"{}", "content_type": "text/plain"}, {"data": b"a=b", "content_type": "application/x-www-form-urlencoded"},
    {"data": b"<a/>", "content_type": "application/xml"}, {"data": b"{}", "content_type": "application/json; charset=utf-16"},
    {"data": b"--x", "content_type": "multipart/form-data; boundary=x"}, {"data": b"{}", "headers": {"Idempotency-Key": "short"}},
    {"data": b"{}", "headers": {"Idempotency-Key": "x" * 4000}}, {"data": b"{}", "headers": {"Idempotency-Key": "é" * 20}},
    {"data": b"{}", "headers": {"If-Match": "W/\"abc\""}}, {"data": b"{}", "headers": {"If-Match": "9" * 5000}}, {"data": b"{}", "headers": {"If-Match": "²"}},
)  # fmt: skip
FORM = "application/x-www-form-urlencoded"
SENT_FORMS: tuple[dict[str, Any], ...] = (
    {"data": b"{}", "content_type": "application/json"}, {"data": b"x", "content_type": "text/plain"}, {"data": b"a=%ff%fe&%ff=1", "content_type": FORM},
    {"data": b"a=%00", "content_type": FORM}, {"data": b"=&=&&&;", "content_type": FORM}, {"data": b"a=" + b"x" * 2 * MEBIBYTE, "content_type": FORM},
    {"data": b"&".join(b"a%d=1" % number for number in range(3000)), "content_type": FORM}, {"data": b"items." + b"9" * 5000 + b".name=1", "content_type": FORM},
    {"data": b"a." * 3000 + b"b=1", "content_type": FORM}, {"data": b"a=1&a.b=2", "content_type": FORM}, {"data": b"a.b=2&a=1", "content_type": FORM},
    {"data": b"a.=1&.a=2&..=3", "content_type": FORM}, {"data": b"version=%C2%B2", "content_type": FORM}, {"data": b"version=" + b"9" * 5000, "content_type": FORM},
    {"data": b"version=1&version=2", "content_type": FORM}, {"data": b"idempotency_key=short", "content_type": FORM, "headers": {"Idempotency-Key": ""}},
    {"data": b"--x\r\n", "content_type": "multipart/form-data; boundary=x"}, {"data": b"a=b", "content_type": "multipart/form-data"},
    {"data": b'--x\r\nContent-Disposition: form-data; name="file"; filename="a\x00.pdf"\r\n\r\n%PDF\r\n--x--', "content_type": "multipart/form-data; boundary=x"},
    {"data": b"--x\r\nContent-Disposition: form-data\r\n\r\n1\r\n--x--", "content_type": "multipart/form-data; boundary=x"},
    {"data": b"a=1", "content_type": FORM + "; charset=utf-16"}, {"data": b"a=1", "content_type": "\xff/\xff"},
)  # fmt: skip
HEADERS: tuple[dict[str, str], ...] = (
    {"Accept-Language": "x" * 5000}, {"Accept-Language": "zh;q=nan,en;q=inf,*;q=-1"}, {"Accept-Language": ",;=,;q==;"}, {"Cookie": "lang=%00; theme=purple; density=x"},
    {"Cookie": 'lang="\\000"; theme=\xff'}, {"Accept": "\xff"}, {"Accept": "a/b;q=x, ,"}, {"Range": "bytes=9-1"}, {"If-Modified-Since": "never"},
    {"If-None-Match": '"\xff'}, {"Referer": "http://[::1"}, {"Referer": "http://localhost/\xff?\xff"}, {"Authorization": "Bearer zrt_\xff"}, {"Authorization": "Basic"},
    {"Accept-Encoding": "gzip;q=x"}, {"Cookie": "zhirong_form=x.y.z"}, {"HX-Request": "true"}, {"X-Forwarded-For": "'"}, {"User-Agent": "\xff" * 3000},
)  # fmt: skip
BAD_IDS = ("%00", "%ff%fe", "..%2f..%2fetc", "'%20OR%201=1", "x" * 3000, "%E7%9F%A5", "9" * 40, "-1", "%0d%0aa:b", "%f0%9f%98%80", "{id}", "%25", "None")
BAD_QUERIES = ("cursor=%00", "cursor=W10", "cursor=" + "9" * 3000, "page=-1", "page=%ff", "page=" + "9" * 40, "sort=;", "lang=xx", "lang=%00&lang=en", "a=1&a=2", "%ff=1", "q=%00")


def samples(strategy: SearchStrategy[Any], count: int) -> list[Any]:
    """The first values of a strategy, the same in every run."""
    found: list[Any] = []

    @settings(max_examples=count, derandomize=True, database=None, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(strategy)
    def collect(value: Any) -> None:
        found.append(value)

    collect()
    return found


def some(pool: tuple[Any, ...], name: str, count: int) -> list[Any]:
    """Some of a pool, others for each name; all of it where many examples are wanted."""
    start = zlib.crc32(name.encode()) % len(pool)
    return [pool[(start + step * 7) % len(pool)] for step in range(min(len(pool), count))]


def named(client: Any, extra: dict[str, str]) -> dict[str, str]:
    """Headers of a request, the caller's session beside hostile cookies."""
    session = client.get_cookie("zhirong_session")
    if "Cookie" in extra and session is not None:
        return extra | {"Cookie": f"zhirong_session={session.value}; {extra['Cookie']}"}
    return extra


def judge(answer: Answer, policy: Policy, reads: Reads, language: str, typed: list[tuple[str, str]], controls: dict[str, str]) -> list[str]:
    """What is wrong with an answer."""
    if answer.status >= 500:
        return [f"{answer.status} {answer.broke or answer.text[:100]}"]
    wrong = [f"{answer.status} but wrote {sorted(answer.written)}"] if answer.status >= 400 and answer.written else []
    if answer.status < 400:
        return wrong
    if policy.api or policy.rule.startswith("/api/"):
        return wrong + faults_of_problem(answer, reads.shape)
    return wrong + faults_of_page(answer, language, reads, typed, controls)


def nothing(wrong: list[tuple[str, ...]]) -> None:
    """Fail with one line for each fault."""
    if wrong:
        pytest.fail("\n".join(" | ".join(line) for line in wrong), pytrace=False)


def path_of(policy: Policy, rule: Any, caller: Caller) -> str:
    """The address; a verification is that of a document that exists."""
    from exchange.core.database import session
    from exchange.core.seal.models import SealedDocument

    url = url_of(policy, rule, caller.public_id or NOBODY)
    return url.replace(NOBODY, str(session().scalar(select(SealedDocument.code)))) if policy.rule == "/v/<code>" else url


def bad_posts(policy: Policy, reads: Reads) -> list[tuple[dict[str, Any], list[tuple[str, str]]]]:
    """Requests with the flat fields that a browser would have shown as typed."""
    pool = SENT_JSON if policy.api else SENT_FORMS
    sent = [(dict({"content_type": "application/json"} | each), []) for each in some(pool, policy.rule, 1 if EXAMPLES < 10 else len(pool))]
    if reads.shape is None:
        return sent
    for body in samples(bodies(reads.shape()), EXAMPLES):
        if policy.api:
            sent.append(({"data": json.dumps(body), "content_type": "application/json"}, []))
        else:
            typed = [(name, value) for name, value in flat(body) if name]
            data = urlencode(typed)
            sent.append(({"data": data, "content_type": FORM}, typed))
    return sent


@pytest.mark.parametrize("room", ROOMS)
def test_bad_input_is_refused_aloud_and_changes_nothing(room: str, demonstration: Any) -> None:
    callers = Callers(demonstration)
    wrong: list[tuple[str, ...]] = []
    for policy, reads, rule in sorted(addresses(demonstration.app), key=lambda each: each[0].method):  # reading first: what is sent may change things
        caller = callers.caller(policy) if room_of(policy) == room and policy.endpoint not in ENDS_THE_SESSION else None
        if caller is not None:
            wrong += (read_badly if policy.method == "GET" else write_badly)(policy, reads, path_of(policy, rule, caller), caller)
    nothing(wrong)


def write_badly(policy: Policy, reads: Reads, url: str, caller: Caller) -> list[tuple[str, ...]]:
    """What is wrong with the answers to bad bodies, and with the thing's page after them."""
    wrong: list[tuple[str, ...]] = []
    if "<int:" in policy.rule:
        wrong += [(policy.rule, fault) for fault in judge(send(caller.client, "POST", url.replace("/1", "/" + "9" * 40)), policy, reads, "zh", [], {})]
    controls = Page(send(caller.client, "GET", url).text).controls if reads.template else {}
    for number, (request, typed) in enumerate(bad_posts(policy, reads)):
        language = LANGUAGES[number % 2]
        headers = named(caller.client, some(HEADERS, f"{policy.rule} {number}", 1)[0]) | request.pop("headers", {})
        answer = send(caller.client, "POST", f"{url}?lang={language}", headers=headers, **request)
        wrong += [("POST", policy.rule, str(request)[:160], fault) for fault in judge(answer, policy, reads, language, typed, controls)]
    after = send(caller.client, "GET", url.rpartition("/")[0]) if caller.public_id else None
    return wrong + ([("GET", url, "after hostile input", after.broke)] if after is not None and after.status >= 500 else [])


def read_badly(policy: Policy, reads: Reads, url: str, caller: Caller) -> list[tuple[str, ...]]:
    """What is wrong with the answers to bad names, queries and headers."""
    whole = EXAMPLES >= 10
    tries = [f"{url}?{query}" for query in some(BAD_QUERIES, policy.rule, len(BAD_QUERIES) if whole else 1)]
    if reads.shape is not None:
        tries += [f"{url}?{urlencode(flat(body))}" for body in samples(bodies(reads.shape()), EXAMPLES + 1)]
    if "<int:" in policy.rule:
        tries += [url.replace("/1", "/" + "9" * 40)]
    if NOBODY in url or caller.public_id:
        tries += [url.replace(caller.public_id or NOBODY, bad) for bad in some(BAD_IDS, policy.rule, len(BAD_IDS) if whole else 1)]
    wrong: list[tuple[str, ...]] = []
    for number, address in enumerate(tries):
        language = LANGUAGES[number % 2] if "lang=" not in address else "zh"  # what a person of the demonstration prefers
        address += ("&" if "?" in address else "?") + f"lang={language}" if "lang=" not in address else ""
        answer = send(caller.client, "GET", address)
        wrong += [(address[:160], fault) for fault in judge(answer, policy, reads, language, [], {})]
    for extra in some(HEADERS, policy.rule, len(HEADERS) if whole else 1):
        answer = send(caller.client, "GET", url, headers=named(caller.client, extra))
        wrong += [(url, str(extra), f"{answer.status} {answer.broke}")] if answer.status >= 500 else []
    return wrong
