"""The market of the demonstration: listings in many states, offers, deals, demands and investors' interests."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

from exchange.core import clock
from exchange.core.access import Actor
from exchange.core.database import by_public_id
from exchange.core.jobs.timers import due_timers, run_timer
from exchange.core.money import yuan
from exchange.demo.people import Cast
from exchange.demo.script import Script, confirmed
from exchange.demo.stock import Stocked, copy_register, registrars
from exchange.market.listings import operations as listings
from exchange.market.listings.models import Listing, Offer
from exchange.market.matching import operations as matching

MODES = ("transfer", "ordinary", "exclusive", "transfer", "sole", "ordinary")
INDUSTRY_OF = {
    "new-energy": "new-energy", "vehicles": "vehicles", "low-altitude": "vehicles", "communications": "telecom", "chips": "electronics",
    "computing": "software", "robots": "machinery", "medicine": "medical", "environment": "environment", "materials": "materials",
}
REGIONS = ("CN/44/4403/440305", "CN/44/4403/440304", "CN/44/4403/440307")
DEMANDS = (
    ("e02", "寻求耐热的锂电池隔膜涂覆技术", "需要热收缩率低的陶瓷涂覆隔膜，已有中试线。", "H01M", 800_000, 3_000_000, 5),
    ("e10", "Collision-free swarm control for delivery drones", "We look for collision avoidance that survives radio delays.", "B64U", 500_000, 2_500_000, 4),
    ("e07", "机械臂视觉位姿估计算法", "反光工件的抓取，位姿误差小于零点三毫米。", "G06T", 300_000, 1_800_000, 5),
    ("e09", "低能耗碳捕集吸收剂", "燃煤烟气，需降低再生能耗。", "B01D", 600_000, 4_000_000, 4),
    ("e12", "Lightweight authentication for meters", "Battery meters need mutual authentication without certificates.", "H04L", 200_000, 1_500_000, 6),
    ("e08", "穿戴设备的房颤识别", "运动状态下的灵敏度不低于百分之九十五。", "A61B", 500_000, 3_500_000, 5),
)
INTERESTS = (
    ("investor1", "新能源材料早期项目", "关注固态电池与隔膜，单笔五百万元以内。", ["h01m"], 500_000, 5_000_000, "vc"),
    ("investor1", "低空经济装备", "旋翼结构与集群控制。", ["b64u", "g08g"], 500_000, 8_000_000, "vc"),
    ("investor2", "Biopharma platforms", "Delivery platforms with data in two species.", ["a61k", "c12n"], 1_000_000, 20_000_000, "vc"),
    ("bank1", "可质押的通信专利组合", "剩余期限五年以上，已有许可收入。", ["h04b", "h04w"], 500_000, 30_000_000, "bank"),
)


def add_market(script: Script, cast: Cast, stock: list[Stocked]) -> None:
    """In the last seven months some thirty patents in custody come to the market."""
    today = clock.day_of(script.end)
    for place, each in enumerate(stock[::5]):
        day = today - timedelta(days=170 - place * 5)
        script.at(day, partial(offer_for_sale, script, cast, each, place), hour=10, minute=place)
    for place, demand in enumerate(DEMANDS):
        script.at(today - timedelta(days=120 - place * 15), partial(ask, script, cast, demand), hour=14)
    for place, interest in enumerate(INTERESTS):
        script.at(today - timedelta(days=110 - place * 10), partial(look_for, cast, interest), hour=15)


def offer_for_sale(script: Script, cast: Cast, each: Stocked, place: int) -> None:
    """The holder drafts and submits; the registrar keeps the register copy fresh."""
    if not each.custody_id:
        return
    holder = cast.who(each.key, "signatory")
    copy_register(registrars(cast)[0], each, on=clock.today())
    fields = each.fields
    mode = MODES[place % len(MODES)]
    box = {} if mode == "transfer" else {
        "territories": ["CN"], "fields": ["*"], "first_day": clock.today() + timedelta(days=60), "last_day": clock.today() + timedelta(days=60 + 365 * 2)}
    listing = listings.draft_listing(
        actor=holder, patents=[each.patent.public_id], mode=mode, title_zh=fields["title_zh"], title_en=fields["title_en"],
        summary_zh=fields["abstract_zh"], summary_en=fields["abstract_en"], problem=fields["abstract_zh"], solution="（演示）样机已在产线连续运行。",
        benefit="（演示）单位成本下降。", economics="（演示）投资回收期约两年。", evidence_of_use="（演示）两家客户试用。", stage=4 + place % 6,
        industry=INDUSTRY_OF[each.industry], region=REGIONS[place % 3], declared=True, leak_confirmed=True, price=yuan((300 + place * 137 % 2400) * 1000), **box)
    if place % 9 == 8:
        return
    listings.submit_listing(listing, actor=holder)
    if place % 7 != 6:
        script.after(2, lambda: approve(script, cast, each, listing.public_id, place), apart=True)


def approve(script: Script, cast: Cast, each: Stocked, public_id: str, place: int) -> None:
    """Two clerks approve; some listings go back."""
    first, second = clerks(cast)
    listing = by_public_id(Listing, public_id)
    if place % 11 == 10:
        listings.reject_listing(listing, reason="（演示）请补充实施证据。", actor=first)
        return
    confirmed(lambda: listings.approve_listing(listing, actor=first), second)
    listing = by_public_id(Listing, public_id)
    if listing.state == "notice" and listing.notice_ends_at is not None:
        script.at(clock.day_of(listing.notice_ends_at), partial(end_notice, cast, each), hour=9, apart=True)
    if place % 2 == 0:
        script.after(6, lambda: bid(script, cast, public_id, place))


def end_notice(cast: Cast, each: Stocked) -> None:
    """The notice is over: on a fresh register copy the timer opens the listing."""
    copy_register(registrars(cast)[0], each, on=clock.today())
    ring()


def ring() -> None:
    """The timers whose moment has come act, as the worker would have them act."""
    for timer_id in due_timers():
        run_timer(timer_id)


def bid(script: Script, cast: Cast, public_id: str, place: int) -> None:
    """A buyer makes an offer; the holder answers."""
    listing = by_public_id(Listing, public_id)
    if listing.state != "open" or listing.price is None:
        return
    buyer = buyer_for(cast, listing, place)
    offer = listings.make_offer(listing, actor=buyer, amount=yuan(listing.price.minor // 100 * 8 // 10))
    script.at(clock.day_of(offer.valid_until) + timedelta(days=1), ring, hour=9, minute=1, apart=True)
    script.after(3, lambda: answer(script, cast, offer.public_id, buyer, place))


def answer(script: Script, cast: Cast, public_id: str, buyer: Actor, place: int) -> None:
    """The holder counters, declines, or lets the offer stand."""
    offer = by_public_id(Offer, public_id)
    holder = next(actors[2] for actors in cast.actors.values() if actors[0].organisation_id == offer.listing.organisation_id)
    if place % 8 == 2:
        listings.decline_offer(offer, actor=holder, reason="price")
    elif place % 8 in (4, 6):
        listings.counter_offer(offer, actor=holder, n=offer.round, amount=yuan(offer.listing.price_or_zero // 100 * 9 // 10))
        script.at(clock.day_of(offer.valid_until) + timedelta(days=1), ring, hour=9, minute=1, apart=True)
        if place % 8 == 4:
            script.after(2, lambda: accept(public_id, buyer))


def accept(public_id: str, buyer: Actor) -> None:
    """The buyer accepts the counter-offer as it stands; a deal opens."""
    offer = by_public_id(Offer, public_id)
    listings.accept_offer(offer, actor=buyer, n=offer.round)


def buyer_for(cast: Cast, listing: Listing, place: int) -> Actor:
    """A buyer of another house."""
    keys = [key for key in ("e01", "e04", "investor1", "e06", "e10", "investor2") if cast.houses[key].id != listing.organisation_id]
    return cast.who(keys[place % len(keys)], "signatory")


def ask(script: Script, cast: Cast, demand: tuple[Any, ...]) -> None:
    """An enterprise registers what it looks for; a clerk opens it."""
    key, title, text, subclass, low, high, stage = demand
    actor = cast.who(key, "signatory")
    made = matching.draft_demand(
        actor=actor, title=title, text=text, classes=[subclass.lower()], low=yuan(low), high=yuan(high), stage_low=stage)
    matching.submit_demand(made, actor=actor)
    matching.open_demand(made, actor=clerks(cast)[0])


def look_for(cast: Cast, interest: tuple[Any, ...]) -> None:
    """An investor saves what it looks for."""
    key, title, text, classes, low, high, kind = interest
    matching.save_interest(
        actor=cast.who(key, "signatory"), title=title, text=text, classes=classes, low=yuan(low), high=yuan(high), kind=kind)


def clerks(cast: Cast) -> tuple[Actor, Actor]:
    """The two clerks."""
    return cast.who("exchange", "officer", "clerk"), cast.who("exchange", "approver", "clerk")
