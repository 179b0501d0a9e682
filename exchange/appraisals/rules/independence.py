"""Who may sign, and for whom an institution may not report (评估法 arts. 5, 13(6), 14(5), 20(4), 20(5), 24, 28)."""

from __future__ import annotations

from collections.abc import Collection

from exchange.core.errors import Forbidden, Invalid


def check_institution(*, institution_id: int, client_id: int, holder_id: int) -> None:
    """An institution never reports on its own account."""
    if institution_id in (client_id, holder_id):
        raise Invalid("NOT_INDEPENDENT", field="institution")


def check_affiliations(affiliated: Collection[str], *, declared: bool) -> None:
    """No holding, control or employment may tie the institution or its people to client, holder or reader."""
    if affiliated:
        raise Invalid("NOT_INDEPENDENT", field="institution", parties=", ".join(sorted(affiliated)))
    if not declared:
        raise Invalid("DECLARATION_MISSING", field="independence")


def check_team(*, lead_id: int, second_id: int, reviewer_id: int, members: Collection[int]) -> None:
    """Two signatories and a reviewer are three persons of the institution."""
    if len({lead_id, second_id, reviewer_id}) < 3:
        raise Forbidden("SECOND_PERSON_NEEDED", field="second")
    for name, person in (("lead", lead_id), ("second", second_id), ("reviewer", reviewer_id)):
        if person not in members:
            raise Invalid("SECOND_INSTITUTION", field=name)


def check_kind(kind: str, *, filed: bool, certified: bool) -> None:
    """An asset appraisal report needs a filed institution, a statutory one also certified appraisers."""
    if kind in ("appraisal", "statutory") and not filed:
        raise Invalid("INSTITUTION_NOT_FILED", field="document_kind")
    if kind == "statutory" and not certified:
        raise Invalid("CERTIFICATE_MISSING", field="document_kind")


def check_signatory(person_id: int, *, lead_id: int, second_id: int, worked: Collection[int]) -> None:
    """Only the two named appraisers sign, and only who has done part of the work."""
    if person_id not in (lead_id, second_id):
        raise Forbidden("SIGNATORY_NOT_ENTITLED", field="person")
    if person_id not in worked:
        raise Invalid("NO_WORK_DONE", field="person")


def check_not_author(person_id: int, *, author_id: int, lead_id: int, second_id: int) -> None:
    """Whoever wrote a version does not review it."""
    if person_id in (author_id, lead_id, second_id):
        raise Forbidden("REVIEWER_IS_AUTHOR", field="reviewer")


def check_reader_independent(organisation_id: int, *, institution_id: int, affiliated: bool) -> None:
    """A reader that is tied to the institution does not review its report."""
    if organisation_id == institution_id or affiliated:
        raise Invalid("NOT_INDEPENDENT", field="organisation")
