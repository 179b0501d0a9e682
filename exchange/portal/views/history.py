"""The audit chain in public: heads, proofs, the key and the verifier."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from flask import Response, jsonify, make_response

from exchange.core import audit, clock
from exchange.core.access import MEMBER, SUPERVISOR, Actor, permit
from exchange.core.web import Room, may, page, redirect_to
from exchange.core.text import _

COUNTERSIGN = permit("audit_head:countersign", SUPERVISOR)
PROVE = permit("event:prove", MEMBER)
VERIFIER = Path(__file__).resolve().parents[3] / "docs" / "verify_audit.py"
WARN_AFTER_HOURS = 72
room = Room("history", __name__)


@room.page("/audit/heads", public="heads are there to be kept by others")
def list_heads(actor: Actor | None) -> str:
    """The signed heads, newest first, with their counter-signatures."""
    heads = audit.heads(limit=100)
    rows: list[dict[str, Any]] = [{"head": head, "signed_by": audit.countersignatures(head)} for head in heads]
    late = [row for row in rows if not row["signed_by"] and hours_since(row["head"]) > WARN_AFTER_HOURS]
    may_sign = actor is not None and may("audit_head:countersign", actor)
    return page("portal/documents/heads.html", rows=rows, late=len(late), may_sign=may_sign, key=audit.public_key().decode())


def hours_since(head: audit.AuditHead) -> float:
    """The age of a head."""
    return (clock.now() - head.at).total_seconds() / 3600


@room.page("/audit/heads/<id>", public="heads are there to be kept by others")
def show_head(id: str, actor: Actor | None) -> Response:  # noqa: A002  # the URL's argument
    """A head as signed, with the proof that the newest head only adds to it."""
    head, newest = audit.head_by_id(id), audit.newest_head()
    proof = audit.consistency_proof(head, newest) if newest is not None else []
    return jsonify({
        **json.loads(audit.head_line(head)), "digest": head.digest, "newest": newest.digest if newest else "",
        "consistency": proof,
        "countersigned": [{"organisation": each.organisation_name, "at": each.at.isoformat()} for each in audit.countersignatures(head)],
    })  # fmt: skip


@room.post("/audit/heads/<id>/countersign", COUNTERSIGN)
def countersign_head(id: str, actor: Actor) -> Any:  # noqa: A002  # the URL's argument
    """Confirm for your organisation that you saw this head."""
    audit.countersign_head(audit.head_by_id(id), actor=actor)
    return redirect_to("history.list_heads", _("Counter-signed."))


@room.page("/audit/heads.jsonl", public="heads are there to be kept by others")
def download_heads(actor: Actor | None) -> Response:
    """Every head, one a line, oldest first."""
    lines = [audit.head_line(head) for head in reversed(audit.heads(limit=100_000))]
    return as_text("".join(line + "\n" for line in lines), "heads.jsonl")


@room.page("/audit/key.pem", public="the public key is public")
def download_key(actor: Actor | None) -> Response:
    """The public key of the heads."""
    return as_text(audit.public_key().decode(), "head.pub.pem")


@room.page("/audit/verify_audit.py", public="whoever wants may verify")
def download_verifier(actor: Actor | None) -> Response:
    """The stand-alone verifier."""
    return as_text(VERIFIER.read_text(), "verify_audit.py")


@room.page("/audit/proofs/<id>", PROVE)
def prove_event(id: str, actor: Actor) -> Response:  # noqa: A002  # the URL's argument
    """The proof that an event of your organisation stands under a signed head."""
    return jsonify(audit.proof_for(id, actor))


def as_text(content: str, name: str) -> Response:
    """A text file as a download."""
    answer = make_response(content)
    answer.mimetype = "text/plain"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
