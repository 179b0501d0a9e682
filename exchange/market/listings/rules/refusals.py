"""The stable codes that listings and offers refuse with."""

from exchange.core.errors import define
from exchange.core.text import _

define("LISTING_INCOMPLETE", 422, _("Please complete {fields}."))
define("BOX_REQUIRED", 422, _("State territory, field and period of the licence."))
define("PRICE_REQUIRED", 422, _("State a price or choose negotiation."))
define("LEAK_WARNING", 422, _("Publishing this may disclose know-how; confirm to go on."))
define("ALREADY_ALLOCATED", 409, _("Another buyer was first."))
define("RESERVE_WAIVER_REQUIRED", 409, _("This is below your reserve; waive it to accept."))
define("GRANT_REQUIRED", 403, _("The holder has not opened the data room to you."))
define("NOT_YOUR_TURN", 409, _("The other side is to answer; wait for it or withdraw."))
define("OFFER_ROUNDS_OVER", 409, _("After {limit} rounds only accepting or declining is left."))
define("OFFER_VALIDITY", 422, _("An offer stands for {low} to {high} days."))
define("OFFER_EXPIRED", 409, _("This offer ended on {date}."))
define("OFFER_EXISTS", 409, _("You already have an offer on this listing; counter or withdraw it."))
define("OFFER_VERSION_OLD", 409, _("This is version {given}; version {current} stands. Read it and answer again."))
define("OUTSIDE_LISTED_BOX", 422, _("The licence asked for goes beyond what is listed."))
define("NOT_NEGOTIABLE", 409, _("This listing is sold by {way}, not by offers."))
define("NOT_FIXED", 409, _("This listing is sold by {way}, not at a fixed price."))
define("SALE_HELD", 409, _("An auction of this listing is running."))
