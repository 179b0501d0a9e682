"""Work under way and letters sent: the page of a job, and the letters of a demonstration."""

from __future__ import annotations

from typing import Any

from flask import abort, url_for

from exchange.core import i18n, jobs, mail
from exchange.core.access import MEMBER, Actor, permit
from exchange.core.errors import CODES, DomainError
from exchange.core.text import Text, _
from exchange.core.web import Room, page, redirect_to, settings

READ = permit("job:read", MEMBER)
CANCEL = permit("job:cancel", MEMBER)
RETRY = permit("job:retry", MEMBER)
room = Room("work", __name__)


def shown(job: jobs.Job) -> dict[str, Any]:
    """A job as the progress macro wants it."""
    kind = jobs.KINDS.get(job.kind)
    return {
        "state": job.state, "steps": job.steps if job.steps > 1 else 0, "step": job.step, "step_name": i18n.translate(Text(job.step_name)),
        "percent": job.percent, "url": url_for("work.show_job", id=job.public_id), "result_url": job.result_url,
        "cancel_url": url_for("work.cancel_job", id=job.public_id) if kind and kind.may_cancel else "",
        "error": sentence(job.error_code) if job.error_code and job.state == "failed" else "",
        "title": job.title or (kind.label if kind else job.kind), "kind": kind.label if kind else job.kind,
        "code": job.error_code, "id": job.public_id, "created_at": job.created_at, "finished_at": job.finished_at,
    }  # fmt: skip


def sentence(code: str) -> str:
    """What a failed job's code means and what to do."""
    if code in ("RENDER_FAILED", "RENDER_LIMIT") or code not in CODES:
        return i18n.translate(_("The work could not be finished. Nothing was changed; try it again or tell the operator."))
    return i18n.sentence_of(DomainError(code))


@room.page("/jobs", READ)
def list_jobs(actor: Actor) -> str:
    """The work that you started, newest first."""
    return page("portal/documents/jobs.html", jobs=[shown(job) for job in jobs.jobs_of(actor)])


@room.page("/jobs/<id>", READ)
def show_job(id: str, actor: Actor) -> str:  # noqa: A002  # the URL's argument
    """How far a job is, and its result."""
    return page("portal/documents/job.html", job=shown(jobs.visible_job(id, actor)))


@room.post("/jobs/<id>/cancel", CANCEL)
def cancel_job(id: str, actor: Actor) -> Any:  # noqa: A002  # the URL's argument
    """Stop a job, at once while it waits or at its next step."""
    jobs.cancel_job(jobs.visible_job(id, actor).public_id)
    return redirect_to("work.show_job", _("The job will stop."), id=id)


@room.post("/jobs/<id>/retry", RETRY)
def retry_job(id: str, actor: Actor) -> Any:  # noqa: A002  # the URL's argument
    """Try a failed job again."""
    jobs.retry_job(jobs.visible_job(id, actor).public_id)
    return redirect_to("work.show_job", _("The job is tried again."), id=id)


def check_development() -> None:
    """Letters are shown only where none leaves the house."""
    if settings().is_production:
        abort(404)


@room.page("/dev/mail", public="the letters of a demonstration, which reach nobody")
def list_letters(actor: Actor | None) -> str:
    """The letters of the demonstration, newest first."""
    check_development()
    return page("portal/documents/letters.html", letters=mail.letters())


@room.page("/dev/mail/<name>", public="the letters of a demonstration, which reach nobody")
def show_letter(name: str, actor: Actor | None) -> str:
    """One letter of the demonstration."""
    check_development()
    found = next((letter for letter in mail.letters() if letter.name == name), None)
    if found is None:
        abort(404)
    return page("portal/documents/letter.html", letter=found)
