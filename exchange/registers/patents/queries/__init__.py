"""What is read about patents."""

from exchange.registers.patents.queries.imports import (
    codes_of_batch,
    find_batches,
    get_batch,
    refused_rows,
    rows_of_batch,
)
from exchange.registers.patents.queries.picture import (
    annuity_due_list,
    annuity_state,
    check_disposition,
    differing_statuses,
    expiry_date,
    gate_findings,
    gather,
    gather_all,
    in_force_interval,
    papers_of,
    picture_from,
    register_status,
    rights_picture,
    rights_pictures,
    shares_on,
)
from exchange.registers.patents.queries.registry import (
    annuities_of,
    audience_of,
    events_of,
    find_by_number,
    find_patent,
    get_patent,
    latest_snapshot,
    organisation_named,
    owned_patents,
    portfolio,
    portfolio_counts,
    proofs_of,
    registry_queue,
    tasks,
    visible_patents,
)
from exchange.registers.patents.queries.rights import (
    consent_for,
    consents_of,
    coowner_consents,
    custodies_of,
    encumbrance_by_reference,
    encumbrance_history,
    encumbrances,
    get_consent,
    get_custody,
    get_encumbrance,
    live_claim,
    live_custody,
    live_pledge,
    standing,
    standing_on,
)

__all__ = [
    "annuities_of", "annuity_due_list", "annuity_state", "audience_of", "check_disposition", "codes_of_batch", "consent_for",
    "consents_of", "coowner_consents", "custodies_of", "differing_statuses", "encumbrance_by_reference", "encumbrance_history", "encumbrances",
    "events_of", "expiry_date", "find_batches", "find_by_number", "find_patent", "gate_findings", "gather", "gather_all", "get_batch", "get_consent",
    "get_custody", "get_encumbrance", "get_patent", "in_force_interval", "latest_snapshot", "live_claim", "live_custody",
    "live_pledge", "organisation_named", "owned_patents", "papers_of", "picture_from", "portfolio", "portfolio_counts", "proofs_of", "refused_rows", "register_status",
    "registry_queue", "rights_picture", "rights_pictures", "rows_of_batch", "shares_on", "standing", "standing_on", "tasks", "visible_patents",
]  # fmt: skip
