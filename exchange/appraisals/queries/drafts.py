"""The draft as the rules judge it, and the register's facts of its patents."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from exchange.core.errors import Invalid
from exchange.core.files import attachments_of
from exchange.registers.patents import queries as patents
from exchange.registers.patents.models import Patent
from exchange.registers.patents.rules import annuities
from exchange.registers.patents.rules.tables import fee_steps
from exchange.registers.patents.states import PatentType

from ..models import Appraisal, AppraisalPatent
from ..rules.inputs import canonical_json
from ..rules.facts import Draft, PatentFacts
from ..rules.plan import request_of
from .reports import current_version


def patent_facts(patent_id: int, on: date) -> PatentFacts:
    """What the register says about a patent on a day, with the annuities still to be paid."""
    patent = patents.get_patent(patent_id)
    status = patents.register_status(patent_id, on)
    standing = patents.annuity_state(patent_id, on)
    burdens = patents.encumbrances(patent_id, on)
    filing_on, expires_on = _filed_on(patent), patent.expires_on or patents.expiry_date(patent_id)
    return PatentFacts(
        patent_id=patent_id, number=patent.shown_number, title_zh=patent.title_zh or "", title_en=patent.title_en or "", type=str(patent.type),
        filing_on=filing_on, expires_on=expires_on, grant_on=patent.grant_on,
        claims=_claims(patent), owners=tuple(owner.name for owner in status.owners), legal_status=str(patent.legal_status),
        paid_to_year=standing.paid_to_year, annuity_status=str(standing.status),
        encumbrances=tuple(f"{row.kind} {row.holder_name}".strip() for row in burdens), hard_stops=hard_stops(patent, standing, burdens, status),
        taken_on=status.taken_on, annuities=future_annuities(patent, standing.paid_to_year, expires_on, on))


def _filed_on(patent: Patent) -> date:
    """The day from which term and annuities are counted; a patent without it cannot be appraised."""
    if patent.filing_on is None:
        raise Invalid("MISSING_FIELD", field="filing_on")
    return patent.filing_on


def _claims(patent: Patent) -> int:
    """How many numbered claims the text holds."""
    return len(re.findall(r"(?m)^\s*\d+\s*[.．、]", patent.claims or ""))


def hard_stops(patent: Patent, standing: Any, burdens: Sequence[Any], status: Any) -> tuple[str, ...]:
    """What makes lending impossible whatever the value is."""
    stops = []
    if str(patent.legal_status) in ("lapsed", "expired", "ceased", "abandoned"):
        stops.append("LAPSED")
    if str(standing.status) == "overdue":
        stops.append("ANNUITY_BEYOND_GRACE")
    if any(str(row.kind) in ("pledge", "pledge_filed") for row in burdens):
        stops.append("PATENT_ALREADY_PLEDGED")
    if status.suspended or str(patent.state) == "disputed":
        stops.append("TITLE_DISPUTE")
    if str(patent.legal_status) in ("invalidated", "revoked"):
        stops.append("INVALIDITY_ALL_INDEPENDENT_CLAIMS")
    if status.seized:
        stops.append("FROZEN_BY_COURT")
    return tuple(stops)


def future_annuities(patent: Patent, paid_to_year: int | None, expires_on: date, on: date) -> tuple[tuple[date, int, int], ...]:
    """Due days, patent years and fees in fen after the year last paid, until the right ends."""
    filing_on, kind = _filed_on(patent), PatentType(patent.type or "")
    found, year = [], (paid_to_year or annuities.year_on(filing_on, on)) + 1
    while (due := annuities.due_on(filing_on, year)) < expires_on:
        found.append((due, year, annuities.fee_for_year(fee_steps(), kind, year, on=on).minor))
        year += 1
    return tuple(found)


def snapshot_facts(row: AppraisalPatent) -> PatentFacts:
    """The facts as they were written into the draft."""
    kept = dict(row.snapshot)
    for name in ("filing_on", "expires_on", "grant_on", "taken_on"):
        kept[name] = date.fromisoformat(kept[name]) if kept.get(name) else None
    for name in ("owners", "encumbrances", "hard_stops"):
        kept[name] = tuple(kept.get(name, ()))
    kept["annuities"] = tuple((date.fromisoformat(day), year, fen) for day, year, fen in kept.get("annuities", ()))
    return PatentFacts(**{**kept, "share_bp": row.share_bp})


def draft_of(appraisal: Appraisal, *, policy: dict[str, str] | None = None) -> Draft:
    """Everything the rules look at, as values."""
    return _with_result(appraisal, inputs_of(appraisal, policy=policy))


def inputs_of(appraisal: Appraisal, *, policy: dict[str, str] | None = None) -> Draft:
    """What a calculation is made from, without a look at the last one."""
    return Draft(
        document_kind=appraisal.document_kind, purpose=appraisal.purpose, value_type=appraisal.value_type,
        valuation_date=appraisal.valuation_date, lead_id=appraisal.lead_id or 0, second_id=appraisal.second_id or 0,
        patents=tuple(snapshot_facts(row) for row in appraisal.patents), assumptions=tuple(row.fact for row in appraisal.assumptions),
        methods=tuple(row.fact for row in appraisal.methods), notes=tuple(row.fact for row in appraisal.notes),
        requested_fen=appraisal.requested.minor if appraisal.requested else None,
        requested_term_months=appraisal.requested_term_months, policy=policy or {},
        challenge_open=any(row.kind == "challenge" and row.open for row in appraisal.remarks))


def _with_result(appraisal: Appraisal, draft: Draft) -> Draft:
    version = current_version(appraisal)
    if version is None:
        return draft
    fresh = version.request_json == canonical_json(request_of(draft))
    return replace(draft, result_is_fresh=fresh, result_mode=version.mode, result_dispersion=float(version.summary.get("dispersion", "0")))


def people_who_worked(appraisal: Appraisal) -> frozenset[int]:
    """Who entered, verified, surveyed or calculated something of this report."""
    rows: list[int | None] = []
    for assumption in appraisal.assumptions:
        rows += [assumption.entered_by, assumption.verified_by]
    for remark in appraisal.notes:
        rows += [remark.entered_by, remark.verified_by]
    rows += [version.author_id for version in appraisal.versions]
    return frozenset(person for person in rows if person)


def sources_of(appraisal: Appraisal) -> dict[str, str]:
    """Names of the files that back the assumptions, by their ids."""
    return {row.public_id: row.filename for row in attachments_of("appraisal", appraisal.public_id)}
