"""Every write of accounts."""

from exchange.people.accounts.operations.sessions import (
    digest, end_other_sessions, end_session, note_step_up, open_session, see_session, switch_member,
)

__all__ = ["digest", "end_other_sessions", "end_session", "note_step_up", "open_session", "see_session", "switch_member"]
