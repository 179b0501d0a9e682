"""Pages of listings: the public list and page, the holder's wizard, the exchange's review."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from exchange.core import approvals, clock, i18n
from exchange.core.access import CLERK, MEMBER, SUPERVISOR, Actor, permit
from exchange.core.search.marks import marked
from exchange.core.search.query import parse
from exchange.core.text import _
from exchange.core.web import Room, back_to, page, redirect_to
from exchange.market.deals.queries import newest_of_each, timeline
from exchange.market.listings.models import Listing
from exchange.market.listings.operations import (
    amend_listing, approve_listing, buy_listing, draft_listing, edit_listing, pause_listing, reject_listing, relist_listing, resume_listing, revise_listing,
    submit_listing, void_listing, withdraw_listing,
)
from exchange.market.listings.queries.browse import (
    FACETS, SORTS, Wanted, browse, count_listings, facets, listings_of_patent, main_facts, similar, waiting_for_review,
)
from exchange.market.listings.queries.content import (
    about, burdens_of, decline_reasons, draft_of, live_burdens, listable_patents, patents_of,
)
from exchange.market.listings.queries.offers import offers_on, running_among
from exchange.market.listings.queries.rights import remaining_years
from exchange.market.listings.rules.listing import completeness
from exchange.market.listings.schemas import EditedListing, ListingQuery, MineQuery, NewListing, Reason, Said
from exchange.market.listings.states import MAKER, ListingState
from exchange.market.listings.views.words import SORT_LABELS, WORDS, facet_groups, options, query_string, region_label
from exchange.people.accounts.queries import organisation_names
from exchange.registers.patents.queries import find_patent

room = Room("listings", __name__)
OWN = permit("listing:own", MEMBER)
REVIEW = permit("listing:review", CLERK | SUPERVISOR)
BUY = permit("listing:buy", MAKER)
OPEN_TO_ALL = "what is on sale is open to all"


@room.page("/listings", public=OPEN_TO_ALL, query=ListingQuery)
def list_listings(data: dict[str, Any], actor: Actor | None) -> str:
    """The public list with facets, orders and pages."""
    chosen = {name: data[name] for name in FACETS}
    wanted = Wanted(data["q"], chosen)
    sort = data["sort"] if data["sort"] != "newest" or not data["q"].strip() else "relevance"
    found = browse(actor, wanted, sort=sort, cursor=data["cursor"])
    return page(
        "listings/list.html", listings=found, about=count_listings(actor, wanted), facts=main_facts(found.rows),
        names=organisation_names({listing.organisation_id for listing in found.rows}),
        groups=facet_groups(facets(actor, wanted), chosen, data), chosen=data, sort=sort,
        sorts=[(name, SORT_LABELS[name], query_string(data, sort=name)) for name in SORTS if name != "relevance" or data["q"]],
        next_url=query_string(data, cursor=found.next) if found.next else None, first_url=query_string(data) if data["cursor"] else None,
        mark=lambda text: marked(text, parse(data["q"])), region=region_label, today=clock.today(),
    )


@room.page("/listings/mine", OWN, query=MineQuery)
def list_own(data: dict[str, Any], actor: Actor) -> str:
    """The listings of one's own organisation in every state, and why buyers declined."""
    every = tuple(str(state) for state in ListingState)
    found = browse(actor, Wanted(holder_id=actor.organisation_id, states=every), cursor=data["cursor"])
    return page("listings/mine.html", listings=found, reasons=decline_reasons(actor.organisation_id), **WORDS)


@room.page("/ops/listings", REVIEW, query=MineQuery)
def review_listings(data: dict[str, Any], actor: Actor) -> str:
    """The exchange's queue of listings under review, the oldest first."""
    found = waiting_for_review(cursor=data["cursor"])
    waiting = approvals.pending_among("listing", [listing.public_id for listing in found.rows])
    pending = {listing.id: waiting.get(listing.public_id, []) for listing in found.rows}
    names = organisation_names({listing.organisation_id for listing in found.rows})
    return page("listings/review.html", listings=found, names=names, pending=pending)


def _form_context(actor: Actor, listing: Listing | None = None) -> dict[str, Any]:
    patents = listable_patents(actor.organisation_id)
    burdens = live_burdens(listing.patent_ids if listing else [patent.id for patent in patents])
    return {"listing": listing, "patents": patents, "burdens": burdens, "options": options(), "today": clock.today(), **WORDS}


@room.form(
    "/listings/new", "listing:draft", shape=NewListing, template="listings/new.html",
    context=lambda actor: _form_context(actor),
)  # fmt: skip
def draft(data: dict[str, Any], actor: Actor) -> Any:
    """Draft a listing."""
    return back_to(draft_listing(actor=actor, **data), _("The draft is saved. Check it and submit it for review."))


def _typed(listing: Listing) -> Mapping[str, Any]:
    """A listing as its form shows it."""
    names = [name for name in Said().fields if name not in ("price", "fields_")]
    said = {name: getattr(listing, name) for name in names}
    flags = {name: "yes" if said[name] else "no" for name in ("on_enquiry", "declared", "leak_confirmed")}
    price = i18n.amount_input(listing.price) if listing.price else ""
    patents = [patent.public_id for patent in patents_of(listing)]
    return said | flags | {"price": price, "fields": list(listing.fields), "patents": patents}


