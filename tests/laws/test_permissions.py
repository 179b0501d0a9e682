"""Every URL and method has a policy, the reviewed matrix is the matrix, and each request is answered as it says."""

import itertools
from pathlib import Path
from typing import Any

import pytest

from exchange.core.access import DESKS, KINDS, Actor
from exchange.core.database import Thing
from exchange.core.web.policy import POLICIES, Policy, is_known, may
from exchange.core.web.table import permission_rows, write_rows
from tests import factories
from tests.laws.declared import import_everything
from tests.services.house import House
from tests.services.statements import listened

import_everything()
FILE = Path(__file__).with_name("permissions.csv")
PRINCIPALS = (
    *(f"{kind} officer" for kind in KINDS if kind != "exchange"),
    *(f"{kind} viewer" for kind in ("enterprise", "bank", "regulator")),
    *(f"{kind} approver" for kind in ("bank", "guarantor", "exchange")),
    *(f"{kind} signatory" for kind in ("enterprise", "appraiser", "bank")),
    *(f"exchange officer {desk}" for desk in DESKS),
)
FEW = ("enterprise officer", "bank approver", "exchange officer clerk", "regulator officer")  # enough where everybody is answered alike
NOBODY = "0" * 16
# Converters of URL parts other than the thing's id: something that is well-formed and leads nowhere.
PARTS = {"int": "1", "path": "nowhere", "default": NOBODY, "string": NOBODY}


def policies() -> list[Policy]:
    return sorted(POLICIES.values(), key=lambda policy: (policy.rule, policy.method))


def test_every_permission_names_a_move_or_is_declared() -> None:
    assert [policy.rule for policy in policies() if policy.permission and not is_known(policy.permission)] == []


def test_a_public_url_says_why() -> None:
    assert [policy.rule for policy in policies() if not policy.permission and len(policy.public) < 5] == []


def test_every_url_and_method_has_a_policy(app: Any) -> None:
    bare = [
        (rule.rule, method)
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
        if rule.endpoint != "static" and (rule.endpoint, method) not in POLICIES
    ]
    assert bare == []


def test_what_changes_is_posted(app: Any) -> None:
    assert [policy.rule for policy in policies() if policy.method not in ("GET", "POST")] == []


def test_a_post_that_moves_a_state_asks_for_a_key() -> None:
    from exchange.core.states import MACHINES

    keyless = []
    for policy in policies():
        noun, _, verb = policy.permission.partition(":")
        last = policy.rule.rstrip("/").rsplit("/", 1)[-1].replace("-", "_")
        moves = {row.name for row in MACHINES[noun].moves} if noun in MACHINES else set()
        if policy.method == "POST" and last == verb and verb in moves and not policy.keyed:
            keyless.append(policy.rule)
    assert keyless == []


def test_the_reviewed_matrix_is_the_matrix() -> None:
    assert FILE.read_text(encoding="utf-8").splitlines() == write_rows(permission_rows()).splitlines(), "look at the difference, then: exchange permissions"


def url_of(policy: Policy, rule: Any, public_id: str = NOBODY) -> str:
    """A well-formed address of the rule; what it names does not exist unless an id is given."""
    values: dict[str, Any] = {}
    for name in rule.arguments:
        converter = type(rule._converters[name]).__name__
        values[name] = 1 if converter == "IntegerConverter" else public_id if name == policy.argument else NOBODY
    _, path = rule.build(values)
    return ("/api/v1" if policy.api and not path.startswith("/api/") else "") + path


def rooms() -> list[str]:
    return sorted({policy.endpoint.partition(".")[0] for policy in policies() if not policy.public})


@pytest.fixture
def principals(house: House) -> list[tuple[str, Any]]:
    """A signed-in client of each role."""
    return [(role, factories.signed_in(house, role)) for role in PRINCIPALS]


def rule_of(app: Any, policy: Policy) -> Any:
    """The URL rule of a policy; None when its room is not part of the application, which a law of its own finds."""
    known = app.url_map._rules_by_endpoint.get(policy.endpoint, [])
    return next((rule for rule in known if policy.method in (rule.methods or set())), None)


def test_every_room_is_part_of_the_application(app: Any) -> None:
    assert [policy.rule for policy in policies() if rule_of(app, policy) is None] == []


def ask(client: Any, policy: Policy, url: str) -> int:
    """The status of a request without a body."""
    with listened() as said:
        answer = client.get(url) if policy.method == "GET" else client.post(url, json={} if policy.api else None)
    status: int = answer.status_code
    if status in (401, 403, 404):
        assert said.changed == set(), (policy.method, url, said.changed)
    return status


@pytest.mark.one_database
@pytest.mark.parametrize("room", rooms())
def test_nobody_gets_past_the_door(room: str, app: Any, client: Any) -> None:
    """Without a session every page that is not public leads to the sign-in, and the API answers 401."""
    wrong = []
    for policy in policies():
        if policy.public or policy.endpoint.partition(".")[0] != room or rule_of(app, policy) is None:
            continue
        status = ask(client, policy, url_of(policy, rule_of(app, policy)))
        if status != (303 if policy.method == "GET" and not policy.api else 401):
            wrong.append((policy.method, policy.rule, status))
    assert wrong == []


@pytest.mark.one_database
@pytest.mark.parametrize("room", rooms())
def test_each_role_is_answered_as_the_matrix_says(room: str, app: Any, principals: list[tuple[str, Any]]) -> None:
    """A thing that is not there is 404 for everybody; without a thing the role decides: 403, or the page."""
    wrong = []
    chosen = [p for p in policies() if not p.public and p.endpoint.partition(".")[0] == room and rule_of(app, p) is not None]
    for policy, (role, client) in itertools.product(chosen, principals):
        if policy.thing is not None and role not in FEW:
            continue
        expected = expectation(policy, client.actor)
        if expected is None:
            continue
        status = ask(client, policy, url_of(policy, rule_of(app, policy)))
        if status not in expected:
            wrong.append((policy.method, policy.rule, role, status))
    assert wrong == []


def expectation(policy: Policy, actor: Actor) -> tuple[int, ...] | None:
    """The statuses that the policy allows; None where a permitted POST would need a body of its own."""
    if policy.thing is not None:
        return (404,)
    if not may(policy.permission, actor):
        return (403,)
    return (200, 303, 404, 422) if policy.method == "GET" else None


THINGS = sorted({policy.thing for policy in policies() if policy.thing is not None}, key=lambda model: model.__name__)


@pytest.mark.parametrize("model", THINGS, ids=lambda model: model.__name__)
def test_somebody_says_who_sees_each_thing(model: type[Thing]) -> None:
    from exchange.core.access import VISIBLE_TO

    assert model.noun in VISIBLE_TO
