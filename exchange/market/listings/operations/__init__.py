"""Every write of listings and offers, one function a verb."""

from exchange.market.listings.operations.content import follow_appraisal
from exchange.market.listings.operations.drafting import (
    amend_listing,
    draft_listing,
    edit_listing,
    revise_listing,
    submit_listing,
    withdraw_listing,
)
from exchange.market.listings.operations.offers import (
    accept_offer,
    counter_offer,
    decline_offer,
    expire_offer,
    make_offer,
    withdraw_offer,
)
from exchange.market.listings.operations.review import (
    approve_listing,
    expire_listing,
    hold_sale,
    open_listing,
    pause_listing,
    reject_listing,
    release_sale,
    resume_listing,
    void_listing,
)
from exchange.market.listings.operations.sale import (
    bind_sale,
    buy_listing,
    fall_back,
    finish_listing,
    negotiate_listing,
    pass_listing,
    relist_listing,
)

__all__ = [
    "accept_offer",
    "amend_listing",
    "approve_listing",
    "bind_sale",
    "buy_listing",
    "counter_offer",
    "decline_offer",
    "draft_listing",
    "edit_listing",
    "expire_listing",
    "expire_offer",
    "fall_back",
    "finish_listing",
    "follow_appraisal",
    "hold_sale",
    "make_offer",
    "negotiate_listing",
    "open_listing",
    "pass_listing",
    "pause_listing",
    "reject_listing",
    "release_sale",
    "relist_listing",
    "resume_listing",
    "revise_listing",
    "submit_listing",
    "void_listing",
    "withdraw_listing",
    "withdraw_offer",
]
