"""Pages of a report: list, commission, the report itself, its moves, its documents."""

from __future__ import annotations

from typing import Any

from flask import Response, url_for

from exchange.core import clock, files, i18n, pdf
from exchange.core.access import Actor
from exchange.core.errors import CODES, Invalid
from exchange.core.i18n import translate
from exchange.core.text import _
from exchange.core.web import Room, back_to, page
from exchange.people.accounts import queries as accounts
from exchange.registers.patents import queries as patents

from .. import operations, queries
from ..models import Appraisal
from ..queries.working import About, about
from ..rules.document import lender
from ..rules.vocabulary import DOCUMENT_KINDS, INSPECTION, METHODS, PURPOSES, STATEMENTS, SURVEY, TERMS, VALUE_TYPES
from ..schemas import (
    AcceptShape, CommissionShape, LanguageQuery, ListFilter, PageQuery, PlaceShape, ReasonShape, RemarkCloseShape, RemarkShape, RespondShape,
    ReturnShape, ShareShape, SignShape, UnshareShape,
)
from ..states import APPRAISAL, SEALED, AppraisalState
from . import pictures

room = Room("appraisals", __name__)


@room.page("/appraisals", "appraisal:list", query=ListFilter)
def list_appraisals(data: dict[str, Any], actor: Actor) -> Any:
    cursor = data.pop("cursor")
    found = queries.list_appraisals(actor, **data, cursor=cursor or None)
    return page("appraisals/list.html", found=found, chosen=data, states=AppraisalState, purposes=PURPOSES)


def commission_choices(actor: Actor) -> dict[str, Any]:
    """What the form of a commission offers."""
    return {
        "owned": patents.owned_patents(actor.organisation_id), "institutions": accounts.organisations_of_kind("appraiser"),
        "purposes": PURPOSES, "kinds": DOCUMENT_KINDS, "value_types": VALUE_TYPES, "today": clock.today(),
    }


@room.form("/appraisals/new", "appraisal:commission", template="appraisals/commission.html", shape=CommissionShape,
           context=lambda actor: commission_choices(actor),
           initial=lambda actor: {"valuation_date": clock.today().isoformat(), "purpose": "pledge", "document_kind": "analysis"})
def commission_appraisal(data: dict[str, Any], actor: Actor) -> Any:
    institution, names, before = data.pop("institution"), data.pop("patents"), data.pop("supersedes")
    made = operations.commission_appraisal(
        institution_id=_organisation(institution, "institution"), patent_ids=[patents.find_patent(actor, name).id for name in names],
        supersedes_id=queries.find_appraisal(actor, before).id if before else None, actor=actor, **data)
    return back_to(made, _("Commissioned. The institution has been told."))


def _organisation(public_id: str, field: str) -> int:
    found = queries.find_organisation(public_id)
    if found is None:
        raise Invalid("CHOICE_UNKNOWN", field=field, choices="—")
    return int(found.id)


def sees_figures(appraisal: Appraisal, actor: Actor) -> bool:
    """The institution sees its figures while it works, everyone else only what was issued."""
    return appraisal.institution_id == actor.organisation_id or appraisal.state in SEALED


def sees_request(appraisal: Appraisal, actor: Actor) -> bool:
    """The amount asked for is kept from the appraisers until the draft is submitted."""
    hidden = appraisal.institution_id == actor.organisation_id and appraisal.state in ("requested", "drafting")
    return not (hidden and queries.hides_amount())


@room.page("/appraisals/<id>", "appraisal:read", thing=Appraisal, home=True)
def show_appraisal(thing: Appraisal, actor: Actor) -> Any:
    rows = about(thing)
    version = queries.current_version(thing) if sees_figures(thing, actor) else None
    works = thing.institution_id == actor.organisation_id
    gaps = queries.gaps_of(thing) if works and thing.state == "drafting" else ()
    return page(
        "appraisals/show.html", appraisal=thing, version=version, sees_request=sees_request(thing, actor),
        document=rows.document, signatures=rows.signatures,
        history=told(thing), figures=pictures.stored(version) if version else None, kinds=DOCUMENT_KINDS, purposes=PURPOSES, reviews=[row for row in rows.reviews if row.organisation_id == actor.organisation_id],
        works=works, edition_code=rows.code(thing, i18n.current()), **papers_of(thing, rows, actor), gaps=gaps, gap_lines=[gap_line(thing, gap) for gap in gaps])


def papers_of(thing: Appraisal, rows: About, actor: Actor) -> dict[str, Any]:
    """The bilingual edition or the work that makes it, and the sheets of reviews that this reader may see."""
    if thing.state not in SEALED:
        return {"bilingual": None, "bilingual_job": None, "sheets": []}
    return {"bilingual": rows.bilingual, "bilingual_job": rows.bilingual_job, "sheets": queries.sheets_of_report(thing.id, actor)}


