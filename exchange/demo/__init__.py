"""Demonstration data: invented organisations and patents whose four years are played by calling operations.

A ``Script`` holds steps by moment and plays them in order under a scripted clock; each part of the story adds its steps.
Nothing is written but by the operations that users run, so every refusal and every event is real.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from exchange.core.settings import Settings

if TYPE_CHECKING:
    from flask import Flask

ROLES = (
    ("enterprise", "signatory"), ("research", "signatory"), ("investor", "signatory"), ("bank", "officer"), ("bank", "approver"),
    ("guarantor", "officer"), ("guarantor", "approver"), ("reguarantor", "officer"), ("reguarantor", "approver"),
    ("appraiser", "signatory"), ("appraiser", "approver"), ("exchange", "officer registrar"), ("exchange", "officer clerk"),
    ("regulator", "officer"), ("auditor", "officer"),
)
PASSWORD = "demonstration only 2026"  # noqa: S105  # printed at the start, valid on the demonstration alone


def load_if_empty(app: Flask) -> bool:
    """Play the four years when there is no organisation yet; whether it did."""
    from exchange.core.database import db
    from exchange.people.accounts.models import Organisation

    if db.session.query(Organisation.id).first() is not None:
        db.session.rollback()
        return False
    db.session.rollback()
    from exchange.demo.snapshot import keep
    from exchange.demo.story import play

    play(app)
    keep(app)
    return True


def restore(app: Flask) -> bool:
    """Bring today's demonstration back as it was made; whether there was one to bring back."""
    from exchange.demo.snapshot import restore as bring_back

    return bring_back(app)


def import_samples(app: Flask, folder: Path) -> None:
    """Import the real files of a folder for the first enterprise, as drafts that nobody has verified."""
    from exchange.demo.samples import import_folder

    import_folder(folder)


def welcome(settings: Settings) -> str:
    """How to open the house: address, one sign-in per role, where the mail goes."""
    from exchange.people.accounts.queries import demonstration_member

    lines = ["", f"  Zhirong 知融: {settings.PUBLIC_URL}", f"  Mail: {settings.PUBLIC_URL}/dev/mail", f"  Password of all: {PASSWORD}", ""]
    for kind, role in ROLES:
        member: Any = demonstration_member(kind, *role.split())
        lines.append(f"  {kind + ' ' + role:<28} {member.person.email}")
    return "\n".join([*lines, ""])
