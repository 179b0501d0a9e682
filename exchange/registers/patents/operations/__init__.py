"""Every write about patents, one function a verb."""

from exchange.registers.patents.operations.claims import pass_claim, release_claim, take_claim
from exchange.registers.patents.operations.consents import (
    expire_consents,
    record_consent,
    release_consent,
    revoke_consent,
    settle_consent,
    use_consent,
)
from exchange.registers.patents.operations.custody import (
    draft_custody,
    invalidate_custody,
    lapse_custody,
    resume_custody,
    return_custody,
    submit_custody,
    suspend_custody,
    transfer_out_custody,
    verify_custody,
    withdraw_custody,
)
from exchange.registers.patents.operations.encumbrances import (
    lift_encumbrance,
    place_encumbrance,
    state_payoff,
    void_encumbrance,
)
from exchange.registers.patents.operations.imports import check_import, map_import, recognise_import, upload_import
from exchange.registers.patents.operations.ownership import (
    accept_proof,
    expire_proof,
    give_coowner_consent,
    reject_proof,
    revoke_coowner_consent,
    state_shares,
    submit_proof,
    transfer_shares,
    withdraw_proof,
)
from exchange.registers.patents.operations.registration import (
    close_patent,
    correct_patent,
    dispute_patent,
    draft_patent,
    edit_patent,
    publish_patent,
    refuse_patent,
    register_patent,
    resolve_patent,
    return_patent,
    submit_patent,
    withdraw_patent,
)
from exchange.registers.patents.operations.status import (
    record_annuity_payment,
    record_legal_event,
    record_register_copy,
    rederive_status,
    remind_annuities,
    supersede_legal_event,
)
from exchange.registers.patents.operations.writing import (
    confirm_import,
    discard_import,
    fail_import,
    finish_import,
    import_at_once,
    stop_import,
    undo_import,
    want_stop,
    write_chunk,
)

__all__ = [
    "accept_proof", "check_import", "close_patent", "confirm_import", "correct_patent", "discard_import", "dispute_patent",
    "draft_custody", "draft_patent", "edit_patent", "expire_consents", "expire_proof", "fail_import", "finish_import",
    "give_coowner_consent", "import_at_once", "invalidate_custody", "lapse_custody", "lift_encumbrance", "map_import", "pass_claim",
    "place_encumbrance", "publish_patent", "recognise_import", "record_annuity_payment", "record_consent",
    "record_legal_event", "record_register_copy", "rederive_status", "refuse_patent", "register_patent", "reject_proof",
    "release_claim", "release_consent", "remind_annuities", "resolve_patent", "resume_custody", "return_custody",
    "return_patent", "revoke_consent", "revoke_coowner_consent", "settle_consent", "state_payoff", "state_shares",
    "stop_import", "submit_custody", "submit_patent", "submit_proof", "supersede_legal_event", "suspend_custody",
    "take_claim", "transfer_out_custody", "transfer_shares", "undo_import", "upload_import", "use_consent", "verify_custody",
    "void_encumbrance", "want_stop", "withdraw_custody", "withdraw_patent", "withdraw_proof", "write_chunk",
]  # fmt: skip