GAP_PAGES = {"assumptions": "appraisal_work.enter_assumptions", "methods": "appraisal_work.choose_methods", "survey": "appraisal_work.enter_notes",
             "results": "appraisal_work.show_results", "overview": "appraisals.show_appraisal"}
SUBJECTS = {**{name: term.label for name, term in TERMS.items()}, **{name: method.label for name, method in METHODS.items()}, **SURVEY, **INSPECTION,
            **STATEMENTS}


def gap_line(thing: Appraisal, gap: Any) -> dict[str, str]:
    """One open point with its sentence and the page that mends it."""
    return {"sentence": translate(CODES[gap.code].sentence, limit=7), "url": url_for(GAP_PAGES[gap.page], id=thing.public_id),
            "subject": translate(SUBJECTS.get(gap.subject, gap.subject))}


def told(thing: Appraisal) -> list[dict[str, Any]]:
    """The report's history as lines of a time line."""
    names = queries.names_of(thing)
    labels = {row.name: row.label for row in APPRAISAL.moves} | VERBS
    return [{"at": event.at, "title": labels.get(event.verb, event.verb), "actor": names.get(event.actor_id, ""), "detail": "", "url": "", "tone": ""}
            for event in queries.history_of(thing) if event.verb not in ("read",)]


VERBS = {"enter": _("Assumptions changed"), "verify": _("Assumptions verified"), "choose": _("Methods chosen"), "calculate": _("Calculation kept"),
         "share": _("Shared with a reader"), "unshare": _("Access of a reader ended"), "refresh": _("Register read again"),
         "revaluation_due": _("A new valuation is due"), "answer_remark": _("Remark answered"), "differ": _("A new calculation differs"),
         "order_bilingual": _("Bilingual edition asked for"), "bilingual": _("Bilingual edition sealed"), "lapse": _("A paper about the report lapsed")}


def team_choices(thing: Appraisal, actor: Actor) -> dict[str, Any]:
    """Members who may be second appraiser or reviewer."""
    members = [member for member in queries.members_of(thing.institution_id) if member.person_id != actor.user_id]
    return {
        "appraisal": thing, "seconds": [row for row in members if row.grade == "signatory"],
        "reviewers": [row for row in members if row.grade == "approver"], "sees_request": sees_request(thing, actor),
    }


def _person(thing: Appraisal, public_id: str) -> int:
    for member in queries.members_of(thing.institution_id):
        if member.person.public_id == public_id:
            return int(member.person_id)
    return 0


@room.form("/appraisals/<id>/accept", "appraisal:accept", thing=Appraisal, template="appraisals/accept.html", shape=AcceptShape, context=team_choices)
def accept_appraisal(thing: Appraisal, data: dict[str, Any], actor: Actor) -> Any:
    second, reviewer = _person(thing, data.pop("second")), _person(thing, data.pop("reviewer"))
    operations.accept_appraisal(thing, second_id=second, reviewer_id=reviewer, actor=actor, **data)
    return back_to(thing, _("Accepted. The register was read into the draft."))


def _about(thing: Appraisal, actor: Actor) -> dict[str, Any]:
    return {"appraisal": thing}


@room.form("/appraisals/<id>/decline", "appraisal:decline", thing=Appraisal, template="appraisals/decline.html", shape=ReasonShape, context=_about)
def decline_appraisal(thing: Appraisal, data: dict[str, Any], actor: Actor) -> Any:
    operations.decline_appraisal(thing, actor=actor, **data)
    return back_to(thing, _("Declined."))


@room.form("/appraisals/<id>/cancel", "appraisal:cancel", thing=Appraisal, template="appraisals/cancel.html", shape=ReasonShape, context=_about)
def cancel_appraisal(thing: Appraisal, data: dict[str, Any], actor: Actor) -> Any:
    operations.cancel_appraisal(thing, actor=actor, **data)
    return back_to(thing, _("Cancelled."))


@room.form("/appraisals/<id>/challenge", "appraisal:challenge", thing=Appraisal, template="appraisals/challenge.html", shape=PlaceShape, context=_about)
def challenge_appraisal(thing: Appraisal, data: dict[str, Any], actor: Actor) -> Any:
    operations.challenge_appraisal(thing, actor=actor, **data)
    return back_to(thing, _("The institution must answer before it submits."))