@room.form(
    "/listings/<id>/edit", "listing:edit", thing=Listing, shape=EditedListing, template="listings/new.html",
    context=lambda thing, actor: _form_context(actor, thing), initial=lambda thing, actor: _typed(thing),
)  # fmt: skip
def edit(thing: Listing, data: dict[str, Any], actor: Actor) -> Any:
    """Change a draft."""
    return back_to(edit_listing(thing, actor=actor, **data), _("Saved."))


@room.form(
    "/listings/<id>/amend", "listing:amend", thing=Listing, shape=Said, template="listings/amend.html",
    context=lambda thing, actor: _form_context(actor, thing), initial=lambda thing, actor: _typed(thing),
)  # fmt: skip
def amend(thing: Listing, data: dict[str, Any], actor: Actor) -> Any:
    """Change what is public; it goes back to review."""
    return back_to(amend_listing(thing, actor=actor, **data), _("The change goes to review."))


@room.page("/listings/<id>", public=OPEN_TO_ALL, thing=Listing, home=True)
def show_listing(thing: Listing, actor: Actor | None) -> str:
    """One listing: what it is, in which state, who acts next."""
    near, rows = similar(thing), about(thing)
    names = organisation_names({thing.organisation_id, *(listing.organisation_id for listing in near)})
    own = actor is not None and actor.organisation_id == thing.organisation_id
    offers = offers_on(thing, actor) if actor else []
    return page(
        "listings/show.html", listing=thing, patents=rows["patents"], names=names, own=own,
        classes=list(dict.fromkeys(each.symbol for each in rows["classes"])),
        burdens=burdens_of(thing, rows), gates=newest_of_each(rows["gates"]), announcements=rows["announcements"],
        completeness=completeness(draft_of(thing, rows)), near=near, rights=remaining_years(thing),
        offers=offers, running=running_among(offers, actor) if actor and not own else None,
        events=timeline("listing", thing.public_id) if own or (actor and actor.kind in ("exchange", "regulator", "auditor")) else [],
        pending=rows["pending"] if actor and (own or actor.kind == "exchange") else [],
        options=options(), today=clock.today(), **WORDS,
    )


@room.page("/listings/of-patent/<public_id>", public=OPEN_TO_ALL)
def of_patent(public_id: str, actor: Actor | None) -> str:
    """The listings of a patent, as a piece of its page."""
    patent = find_patent(actor, public_id)
    return page("listings/of_patent.html", listings=listings_of_patent(patent.id, actor))


@room.post("/listings/<id>/submit", "listing:submit", thing=Listing)
def submit(thing: Listing, actor: Actor) -> Any:
    """Submit for review."""
    return back_to(submit_listing(thing, actor=actor), _("Submitted for review."))


@room.post("/listings/<id>/revise", "listing:revise", thing=Listing)
def revise(thing: Listing, actor: Actor) -> Any:
    """Take a returned listing back into work."""
    revise_listing(thing, actor=actor)
    return redirect_to("listings.edit", _("Correct it and submit it again."), id=thing.public_id)


@room.post("/listings/<id>/approve", "listing:approve", thing=Listing)
def approve(thing: Listing, actor: Actor) -> Any:
    """Approve; a second person confirms."""
    return back_to(approve_listing(thing, actor=actor), _("Approved."))


@room.form(
    "/listings/<id>/buy", BUY, thing=Listing, template="listings/buy.html",
    context=lambda thing, actor: {"listing": thing, "name": organisation_names([thing.organisation_id]).get(thing.organisation_id, "")},
)  # fmt: skip
def buy(thing: Listing, data: dict[str, Any], actor: Actor) -> Any:
    """Buy at the fixed price; the deal goes straight to signing."""
    deal = buy_listing(thing, actor=actor)
    return redirect_to("deals.show_deal", _("Bought. The deal is open for signing."), id=deal.public_id)


@room.post("/listings/<id>/relist", "listing:relist", thing=Listing)
def relist(thing: Listing, actor: Actor) -> Any:
    """List anew what was not sold."""
    return back_to(relist_listing(thing, actor=actor), _("The next attempt is a draft; check it and submit it."))


@room.form("/listings/<id>/reject", "listing:reject", thing=Listing, shape=Reason, template="listings/reason.html")
def reject(thing: Listing, data: dict[str, Any], actor: Actor) -> Any:
    """Return a listing for correction."""
    return back_to(reject_listing(thing, actor=actor, reason=data["reason"]), _("Returned for correction."))


@room.form("/listings/<id>/pause", "listing:pause", thing=Listing, shape=Reason, template="listings/reason.html")
def pause(thing: Listing, data: dict[str, Any], actor: Actor) -> Any:
    """Pause with a public reason."""
    return back_to(pause_listing(thing, actor=actor, reason=data["reason"]), _("Paused."))


@room.post("/listings/<id>/resume", "listing:resume", thing=Listing)
def resume(thing: Listing, actor: Actor) -> Any:
    """Go on after a pause."""
    return back_to(resume_listing(thing, actor=actor), _("Open again."))


@room.form("/listings/<id>/withdraw", "listing:withdraw", thing=Listing, shape=Reason, template="listings/reason.html")
def withdraw(thing: Listing, data: dict[str, Any], actor: Actor) -> Any:
    """Withdraw a listing."""
    return back_to(withdraw_listing(thing, actor=actor, reason=data["reason"]), _("Withdrawn."))


@room.form("/listings/<id>/void", "listing:void", thing=Listing, shape=Reason, template="listings/reason.html")
def void(thing: Listing, data: dict[str, Any], actor: Actor) -> Any:
    """Declare a listing void."""
    return back_to(void_listing(thing, actor=actor, reason=data["reason"]), _("Declared void."))
