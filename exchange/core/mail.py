"""Mail: wanted in the transaction, sent after it, as plain text in the recipient's language.

In development letters lie in ``mail/`` of the data folder; in production they go to ``ZHIRONG_SMTP_URL``. Subjects hold
no text of users beyond an object's number, bodies no secrets, links only the public address.
"""

import email.policy
import smtplib
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from flask import current_app

from exchange.core import clock, i18n, jobs
from exchange.core.errors import Invalid, define
from exchange.core.settings import Settings
from exchange.core.text import Text, _, first_bad_character

define("MAIL_ADDRESS", 422, _("This is not a mail address that letters can be sent to."))
SENDER = "知融 Zhirong <no-reply@{host}>"
SMTP_SECONDS = 20


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A letter as the development page shows it."""

    name: str
    to: str
    subject: str
    at: str
    body: str


def settings() -> Settings:
    """The settings of this application."""
    found: Settings = current_app.extensions["zhirong.settings"]
    return found


def check_address(address: str) -> str:
    """An address that can stand in a header."""
    local, at, domain = address.rpartition("@")
    odd = first_bad_character(address) is not None or any(character in " ,;<>\"()[]\\" for character in address)
    if not at or not local or "." not in domain or odd or len(address) > 254 or not address.isascii():
        raise Invalid("MAIL_ADDRESS", field="email")
    return address


def send(
    *, to: str, language: str, subject: Text, body: Text, values: Mapping[str, Any] | None = None, key: str | None = None
) -> jobs.Job:
    """A letter is wanted; it is written in the recipient's language when the transaction has been committed."""
    payload = {
        "to": check_address(to), "language": language, "subject": str(subject), "body": str(body),
        "values": {name: str(value) for name, value in (values or {}).items()},
        "marked": [name for name, value in (values or {}).items() if isinstance(value, Text)],
    }  # fmt: skip
    return jobs.enqueue("mail.send", payload, key=key)


@jobs.job("mail.send", label=_("Send a letter"), forgets=True)
def deliver(work: jobs.Work) -> None:
    """The letter leaves the house, once for each job."""
    message = compose(work.payload, work.id)
    chosen = settings()
    if chosen.SMTP_URL:
        send_by_smtp(message, chosen.SMTP_URL)
    else:
        keep_in_folder(message, chosen.DATA_DIR / "mail", work.id)


def compose(payload: Mapping[str, Any], name: str) -> EmailMessage:
    """The message in the recipient's language."""
    language = payload["language"]
    marked = set(payload.get("marked", ()))
    values = {key: Text(value) if key in marked else value for key, value in payload["values"].items()}
    host = urlsplit(settings().PUBLIC_URL).hostname or "localhost"
    message = EmailMessage(policy=email.policy.SMTP)
    message["From"] = SENDER.format(host=host)
    message["To"] = payload["to"]
    message["Subject"] = one_line(i18n.translate(Text(payload["subject"]), language, **values))
    message["Date"] = format_datetime(clock.now())
    message["Message-ID"] = f"<{name}@{host}>"
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = i18n.html_language(language)
    message.set_content(i18n.translate(Text(payload["body"]), language, **values) + "\n", cte="base64")
    return message


def one_line(text: str) -> str:
    """A subject without line breaks and of a length that people read."""
    return " ".join(text.split())[:200]


def keep_in_folder(message: EmailMessage, folder: Path, name: str) -> None:
    """The letter lies in the folder, whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    known = next(folder.glob(f"*-{name}.eml"), None)  # a second attempt of the same job takes the place of the first
    target = known or folder / f"{clock.now():%Y%m%dT%H%M%S}-{name}.eml"
    partial = folder / f".{name}"
    partial.write_bytes(message.as_bytes())
    partial.replace(target)


def send_by_smtp(message: EmailMessage, address: str) -> None:
    """The letter goes to the server of ``smtp://`` (STARTTLS where offered) or ``smtps://``."""
    parts = urlsplit(address)
    context = ssl.create_default_context()
    host, user = parts.hostname or "localhost", unquote(parts.username or "")
    if parts.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, parts.port or 465, timeout=SMTP_SECONDS, context=context)
    else:
        server = smtplib.SMTP(host, parts.port or 25, timeout=SMTP_SECONDS)
    with server:
        server.ehlo()
        if parts.scheme != "smtps" and server.has_extn("starttls"):
            server.starttls(context=context)
        if user:
            server.login(user, unquote(parts.password or ""))
        server.send_message(message)


def letters(folder: Path | None = None, *, limit: int = 200) -> list[Letter]:
    """The letters in the folder, newest first."""
    place = folder or settings().DATA_DIR / "mail"
    paths = sorted(place.glob("*.eml"), reverse=True)[:limit]
    return [read_letter(path) for path in paths]


def read_letter(path: Path) -> Letter:
    """One letter of the folder."""
    message = BytesParser(policy=email.policy.default).parsebytes(path.read_bytes())
    body = message.get_body(("plain",))
    content = body.get_content() if body is not None else ""
    return Letter(name=path.stem, to=str(message["To"]), subject=str(message["Subject"]), at=str(message["Date"]), body=content)