@room.form("/appraisals/<id>/respond", "appraisal:respond", thing=Appraisal, template="appraisals/respond.html", shape=RespondShape, context=team_choices)
def respond_appraisal(thing: Appraisal, data: dict[str, Any], actor: Actor) -> Any:
    second, reviewer = (_person(thing, data[name]) or None for name in ("second", "reviewer"))
    operations.respond_appraisal(thing, answer=data["answer"], second_id=second, reviewer_id=reviewer, actor=actor)
    return back_to(thing, _("Answered."))


@room.form("/appraisals/<id>/return", "appraisal:return", thing=Appraisal, template="appraisals/return.html", shape=ReturnShape, context=_about)
def return_appraisal(thing: Appraisal, data: dict[str, Any], actor: Actor) -> Any:
    operations.return_appraisal(thing, remarks=data["remarks"], actor=actor)
    return back_to(thing, _("Returned with remarks."))


@room.form("/appraisals/<id>/recall", "appraisal:recall", thing=Appraisal, template="appraisals/recall.html", shape=ReasonShape, context=_about)
def recall_appraisal(thing: Appraisal, data: dict[str, Any], actor: Actor) -> Any:
    operations.recall_appraisal(thing, actor=actor, **data)
    return back_to(thing, _("Recalled. The signatures are void."))


@room.form("/appraisals/<id>/withdraw", "appraisal:withdraw", thing=Appraisal, template="appraisals/withdraw.html", shape=ReasonShape, context=_about)
def withdraw_appraisal(thing: Appraisal, data: dict[str, Any], actor: Actor) -> Any:
    operations.withdraw_appraisal(thing, actor=actor, **data)
    return back_to(thing, _("Withdrawn."))


@room.form("/appraisals/<id>/object", "appraisal:object", thing=Appraisal, template="appraisals/object.html", shape=PlaceShape, context=_about)
def object_appraisal(thing: Appraisal, data: dict[str, Any], actor: Actor) -> Any:
    operations.object_appraisal(thing, actor=actor, **data)
    return back_to(thing, _("The institution was asked to explain."))


@room.post("/appraisals/<id>/explain", "appraisal:explain", thing=Appraisal, shape=RemarkShape)
def explain_appraisal(thing: Appraisal, data: dict[str, Any], actor: Actor) -> Any:
    operations.explain_appraisal(thing, remark_id=data["remark"], answer=data["answer"], actor=actor)
    return back_to(thing, _("Explained."))


@room.post("/appraisals/<id>/answer-remark", "appraisal:draft", thing=Appraisal, shape=RemarkShape)
def answer_remark(thing: Appraisal, data: dict[str, Any], actor: Actor) -> Any:
    operations.answer_remark(thing, remark_id=data["remark"], answer=data["answer"], actor=actor)
    return back_to(thing, _("Answered."))


@room.post("/appraisals/<id>/close-remark", "appraisal:check", thing=Appraisal, shape=RemarkCloseShape)
def close_remark(thing: Appraisal, data: dict[str, Any], actor: Actor) -> Any:
    operations.close_remark(thing, remark_id=data["remark"], actor=actor)
    return back_to(thing, _("Closed."))


@room.post("/appraisals/<id>/submit", "appraisal:submit", thing=Appraisal)
def submit_appraisal(thing: Appraisal, actor: Actor) -> Any:
    operations.submit_appraisal(thing, actor=actor)
    return back_to(thing, _("Submitted for review."))


@room.post("/appraisals/<id>/approve", "appraisal:approve", thing=Appraisal)
def approve_appraisal(thing: Appraisal, actor: Actor) -> Any:
    operations.approve_appraisal(thing, actor=actor)
    return back_to(thing, _("Approved. Both editions are being made."))


def signing_context(thing: Appraisal, actor: Actor) -> dict[str, Any]:
    """The file that is signed, with its digest and pages."""
    version = queries.current_version(thing)
    return {"appraisal": thing, "document": queries.frozen_document(thing), "signatures": queries.live_signatures(thing), "version": version,
            "figures": pictures.stored(version) if version else None}


@room.form("/appraisals/<id>/sign", "appraisal:sign", thing=Appraisal, template="appraisals/sign.html", shape=SignShape, context=signing_context,
           uploads={"signed_file": "signed"})
def sign_appraisal(thing: Appraisal, data: dict[str, Any], actor: Actor) -> Any:
    if not data["confirmed"] and data["signed_file"] is None:
        raise Invalid("MISSING_FIELD", field="confirmed")
    upload = data["signed_file"]
    operations.sign_appraisal(thing, draft_sha256=data["draft_sha256"], signed_file=upload.sha256 if upload else "", actor=actor)
    return back_to(thing, _("Signed."))


