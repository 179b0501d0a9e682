"""Pages of accounts: signing in, one's own settings, one's organisation, joining, and the clerk's counter."""

from exchange.people.accounts.views import joining, organisation, own, signing_in
from exchange.people.accounts.views.signing_in import load_actor, own_path, with_cookie

ROOMS = [signing_in.room, own.room, organisation.room, joining.room]
__all__ = ["ROOMS", "load_actor", "own_path", "with_cookie"]
