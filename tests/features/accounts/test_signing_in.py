"""Signing in by password: counted, alike for known and unknown addresses, written down, never locked for good."""

from typing import Any

from sqlalchemy import func, select

from exchange.core.database import db
from exchange.core.events import Event
from exchange.people.accounts.models import SignInAttempt, UserSession
from tests.features.accounts.people import PASSWORD, address_of, member_with_password, sign_in


def live_sessions() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(UserSession).where(UserSession.revoked_at.is_(None))) or 0


def test_the_right_password_opens_a_session(client: Any, database: Any) -> None:
    answer = sign_in(client, address_of(member_with_password()), next="/settings")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/settings")
    assert client.get("/settings").status_code == 200
    assert live_sessions() == 1


def test_a_wrong_password_and_an_unknown_address_are_refused_alike(client: Any, database: Any) -> None:
    address = address_of(member_with_password())
    wrong = sign_in(client, address, password="wrong password here")
    unknown = sign_in(client, "nobody@example.org", password="wrong password here")
    assert (wrong.status_code, unknown.status_code) == (401, 401)
    for answer in (wrong, unknown):
        assert "CREDENTIALS_WRONG" in answer.get_data(as_text=True)
    assert f'value="{address}"' in wrong.get_data(as_text=True)
    assert 'value="nobody@example.org"' in unknown.get_data(as_text=True)
    assert live_sessions() == 0


def test_a_failed_sign_in_is_written_in_the_chain(client: Any, database: Any) -> None:
    member = member_with_password()
    sign_in(client, address_of(member), password="wrong password here")
    row = db.session.scalars(select(Event).where(Event.noun == "person", Event.verb == "sign_in").order_by(Event.id.desc()).limit(1)).one()
    assert (row.outcome, row.object_id) == ("denied", member.person.public_id)


def test_after_five_failures_in_a_row_each_try_waits_longer(client: Any, database: Any, clock: Any) -> None:
    for address in (address_of(member_with_password()), "nobody@example.org"):
        for _try in range(5):
            assert sign_in(client, address, password="wrong password here").status_code == 401
        early = sign_in(client, address, password=PASSWORD)
        assert early.status_code == 429
        assert int(early.headers["Retry-After"]) == 2
        clock.pass_(seconds=2)
        assert sign_in(client, address, password="wrong password here").status_code == 401
        assert int(sign_in(client, address).headers["Retry-After"]) == 3


def test_a_right_password_ends_the_row_of_failures(client: Any, database: Any, clock: Any) -> None:
    address = address_of(member_with_password())
    for _try in range(5):
        sign_in(client, address, password="wrong password here")
    clock.pass_(minutes=6)
    assert sign_in(client, address).status_code == 303
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(SignInAttempt).where(SignInAttempt.subject == f"failed {address}")) == 0


def test_the_way_back_never_leads_out_of_the_house(client: Any, database: Any) -> None:
    address = address_of(member_with_password())
    for hostile in ("https://evil.example", "//evil.example", "/\\evil.example", "/nothing-here", "javascript:alert(1)"):
        assert sign_in(client, address, next=hostile).headers["Location"] == "/home"


def test_signing_in_ends_every_reset_link(client: Any, database: Any) -> None:
    from exchange.people.accounts import operations
    from exchange.people.accounts.models import OneTimeLink

    member = member_with_password()
    operations.ask_reset(address_of(member), address="192.0.2.1", base="http://localhost")
    sign_in(client, address_of(member))
    db.session.rollback()
    assert db.session.scalars(select(OneTimeLink.used_at).where(OneTimeLink.person_id == member.person_id)).one() is not None


def test_an_eleventh_session_ends_the_oldest(app: Any, database: Any, clock: Any) -> None:
    address = address_of(member_with_password())
    browsers = [app.test_client() for _number in range(11)]
    for browser in browsers:
        assert sign_in(browser, address).status_code == 303
        clock.pass_(minutes=2)
    assert live_sessions() == 10
    assert browsers[0].get("/settings").status_code == 303
    assert browsers[1].get("/settings").status_code == 200


def test_a_session_ends_when_idle_and_when_old(client: Any, database: Any, clock: Any) -> None:
    address = address_of(member_with_password())
    sign_in(client, address)
    clock.pass_(minutes=31)
    assert client.get("/settings").headers["Location"].startswith("/sign-in?next=")
    sign_in(client, address)
    for _half_hour in range(25):
        clock.pass_(minutes=29)
        client.get("/settings")
    assert client.get("/settings").status_code == 303


def test_switching_roles_does_not_make_a_session_younger(client: Any, database: Any, clock: Any) -> None:
    from tests import factories

    member = member_with_password()
    other = factories.member_again(member.person_id, factories.organisation("investor"), "officer")
    sign_in(client, address_of(member))
    clock.pass_(minutes=20)
    assert client.post(f"/switch/{other.public_id}").status_code == 303
    db.session.rollback()
    first, second = db.session.scalars(select(UserSession).order_by(UserSession.id))
    assert first.revoked_why == "switched"
    assert second.created_at == first.created_at
