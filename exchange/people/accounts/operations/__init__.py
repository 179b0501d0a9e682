"""Every write of accounts."""

from exchange.people.accounts.operations.factors import add_totp, change_language, change_password, new_secret, remove_totp
from exchange.people.accounts.operations.links import (
    accept_invitation, admit_organisation, apply_organisation, ask_reset, close_organisation, identity_of, invite_member,
    refuse_organisation, reinstate_organisation, reset_password, suspend_organisation,
)
from exchange.people.accounts.operations.members import change_member, create_token, remove_member, revoke_token
from exchange.people.accounts.operations.sessions import (
    complete_session, digest, end_other_sessions, end_session, note_step_up, open_session, see_session, switch_member,
)
from exchange.people.accounts.operations.signing_in import (
    check_credentials, check_factor, check_step_up, count_try, hash_password, password_fits, use_totp,
)

__all__ = [
    "accept_invitation", "add_totp", "admit_organisation", "apply_organisation", "ask_reset", "change_language", "change_member",
    "change_password", "check_credentials", "check_factor", "check_step_up", "close_organisation", "complete_session", "count_try", "create_token", "digest",
    "end_other_sessions", "end_session", "hash_password", "identity_of", "invite_member", "new_secret", "note_step_up",
    "open_session", "password_fits", "refuse_organisation", "reinstate_organisation", "remove_member", "remove_totp",
    "reset_password", "revoke_token", "see_session", "suspend_organisation", "switch_member", "use_totp",
]
