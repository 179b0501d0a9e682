"""The edge of a house in production: https, hosts, proxies, cookies, and where a form may come from."""

import stat
from pathlib import Path
from typing import Any

import pytest

from exchange import create_app
from exchange.core.database import db, metadata
from exchange.core.settings import Settings
from tests.features.accounts.people import address_of, member_with_password

SECURE = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.9"}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """An application as it runs in production behind one proxy."""
    folder = tmp_path_factory.mktemp("served")
    app = create_app(Settings(
        ENV="production", DATA_DIR=folder, DATABASE_URL=f"sqlite:///{folder / 'served.sqlite3'}", PUBLIC_URL="https://ip.example",
        TRUSTED_HOSTS=("ip.example",), PROXY_HOPS=1, MFA_REQUIRED="none"))
    with app.app_context():
        metadata.create_all(db.engine)
    yield app
    with app.app_context():
        db.engine.dispose()


class Browser:
    """A client that opens the house by its own name, as its proxy passes it on."""

    def __init__(self, client: Any) -> None:
        self.client = client

    def get(self, path: str, **named: Any) -> Any:
        return self.client.get(path, base_url="http://ip.example", **named)

    def post(self, path: str, **named: Any) -> Any:
        return self.client.post(path, base_url="http://ip.example", **named)


@pytest.fixture
def browser(served: Any) -> Any:
    """A browser that opens the house by its own name."""
    return Browser(served.test_client())


def test_a_page_asked_for_without_https_leads_to_https(browser: Any) -> None:
    answer = browser.get("/help?lang=en")
    assert (answer.status_code, answer.headers["Location"]) == (308, "https://ip.example/help?lang=en")


def test_the_api_without_https_is_refused(browser: Any) -> None:
    answer = browser.get("/api/v1/patents", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.get_json()["code"]) == (403, "HTTPS_REQUIRED")


def test_over_https_the_answer_asks_for_https_for_a_year(browser: Any) -> None:
    answer = browser.get("/help", headers=SECURE)
    assert answer.status_code == 200
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


def test_monitors_may_ask_without_https(browser: Any) -> None:
    assert browser.get("/healthz").status_code == 200


def test_another_host_s_name_is_refused_in_both_languages(served: Any) -> None:
    answer = served.test_client().get("/help", headers={"Host": "evil.example", **SECURE})
    assert answer.status_code == 400
    lines = answer.get_data(as_text=True).splitlines()
    assert lines[0] == "BAD_HOST"
    assert len(lines) == 3
    assert "evil.example" not in answer.get_data(as_text=True)


def test_the_session_cookie_belongs_to_this_host_alone(served: Any, browser: Any) -> None:
    with served.app_context():
        address = address_of(member_with_password())
        db.session.rollback()
    token = browser.get("/sign-in", headers=SECURE).get_data(as_text=True).partition('name="csrf_token" value="')[2].partition('"')[0]
    answer = browser.post(
        "/sign-in", data={"email": address, "password": "correct horse battery staple", "csrf_token": token}, headers=SECURE)
    cookie = next(line for line in answer.headers.getlist("Set-Cookie") if line.startswith("__Host-zhirong="))
    assert answer.status_code == 303
    assert {part.strip() for part in cookie.split(";")[1:]} >= {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"}
    assert "Domain" not in cookie


def test_forwarded_headers_count_only_behind_a_proxy(app: Any, client: Any) -> None:
    answer = client.get("/help", headers={**SECURE, "X-Forwarded-Host": "evil.example"})
    assert answer.status_code == 200
    assert "Strict-Transport-Security" not in answer.headers
    assert "evil.example" not in answer.get_data(as_text=True)


@pytest.mark.parametrize(("headers", "status"), [
    ({"Origin": "https://evil.example"}, 400), ({"Origin": "null"}, 400), ({"Sec-Fetch-Site": "cross-site"}, 400),
    ({"Sec-Fetch-Site": "same-site"}, 400), ({"Origin": "http://localhost"}, 303), ({"Sec-Fetch-Site": "same-origin"}, 303), ({}, 303),
])
def test_a_form_from_elsewhere_is_refused(headers: dict[str, str], status: int, client: Any, database: Any) -> None:
    answer = client.post("/sign-in", data={"email": address_of(member_with_password()), "password": "correct horse battery staple"}, headers=headers)
    assert answer.status_code == status
    if status == 400:
        assert "CSRF" in answer.get_data(as_text=True)
        assert client.get_cookie("zhirong_session") is None


def test_a_restart_keeps_the_key_of_cookies_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    settings = Settings(ENV="demo", DATA_DIR=tmp_path, DATABASE_URL=f"sqlite:///{tmp_path / 'x.sqlite3'}")
    first, second = create_app(settings), create_app(settings)
    assert first.config["SECRET_KEY"] == second.config["SECRET_KEY"]
    assert stat.S_IMODE((tmp_path / "keys" / "secret.key").stat().st_mode) == 0o600


def test_a_demonstration_on_this_machine_answers_to_this_machine_s_names_alone(tmp_path: Path) -> None:
    app = create_app(Settings(ENV="demo", DATA_DIR=tmp_path, DATABASE_URL=f"sqlite:///{tmp_path / 'x.sqlite3'}", PUBLIC_URL="http://127.0.0.1:8000"))
    answers = [app.test_client().get("/healthz", headers={"Host": host}).status_code for host in ("localhost:8000", "127.0.0.1:8000", "rebound.example")]
    assert answers == [200, 200, 400]
