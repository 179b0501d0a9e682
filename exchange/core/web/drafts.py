"""Forms that keep what is typed: restored when they are opened again, also after a session that ended in between."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Protocol

from flask import g, make_response, redirect, request

from exchange.core.access import Actor
from exchange.core.drafts import Draft, Writer, find_draft, save_draft
from exchange.core.errors import DomainError
from exchange.core.i18n import moment, translate
from exchange.core.text import _
from exchange.core.web.forms import ASIDE, Form, Kept, typed
from exchange.core.web.origin import check_origin
from exchange.core.web.policy import current_actor

KEEPS_FROM = 3  # a form of fewer fields is typed again sooner than it is found
INTERRUPTIONS = ("SIGN_IN_NEEDED", "SESSION_ENDED", "SECOND_FACTOR_NEEDED", "STEP_UP_NEEDED")


class Keeping(Protocol):
    """A form's page, as far as this module asks it."""

    @property
    def keeps(self) -> bool: ...


def restored(made: Keeping, actor: Actor | None, start: dict[str, Any]) -> Form:
    """The form as it is opened: with what was typed before, when that was kept."""
    if not made.keeps or actor is None:
        return Form(start)
    draft = find_draft(Writer.of(actor), request.path)
    return Form(start | (draft.typed if draft else {}), kept=_kept(draft))


def kept_beside(made: Keeping, actor: Actor | None, raw: Mapping[str, Any], *, differs: bool) -> Kept | None:
    """What is kept of a form that is given back; beside it what another device saved, where that was the reason."""
    if not made.keeps or actor is None:
        return None
    draft = find_draft(Writer.of(actor), request.path)
    other = {} if draft is None or not differs else {name: value for name, value in draft.typed.items() if value != raw.get(name, "")}
    return _kept(draft, other=other)


def _kept(draft: Draft | None, *, other: Mapping[str, Any] | None = None) -> Kept:
    if draft is None:
        return Kept(request.path)
    return Kept(request.path, draft.version, draft.saved_at, draft.public_id, other or {})


def save_typed(actor: Actor, raw: Mapping[str, Any], *, title: Callable[[], str]) -> Any:
    """Keep what was typed; a script is told the time, a browser without one is led back to the form."""
    row = save_draft(Writer.of(actor), request.path, plain(raw), title=title(), version=_version())
    if request.headers.get("X-Draft"):
        answer = make_response(translate(_("Saved {at}")).format(at=moment(row.saved_at)))
        answer.headers["X-Draft-Version"] = str(row.version)
        answer.mimetype = "text/plain"
        return answer
    return redirect(request.path, 303)


@contextmanager
def keeping_typed(made: Keeping) -> Iterator[None]:
    """When the way is barred by a sign-in or a confirmation, what was typed is kept for the return."""
    try:
        yield
    except DomainError as refusal:
        keep_interrupted(made, refusal)
        raise


def keep_interrupted(made: Keeping, refusal: DomainError) -> None:
    """Keep what was typed when the refusal sends its writer away to prove who he is."""
    if made.keeps and refusal.code.name in INTERRUPTIONS and from_here():
        _keep_for_return()


def from_here() -> bool:
    """Whether the request comes from a page of ours."""
    try:
        check_origin()
    except DomainError:
        return False
    return True


def _keep_for_return() -> None:
    actor = current_actor()
    writer = Writer.of(actor) if actor is not None else g.get("writer")
    if writer is not None and "_draft" not in request.form:
        save_draft(writer, request.path, plain(typed(request.form)))


def plain(raw: Mapping[str, Any]) -> dict[str, Any]:
    """The fields without the marks of the form itself."""
    return {name: value for name, value in raw.items() if name not in ASIDE}


def _version() -> int | None:
    given = request.form.get("_draft_version", "")
    return int(given) if given.isascii() and given.isdigit() and int(given) < 2**31 and int(given) > 0 else None
