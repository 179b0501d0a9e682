"""Every answer of the house, errors included: its headers, and that reading writes nothing."""

from typing import Any

import pytest

from exchange.core.web.policy import POLICIES
from tests.laws.declared import import_everything
from tests.laws.test_permissions import rule_of, url_of
from tests.services.statements import listened

import_everything()
EACH_ANSWER = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
BARRED = ("'unsafe-inline'", "'unsafe-eval'", "http:", "https:", "*")
READERS = ("regulator officer", "enterprise officer", "bank approver", "exchange officer clerk")


def readable() -> list[Any]:
    """What can be read without naming anything."""
    return sorted((p for p in POLICIES.values() if p.method == "GET" and "<" not in p.rule), key=lambda policy: policy.rule)


@pytest.mark.one_database
def test_every_answer_bears_the_content_policy(app: Any, client: Any) -> None:
    bare = []
    for policy in (policy for policy in POLICIES.values() if rule_of(app, policy) is not None):
        answer = client.get(url_of(policy, rule_of(app, policy)))
        content_policy = answer.headers.get("Content-Security-Policy", "")
        if "default-src 'none'" not in content_policy or any(word in content_policy for word in BARRED):
            bare.append((policy.rule, content_policy))
        bare += [(policy.rule, name) for name, value in EACH_ANSWER.items() if answer.headers.get(name) != value]
        assert "Server" not in answer.headers
    assert bare == []


@pytest.mark.one_database
@pytest.mark.parametrize("url", ["/nothing-here", "/%00", "/../etc/passwd", "/static/nothing.js", "/api/v1/nothing", "/" + "x" * 3000])
def test_errors_bear_it_too(url: str, client: Any) -> None:
    answer = client.get(url)
    assert answer.status_code in (308, 400, 404)
    if answer.status_code != 308:
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


@pytest.mark.one_database
@pytest.mark.parametrize("role", READERS)
def test_reading_an_empty_house_works_and_writes_nothing(role: str, act_as: Any) -> None:
    """No list fails on an empty database, in either language, and no GET writes."""
    client = act_as(role)
    wrong = []
    for policy in readable():
        for language in ("en", "zh"):
            with listened() as said:
                answer = client.get(("/api/v1" if policy.api and not policy.rule.startswith("/api") else "") + policy.rule, query_string={"lang": language})
            if answer.status_code not in (200, 202, 303, 403, 404, 422) or said.changed:
                wrong.append((policy.rule, language, answer.status_code, said.changed))
            if len(said.reads) > 25:
                wrong.append((policy.rule, language, f"{len(said.reads)} selects"))
    assert wrong == []


@pytest.mark.one_database
def test_pages_say_their_language_and_title(act_as: Any) -> None:
    client = act_as("enterprise officer")
    wrong = []
    for policy in readable():
        for language, expected in (("en", "en"), ("zh", "zh-Hans")):
            answer = client.get(policy.rule, query_string={"lang": language})
            if answer.status_code != 200 or answer.mimetype != "text/html":
                continue
            text = answer.get_data(as_text=True)
            page = "<html" in text
            if page and (f'lang="{expected}' not in text or "<title>" not in text or text.count("<h1") != 1):
                wrong.append((policy.rule, language, text.count("<h1")))
    assert wrong == []
