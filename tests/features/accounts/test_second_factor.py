"""The second factor: asked at sign-in, each code once, recovery codes, enrolment, and confirmation of binding acts."""

import dataclasses
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import func, select

from exchange.core.database import db
from exchange.people.accounts.models import Person, RecoveryCode, UserSession
from exchange.people.accounts.operations import new_secret
from tests.features.accounts.people import PASSWORD, address_of, digits, letters_to, member_with_password, sign_in


@pytest.fixture
def strict(app: Any) -> Iterator[None]:
    """The house asks everybody for a second factor."""
    before = app.extensions["zhirong.settings"]
    app.extensions["zhirong.settings"] = dataclasses.replace(before, MFA_REQUIRED="all")
    yield
    app.extensions["zhirong.settings"] = before


def enrol(client: Any) -> tuple[str, list[str]]:
    """Set up an authenticator; its secret and the recovery codes."""
    secret = new_secret()
    answer = client.post("/settings/totp", data={"secret": secret, "digits": digits(secret)})
    assert answer.status_code == 200
    page = answer.get_data(as_text=True)
    return secret, [part.partition("</code>")[0] for part in page.split("<li><code>")[1:]]


def test_a_password_alone_opens_nothing_where_a_factor_is_set_up(client: Any, database: Any) -> None:
    secret = new_secret()
    answer = sign_in(client, address_of(member_with_password(secret=secret)), next="/settings")
    assert answer.headers["Location"] == "/sign-in/factor?next=/settings"
    for path in ("/settings", "/home", "/patents"):
        assert client.get(path).headers["Location"].startswith("/sign-in/factor?next=")
    assert client.get("/api/v1/me", headers={"Accept": "application/json"}).status_code in (401, 404)


def test_the_six_digits_complete_the_sign_in_with_a_new_session(client: Any, database: Any) -> None:
    secret = new_secret()
    sign_in(client, address_of(member_with_password(secret=secret)))
    before = client.get_cookie("zhirong_session").value
    answer = client.post("/sign-in/factor", data={"code": digits(secret), "next": "/settings"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/settings")
    assert client.get("/settings").status_code == 200
    after = client.get_cookie("zhirong_session").value
    assert before != after
    client.set_cookie("zhirong_session", before)
    assert client.get("/settings").headers["Location"].startswith("/sign-in?next=")


@pytest.mark.parametrize("dress", [str, lambda six: " ".join(six), lambda six: "".join(chr(ord(each) + 0xFEE0) for each in six)])
def test_the_same_digits_work_once_in_whatever_dress(dress: Any, app: Any, database: Any) -> None:
    secret = new_secret()
    address = address_of(member_with_password(secret=secret))
    first, second = app.test_client(), app.test_client()
    sign_in(first, address)
    sign_in(second, address)
    typed = digits(secret)
    assert first.post("/sign-in/factor", data={"code": typed}).status_code == 303
    refused = second.post("/sign-in/factor", data={"code": dress(typed)})
    assert refused.status_code == 401
    assert second.get("/settings").status_code == 303


def test_a_recovery_code_works_once_and_its_owner_is_told(client: Any, app: Any, database: Any) -> None:
    member = member_with_password()
    sign_in(client, address_of(member))
    _secret, codes = enrol(client)
    assert len(codes) == 10
    assert len({code.replace("-", "") for code in codes}) == 10
    other = app.test_client()
    sign_in(other, address_of(member))
    assert other.post("/sign-in/factor", data={"code": codes[3].upper()}).status_code == 303
    assert other.get("/settings").status_code == 200
    third = app.test_client()
    sign_in(third, address_of(member))
    assert third.post("/sign-in/factor", data={"code": codes[3]}).status_code == 401
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(RecoveryCode).where(RecoveryCode.used_at.is_not(None))) == 1
    assert letters_to(member) == [{"left": "9"}]


def test_guessing_the_digits_ends_after_five_tries(client: Any, database: Any) -> None:
    secret = new_secret()
    sign_in(client, address_of(member_with_password(secret=secret)))
    answers = [client.post("/sign-in/factor", data={"code": "000000"}).status_code for _try in range(6)]
    assert answers == [401] * 5 + [429]
    assert client.post("/sign-in/factor", data={"code": digits(secret)}).status_code == 429


def test_setting_up_a_factor_asks_the_other_sessions_for_it(client: Any, app: Any, database: Any) -> None:
    member = member_with_password()
    other = app.test_client()
    sign_in(client, address_of(member))
    sign_in(other, address_of(member))
    secret, _codes = enrol(client)
    assert client.get("/settings").status_code == 200
    assert other.get("/settings").headers["Location"].startswith("/sign-in/factor")
    assert other.post("/sign-in/factor", data={"code": digits(secret, steps=1)}).status_code == 303
    assert other.get("/settings").status_code == 200


def test_another_authenticator_in_place_of_the_old_needs_a_confirmation(client: Any, database: Any, clock: Any) -> None:
    member = member_with_password()
    sign_in(client, address_of(member))
    secret, _codes = enrol(client)
    clock.pass_(minutes=6)
    theirs = new_secret()
    answer = client.post("/settings/totp", data={"secret": theirs, "digits": digits(theirs)})
    assert answer.headers["Location"].startswith("/step-up")
    db.session.rollback()
    assert db.session.get_one(Person, member.person_id).totp_secret == secret


def test_a_reset_of_the_password_leaves_the_factor(client: Any, app: Any, database: Any) -> None:
    from exchange.people.accounts import operations

    member = member_with_password()
    sign_in(client, address_of(member))
    secret, _codes = enrol(client)
    operations.ask_reset(address_of(member), address="192.0.2.1", base="http://localhost")
    link = letters_to(member)[-1]["link"].removeprefix("http://localhost")
    assert app.test_client().post(link, data={"password": "another horse battery staple"}).status_code == 303
    assert client.get("/settings").status_code == 303
    fresh = app.test_client()
    answer = sign_in(fresh, address_of(member), password="another horse battery staple")
    assert answer.headers["Location"].startswith("/sign-in/factor")
    assert fresh.post("/sign-in/factor", data={"code": digits(secret, steps=1)}).status_code == 303


def test_switching_roles_keeps_the_factor_of_the_session(client: Any, database: Any) -> None:
    from tests import factories

    member = member_with_password()
    other = factories.member_again(member.person_id, factories.organisation("investor"), "officer")
    sign_in(client, address_of(member))
    enrol(client)
    assert client.post(f"/switch/{other.public_id}").headers["Location"] == "/home"
    assert client.get("/home").status_code == 200


@pytest.mark.usefixtures("strict")
def test_staff_without_a_factor_can_only_set_one_up(client: Any, database: Any) -> None:
    sign_in(client, address_of(member_with_password("exchange officer clerk")))
    assert client.get("/home").headers["Location"] == "/settings/totp"
    assert client.get("/settings/totp").status_code == 200
    enrol(client)
    assert client.get("/home").status_code == 200


@pytest.mark.usefixtures("strict")
def test_others_have_fourteen_days_but_confirm_nothing_by_a_password(client: Any, database: Any, clock: Any) -> None:
    address = address_of(member_with_password("bank approver"))
    sign_in(client, address)
    assert client.get("/home").status_code == 200
    refused = client.post("/step-up", data={"proof": PASSWORD})
    assert refused.headers["Location"] == "/settings/totp"
    db.session.rollback()
    assert db.session.scalars(select(UserSession.step_up_at)).all() == [None]
    clock.pass_(days=14)
    sign_in(client, address)
    assert client.get("/home").headers["Location"] == "/settings/totp"