@room.form("/appraisals/<id>/seal", "appraisal:seal", thing=Appraisal, template="appraisals/seal.html", shape=SignShape, context=signing_context)
def seal_appraisal(thing: Appraisal, data: dict[str, Any], actor: Actor) -> Any:
    if not data["confirmed"]:
        raise Invalid("MISSING_FIELD", field="confirmed")
    operations.seal_appraisal(thing, draft_sha256=data["draft_sha256"], actor=actor)
    return back_to(thing, _("The seal is being set; the report will be issued in a moment."))


def readers(thing: Appraisal, actor: Actor) -> dict[str, Any]:
    """Banks and guarantors that could be given access."""
    offered = [each for kind in ("bank", "guarantor", "reguarantor") for each in accounts.organisations_of_kind(kind)]
    return {"appraisal": thing, "readers": offered}


@room.form("/appraisals/<id>/share", "appraisal:share", thing=Appraisal, template="appraisals/share.html", shape=ShareShape, context=readers)
def share_appraisal(thing: Appraisal, data: dict[str, Any], actor: Actor) -> Any:
    reader = _organisation(data.pop("organisation"), "organisation")
    operations.share_appraisal(thing, organisation_id=reader, actor=actor, **data)
    return back_to(thing, _("Shared."))


@room.post("/appraisals/<id>/unshare", "appraisal:share", thing=Appraisal, shape=UnshareShape)
def unshare_appraisal(thing: Appraisal, data: dict[str, Any], actor: Actor) -> Any:
    operations.unshare_appraisal(thing, organisation_id=_organisation(data["organisation"], "organisation"), actor=actor)
    return back_to(thing, _("Access ended."))


def readable_document(thing: Appraisal, actor: Actor, language: str) -> Any:
    """The file this reader may have: the sealed one, or for the institution the frozen one."""
    document = queries.sealed_pdf(thing.id, language)
    if document is None and thing.institution_id == actor.organisation_id:
        document = queries.frozen_document(thing, language)
    if document is None:
        raise Invalid("REPORT_NOT_ISSUED", field="appraisal")
    return document


@room.page("/appraisals/<id>/document.pdf", "appraisal:read", thing=Appraisal, query=LanguageQuery)
def download_document(thing: Appraisal, data: dict[str, Any], actor: Actor) -> Any:
    document = readable_document(thing, actor, data["language"])
    operations.note_reading(thing, what=f"document/{data['language']}", actor=actor)
    answer = Response(files.get_bytes(document.content_sha256), mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'attachment; filename="{thing.number}-{data["language"]}.pdf"'
    return answer


@room.page("/appraisals/<id>/page.png", "appraisal:read", thing=Appraisal, query=PageQuery)
def show_page_image(thing: Appraisal, data: dict[str, Any], actor: Actor) -> Any:
    document = readable_document(thing, actor, "zh")
    if data["page"] > document.pages:
        raise Invalid("PAGE_OUT_OF_RANGE", field="page", pages=document.pages)
    image = pdf.page_image(files.get_bytes(document.content_sha256), data["page"], width=1000)
    return Response(image, mimetype="image/png")


@room.page("/appraisals/<id>/calculation.json", "appraisal:recompute", thing=Appraisal)
def download_calculation(thing: Appraisal, actor: Actor) -> Any:
    version = queries.current_version(thing) if sees_figures(thing, actor) else None
    if version is None:
        raise Invalid("REPORT_NOT_ISSUED", field="appraisal")
    answer = Response(version.result_json, mimetype="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="{thing.number}-calculation.json"'
    return answer


@room.post("/appraisals/<id>/recompute", "appraisal:recompute", thing=Appraisal, keyed=False)
def recompute_appraisal(thing: Appraisal, actor: Actor) -> Any:
    if not sees_figures(thing, actor):
        raise Invalid("REPORT_NOT_ISSUED", field="appraisal")
    verdict, version = queries.recompute_verdict(thing)
    return page("appraisals/recompute.html", appraisal=thing, verdict=verdict, version=version)


@room.page("/appraisals/<id>/lender", "appraisal:read", thing=Appraisal)
def show_lender(thing: Appraisal, actor: Actor) -> Any:
    version = queries.current_version(thing) if sees_figures(thing, actor) else None
    if version is None:
        raise Invalid("REPORT_NOT_ISSUED", field="appraisal")
    request, result = pictures.unpack(version)
    return page("appraisals/lender.html", appraisal=thing, version=version, sees_request=sees_request(thing, actor),
                page_l=lender(request, result), sheet=pictures.stored(version), **pictures.shown(request, result, valid_through=thing.valid_through))


@room.page("/appraisals/of-patent/<patent>", "appraisal:list")
def show_of_patent(patent: str, actor: Actor) -> Any:
    found = queries.appraisals_of_patents([patents.find_patent(actor, patent).id], actor)
    return page("appraisals/of_patent.html", appraisals=found)


