"""Pages of a feature: each URL with its policy, its shape and its template."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, current_app, flash, g, make_response, redirect, render_template, request, url_for

from exchange.core import idempotency
from exchange.core.access import Actor
from exchange.core.database import Proposed, Thing, add, expect_version, transact
from exchange.core.drafts import Writer, end_draft
from exchange.core.errors import DomainError
from exchange.core.i18n import translate
from exchange.core.schemas import Shape
from exchange.core.text import _
from exchange.core.web.drafts import KEEPS_FROM, keep_interrupted, keeping_typed, kept_beside, restored, save_typed
from exchange.core.web.forms import Form, expected_version, read_form, read_query, request_digest, take_uploads, typed
from exchange.core.web.origin import check_origin
from exchange.core.web.policy import PAGE_OF, Policy, declare, guard, url_of

View = Callable[..., Any]
GIVEN_BACK = (409, 413, 415, 422, 423)
GIVEN_BACK_CODES = ("CREDENTIALS_WRONG", "SECOND_FACTOR_WRONG")


@dataclass(frozen=True)
class FormPage:
    """What a form's URL needs besides its policy."""

    view: View
    template: str
    shape: type[Shape] | None
    context: Callable[..., Mapping[str, Any]] | None
    initial: Callable[..., Mapping[str, Any]] | None
    uploads: Mapping[str, str]
    keeps: bool = False


class Room(Blueprint):
    """The pages of one feature."""

    def page(
        self, rule: str, permission: str = "", *, thing: type[Thing] | None = None, public: str = "",
        query: type[Shape] | None = None, home: bool = False, argument: str = "id",
    ) -> Callable[[View], View]:
        """A page that is only read: ``def show(thing, actor)``, with ``data`` when a query shape is named."""

        def register(view: View) -> View:
            endpoint = f"{self.name}.{view.__name__}"
            policy = declare(Policy(endpoint, "GET", rule, permission, thing, public, argument=argument), query)
            if home and thing is not None:
                PAGE_OF[thing.noun] = endpoint

            def answer(**arguments: Any) -> Any:
                actor = guard(policy, arguments)
                if query is not None:
                    arguments["data"] = read_query(query)
                return view(**arguments, actor=actor)

            self.add_url_rule(rule, view.__name__, answer, methods=["GET"])
            return view

        return register

    def form(
        self, rule: str, permission: str = "", *, template: str, shape: type[Shape] | None = None,
        thing: type[Thing] | None = None, public: str = "", context: Callable[..., Mapping[str, Any]] | None = None,
        initial: Callable[..., Mapping[str, Any]] | None = None, uploads: Mapping[str, str] | None = None,
        keyed: bool = True, argument: str = "id",
    ) -> Callable[[View], View]:
        """A form: GET shows ``template``; POST reads the shape and calls ``def act(thing, data, actor)``.

        A refusal gives the form back with what was typed (422, 409). ``context(thing, actor)`` adds to the template,
        ``initial(thing, actor)`` fills an untouched form; ``uploads`` names file fields and their purposes.
        """

        def register(view: View) -> View:
            endpoint = f"{self.name}.{view.__name__}"
            shown = declare(Policy(endpoint, "GET", rule, permission, thing, public, argument=argument))
            sent = declare(
                Policy(endpoint, "POST", rule, permission, thing, public, keyed, argument=argument), shape, uploads=uploads, template=template)
            keeps = keyed and not public and shape is not None and len(shape().fields) >= KEEPS_FROM
            made = FormPage(view, template, shape, context, initial, uploads or {}, keeps)

            def answer(**arguments: Any) -> Any:
                if request.method == "POST":
                    with keeping_typed(made):
                        actor = guard(sent, arguments)
                    return _post_form(sent, made, arguments, actor)
                actor = guard(shown, arguments)
                start = made.initial(**arguments, actor=actor) if made.initial else {}
                return _show_form(made, arguments, actor, restored(made, actor, dict(start)), 200)

            self.add_url_rule(rule, view.__name__, answer, methods=["GET", "POST"])
            return view

        return register

    def post(  # type: ignore[override]  # a button says who may press it, which Flask's shorthand cannot
        self, rule: str, permission: str = "", *, thing: type[Thing] | None = None, public: str = "",
        shape: type[Shape] | None = None, keyed: bool = True, uploads: Mapping[str, str] | None = None, argument: str = "id",
    ) -> Callable[[View], View]:
        """A button: POST alone; a refusal is shown as the page of its code."""

        def register(view: View) -> View:
            endpoint = f"{self.name}.{view.__name__}"
            policy = declare(Policy(endpoint, "POST", rule, permission, thing, public, keyed, argument=argument), shape, uploads=uploads)

            def answer(**arguments: Any) -> Any:
                actor = guard(policy, arguments)
                check_origin()
                taken = take_uploads(uploads or {})
                _typed, data = read_form(shape)
                if shape is not None or taken:
                    arguments["data"] = data | taken
                return once(policy, actor, taken, lambda: view(**arguments, actor=actor))

            self.add_url_rule(rule, view.__name__, answer, methods=["POST"])
            return view

        return register


