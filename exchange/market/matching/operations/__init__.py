"""Every write of demands, interests and matches."""

from exchange.market.matching.operations.demands import (
    draft_demand,
    edit_demand,
    expire_demand,
    open_demand,
    return_demand,
    settle_demand,
    submit_demand,
    withdraw_demand,
)
from exchange.market.matching.operations.interests import edit_interest, end_interest, pause_interest, resume_interest, save_interest
from exchange.market.matching.operations.meeting import (
    contact_match,
    decline_match,
    fade_matches,
    find_for_listing,
    find_for_wish,
    shortlist_match,
)

__all__ = [
    "contact_match",
    "decline_match",
    "draft_demand",
    "edit_demand",
    "edit_interest",
    "end_interest",
    "expire_demand",
    "fade_matches",
    "find_for_listing",
    "find_for_wish",
    "open_demand",
    "pause_interest",
    "resume_interest",
    "return_demand",
    "save_interest",
    "settle_demand",
    "shortlist_match",
    "submit_demand",
    "withdraw_demand",
]
