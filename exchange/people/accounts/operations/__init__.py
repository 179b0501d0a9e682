"""Every write of accounts."""

from exchange.people.accounts.operations.sessions import (
    digest, end_other_sessions, end_session, note_step_up, open_session, see_session, switch_member,
)
from exchange.people.accounts.operations.signing_in import (
    check_credentials, check_step_up, count_try, hash_password, password_fits, use_totp,
)

__all__ = [
    "check_credentials", "check_step_up", "count_try", "digest", "end_other_sessions", "end_session", "hash_password", "note_step_up",
    "open_session", "password_fits", "see_session", "switch_member", "use_totp",
]