def _post_form(policy: Policy, made: FormPage, arguments: dict[str, Any], actor: Actor | None) -> Any:
    raw: Mapping[str, Any] = typed(request.form)
    try:
        check_origin()
        if made.keeps and actor is not None and "_draft" in request.form:
            return save_typed(actor, raw, title=lambda: title_of(made, arguments, actor))
        taken = take_uploads(made.uploads)
        raw, data = read_form(made.shape)
        return once(policy, actor, taken, lambda: made.view(**arguments, data=data | taken, actor=actor), ends_draft=made.keeps)
    except DomainError as refusal:
        if refusal.status not in GIVEN_BACK and refusal.code.name not in GIVEN_BACK_CODES:
            keep_interrupted(made, refusal)
            raise
        form = Form.refused(raw, refusal)
        form.kept = kept_beside(made, actor, raw, differs="_draft" in request.form)
        return _show_form(made, arguments, actor, form, refusal.status)


def title_of(made: FormPage, arguments: Mapping[str, Any], actor: Actor | None) -> str:
    """The title of a form's page, in the reader's language."""
    template = current_app.jinja_env.get_template(made.template)
    values = {"form": None} | dict(arguments) | dict(made.context(**arguments, actor=actor) if made.context else {})
    current_app.update_template_context(values)
    return "".join(template.blocks["title"](template.new_context(values))).strip()[:200] if "title" in template.blocks else ""


def _show_form(made: FormPage, arguments: dict[str, Any], actor: Actor | None, form: Form, status: int) -> Response:
    extra = made.context(**arguments, actor=actor) if made.context else {}
    return make_response(render_template(made.template, **({"form": form} | arguments | dict(extra))), status)


def once(policy: Policy, actor: Actor | None, uploads: Mapping[str, Any], act: Callable[[], Any], *, ends_draft: bool = False) -> Response:
    """Do a keyed act once: in one transaction with its key, answered again from what was stored; the form's draft ends with it."""
    if not policy.keyed:
        return _finished(act)
    given = idempotency.check_key(request.headers.get("Idempotency-Key") or request.form.get("idempotency_key"))
    organisation, user = (actor.organisation_id, actor.user_id) if actor else (0, 0)
    key = idempotency.Key(organisation, user, policy.endpoint + ":" + policy.method, given, request_digest(uploads))
    stored = idempotency.stored_answer(key)
    if stored is not None:
        return _replayed(stored)
    version = expected_version()

    def body() -> Response:
        row = idempotency.claim(key)
        thing = g.get("thing")
        if thing is not None and policy.thing is not None:
            expect_version(thing, version)
        answer = make_response(act())
        _keep(row, answer)
        end_typed()
        return answer

    def when_proposed(proposed: Proposed) -> None:
        _keep(idempotency.claim(key), _proposed(proposed, policy))
        end_typed()

    def end_typed() -> None:
        if ends_draft and actor is not None:
            end_draft(Writer.of(actor), request.path)

    try:
        return transact(body, when_proposed=when_proposed)
    except Proposed as proposed:
        flash(translate(_("Proposed. A second person must confirm it.")))
        return _proposed(proposed, policy)


def _finished(act: Callable[[], Any]) -> Response:
    return make_response(act())


def _keep(row: idempotency.Idempotency, answer: Response) -> None:
    row.status, row.location = answer.status_code, answer.headers.get("Location", "")
    row.body = answer.get_data(as_text=True) if (answer.mimetype or "").endswith("json") else ""
    add(row)


def _replayed(stored: idempotency.Idempotency) -> Response:
    answer = make_response(stored.body, stored.status)
    if stored.location:
        answer.headers["Location"] = stored.location
    if stored.body:
        answer.mimetype = "application/json"
    answer.headers["Idempotency-Replayed"] = "true"
    return answer


def _proposed(proposed: Proposed, policy: Policy) -> Response:
    if policy.api:
        answer = make_response({"approval": proposed.approval_id, "noun": proposed.noun, "move": proposed.verb}, 202)
        answer.headers["Location"] = f"/api/v1/approvals/{proposed.approval_id}"
        return answer
    thing = g.get("thing")
    where = url_of(thing.noun, thing.public_id) if thing is not None else ""
    return make_response(redirect(where or "/approvals", 303))


def page(template: str, **values: Any) -> str:
    """Render a template of this house."""
    return render_template(template, **values)


def redirect_to(endpoint: str, message: str = "", /, **values: Any) -> Any:
    """303 to an endpoint, with a sentence of what was done."""
    if message:
        flash(translate(message))
    return redirect(url_for(endpoint, **values), 303)


def back_to(thing: Thing, message: str = "") -> Any:
    """303 to the thing's own page, with a sentence of what was done."""
    if message:
        flash(translate(message))
    return redirect(url_of(thing.noun, thing.public_id) or "/home", 303)
