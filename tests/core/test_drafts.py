"""Nothing typed is lost: drafts of forms, two windows, a session that ends or asks for a confirmation in between."""

from typing import Any

from sqlalchemy import func, select

from exchange.core.database import db
from exchange.core.drafts import Draft, sweep_drafts
from tests.features.accounts.people import address_of, member_with_password, sign_in

FORM = "/demands/new"


def kept() -> list[Draft]:
    db.session.rollback()
    return list(db.session.scalars(select(Draft).order_by(Draft.id)))


def typed(**fields: str) -> dict[str, str]:
    return {"title": "电池隔膜", "text": "需要耐高温的隔膜", **fields}


def test_a_draft_is_kept_restored_and_listed(act_as: Any) -> None:
    client = act_as("enterprise officer")
    answer = client.post(FORM, data=typed(_draft="1"))
    assert (answer.status_code, answer.headers["Location"]) == (303, FORM)
    again = client.get(FORM).get_data(as_text=True)
    assert "电池隔膜" in again
    assert "需要耐高温的隔膜" in again
    assert [(row.path, row.version) for row in kept()] == [(FORM, 1)]
    for page in ("/drafts", "/home"):
        assert f'href="{FORM}"' in client.get(page).get_data(as_text=True)


def test_a_script_is_told_the_time_and_the_version(act_as: Any, clock: Any) -> None:
    client = act_as("enterprise officer")
    answer = client.post(FORM, data=typed(_draft="1", _draft_version="0"), headers={"X-Draft": "1"}, query_string={"lang": "en"})
    assert (answer.status_code, answer.headers["X-Draft-Version"]) == (200, "1")
    assert answer.get_data(as_text=True).startswith("Saved 25 Nov 2026, 10:00")


def test_a_draft_may_be_as_incomplete_as_it_likes_but_writes_nothing_else(act_as: Any) -> None:
    client = act_as("enterprise officer")
    assert client.post(FORM, data={"title": "电", "_draft": "1"}).status_code == 303
    from exchange.market.matching.models import Demand

    assert db.session.scalar(select(func.count()).select_from(Demand)) == 0


def test_a_second_window_does_not_overwrite_the_first_unseen(act_as: Any) -> None:
    client = act_as("enterprise officer")
    client.post(FORM, data=typed(_draft="1", _draft_version="0"))
    client.post(FORM, data=typed(title="first window", _draft="1", _draft_version="1"))
    refused = client.post(FORM, data=typed(title="second window", _draft="1", _draft_version="1"))
    page = refused.get_data(as_text=True)
    assert refused.status_code == 409
    assert "first window" in page
    assert 'value="second window"' in page
    assert 'name="_draft_version" value="2"' in page
    assert [row.typed["title"] for row in kept()] == ["first window"]
    assert client.post(FORM, data=typed(title="second window", _draft="1", _draft_version="2")).status_code == 303
    assert [row.typed["title"] for row in kept()] == ["second window"]


def test_a_draft_belongs_to_its_writer_alone(act_as: Any) -> None:
    client = act_as("enterprise officer")
    client.post(FORM, data=typed(_draft="1"))
    other = act_as("enterprise officer")
    assert "电池隔膜" not in other.get(FORM).get_data(as_text=True)
    row = kept()[0]
    assert other.post(f"/drafts/{row.public_id}/discard").status_code == 404
    assert len(kept()) == 1
    assert client.post(f"/drafts/{row.public_id}/discard").status_code == 303
    assert kept() == []


def test_whoever_may_not_send_the_form_keeps_no_draft_of_it(act_as: Any) -> None:
    assert act_as("bank viewer").post(FORM, data=typed(_draft="1")).status_code == 403
    assert kept() == []


def test_sending_the_form_ends_its_draft(act_as: Any) -> None:
    client = act_as("enterprise officer")
    complete = {"title": "电池隔膜", "text": "需要耐高温的隔膜。" * 8}
    client.post(FORM, data=complete | {"_draft": "1"})
    assert len(kept()) == 1
    sent = client.post(FORM, data=complete)
    assert sent.status_code == 303, sent.get_data(as_text=True)
    assert kept() == []


def test_what_was_typed_when_the_session_had_ended_is_there_after_signing_in(client: Any, database: Any, clock: Any) -> None:
    address = address_of(member_with_password("enterprise officer"))
    sign_in(client, address)
    clock.pass_(minutes=31)
    answer = client.post(FORM, data=typed())
    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in?next=%2Fdemands%2Fnew")
    back = sign_in(client, address, next=FORM)
    assert back.headers["Location"] == FORM
    assert "需要耐高温的隔膜" in client.get(FORM).get_data(as_text=True)


def test_nothing_is_kept_for_a_session_that_was_signed_out_or_never_was(client: Any, database: Any) -> None:
    sign_in(client, address_of(member_with_password("enterprise officer")))
    cookie = client.get_cookie("zhirong_session").value
    client.post("/sign-out")
    client.set_cookie("zhirong_session", cookie)
    assert client.post(FORM, data=typed()).status_code == 401
    client.set_cookie("zhirong_session", "made-up")
    assert client.post(FORM, data=typed()).status_code == 401
    assert kept() == []


def test_a_form_from_elsewhere_leaves_no_draft(client: Any, database: Any, clock: Any) -> None:
    sign_in(client, address_of(member_with_password("enterprise officer")))
    for wait in (0, 31):
        clock.pass_(minutes=wait)
        client.post(FORM, data=typed(_draft="1"), headers={"Origin": "https://evil.example"})
        client.post(FORM, data=typed(), headers={"Origin": "https://evil.example"})
    assert kept() == []


def test_drafts_that_nobody_touches_for_180_days_are_deleted(act_as: Any, clock: Any) -> None:
    act_as("enterprise officer").post(FORM, data=typed(_draft="1"))
    clock.pass_(days=180)
    sweep_drafts()
    assert len(kept()) == 1
    clock.pass_(seconds=1)
    sweep_drafts()
    assert kept() == []
