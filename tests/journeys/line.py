"""The main line in steps, each told as its people do it: pages and their forms, JSON where a program would ask, the worker for the rest."""

from __future__ import annotations

import io
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pypdfium2

from exchange.appraisals.rules.vocabulary import CHECKLIST, INSPECTION, SURVEY
from exchange.core import clock as house_clock
from exchange.core.database import db
from exchange.core.jobs import worker
from exchange.core.jobs.models import Job
from exchange.finance.financing.rules import PAPERS
from tests.factories import uscc
from tests.journeys.pages import Page
from tests.journeys.people import PASSWORD, Cast, Person, Visitor
from tests.journeys.portfolios import Chosen, Portfolio

REASON = "The evidence on this method was gathered and weighed against the studies of the field."
SOURCE = {"source_kind": "market-evidence", "source_ref": "Study of the field, table 4", "as_of": "2026-09-30", "note": REASON}
SINGLE = (
    ("royalty_rate", "4.5%", "3%", "6%"), ("decay", "8%", "5%", "12%"), ("tax_rate", "15%", "", ""), ("probability_valid", "90%", "80%", "96%"),
    ("risk_free", "1.85%", "", ""), ("equity_premium", "7.5%", "", ""), ("size_premium", "2%", "", ""), ("technology_premium", "2.5%", "", ""),
    ("market_premium", "2%", "", ""), ("capital_premium", "1.5%", "", ""), ("management_premium", "1.5%", "", ""), ("discount_spread", "2%", "", ""),
    ("revenue_volatility", "25%", "", ""), ("subject_sales", "1.05亿", "", ""), ("cost_labour", "1500万", "", ""), ("cost_material", "350万", "", ""),
    ("developer_profit", "15%", "", ""),
)
PLAN = "2026\t1.2亿\n2027\t1.5亿\n2028\t1.8亿\n2029\t2亿\n2030\t2.1亿\n2031\t2.1亿\n2032\t2亿"
DEALS = (("2000万", "9000万"), ("3000万", "1.4亿"), ("1800万", "8200万"))
WEIGHTS = {"relief_from_royalty": "60", "comparable_transactions": "25", "reproduction_cost": "15"}
CLAUSE = "The pledgor offers another patent of equal value within 30 days, or repays that part."


def one_page_pdf() -> bytes:
    """A small real PDF."""
    document, kept = pypdfium2.PdfDocument.new(), io.BytesIO()
    document.new_page(200, 200)
    document.save(kept)
    return kept.getvalue()


PAPER = one_page_pdf()


@dataclass
class Story:
    """Who takes part, which file it begins with, and the addresses that came up on the way."""

    house: Any
    clock: Any
    cast: Cast
    portfolio: Portfolio
    places: dict[str, str] = field(default_factory=dict)

    def __getitem__(self, name: str) -> str:
        return self.places[name]

    def __setitem__(self, name: str, place: str) -> None:
        self.places[name] = place

    def id(self, name: str) -> str:
        """The outside name at the end of an address."""
        return self.places[name].rsplit("/", 1)[1]

    def state(self, who: str, name: str) -> str:
        """The state of a thing as the API tells one of its parties."""
        return str(self.cast[who].ask(self[name])["state"])

    @contextmanager
    def unchanged(self, who: str, name: str) -> Iterator[None]:
        """What happens in the block leaves the thing as it was."""
        before = self.cast[who].ask(self[name])
        yield
        assert self.cast[who].ask(self[name]) == before

    def work(self) -> None:
        """The worker goes round until nothing is left, and nothing may have failed."""
        for _round in range(60):
            if not worker.sweep(self.house.app):
                break
        db.session.rollback()
        left = db.session.query(Job.kind, Job.state, Job.error_code, Job.error_detail).filter(Job.state != "done").all()
        db.session.rollback()
        assert left == []


def approved_by(story: Story, checker: str, noun: str, proposer: str) -> None:
    """The proposer cannot confirm what he proposed; the second person can."""
    maker = story.cast[proposer]
    [waiting] = maker.open("/approvals").links_to("/approvals/")
    assert maker.refused(f"{waiting}/confirm") == (403, "SECOND_PERSON_NEEDED"), noun
    story.cast[checker].confirm()


# ---------------------------------------------------------------- 0 joining

def buyer_registers(story: Story) -> None:
    """The buyer applies as anybody may, two clerks admit it, the letter makes its first administrator."""
    visitor, address = Visitor(story.house), f"buyer-{secrets.token_hex(4)}@example.org"
    visitor.fill("/register", kind="enterprise", name="演示北岸测绘有限公司", uscc=uscc(88_000_001), district="nanshan", email=address)
    clerk = story.cast["exchange officer clerk"]
    [place] = [each for each in clerk.open("/ops/organisations").links_to("/organisations/") if "北岸" in clerk.open(each).text]
    clerk.press(place, "admit")
    approved_by(story, "exchange approver clerk", "organisation", "exchange officer clerk")
    story.work()
    letters = [visitor.open(each).text for each in visitor.open("/dev/mail").links_to("/dev/mail/")]
    [secret] = [found[1] for text in letters if address in text and (found := re.search(r"/invitations/([\w-]+)", text))]
    visitor.fill(f"/invitations/{secret}", name="Zhou Buyer", password=PASSWORD, language="en")
    story.cast.people["buyer signatory"] = Person(story.house, address, "演示北岸测绘有限公司")


# ---------------------------------------------------------------- 1 import and registration

def holder_imports(story: Story) -> None:
    """Upload, dry run with a code for every row it speaks of, confirmation; nothing is written before."""
    owner, portfolio = story.cast["holder officer"], story.portfolio
    place = story["import"] = owner.fill("/patents/import", file=(portfolio.content, portfolio.filename))
    batch = owner.ask("/imports/" + story.id("import"))
    assert (batch["state"], batch["counts"], batch["codes"]) == ("checked", portfolio.counts, portfolio.codes)
    page = owner.open(place + "?lang=en")
    assert all(code in page.text for code in portfolio.codes)
    assert owner.ask("/patents")["items"] == []
    owner.press(place, "confirm")
    if portfolio.by_job:
        assert owner.ask("/imports/" + story.id("import"))["state"] == "writing"
        story.work()
    assert owner.ask("/imports/" + story.id("import"))["state"] == "written"


def patents_are_registered(story: Story, *names: str) -> None:
    """Some of the imported patents: proof, register copy, two different registrars."""
    for name in names:
        chosen: Chosen = getattr(story.portfolio, name)
        [found] = story.cast["holder officer"].ask(f"/patents?q={chosen.number}")["items"]
        assert (found["state"], found["legal_status"], found["grant_on"]) == ("draft", "unknown", chosen.granted.isoformat())
        place = story[name] = "/patents/" + found["id"]
        holder_proves(story, place)
        registrars_register(story, place, chosen)
        assert story.state("holder officer", name) == "registered"


def holder_proves(story: Story, place: str) -> None:
    """Without a proof the entry is not taken; with the certificate it goes to the registrar."""
    owner = story.cast["holder officer"]
    assert owner.refused(f"{place}/submit") == (422, "PROOF_MISSING")
    owner.press(place, "prove", kind="certificate", issued_on="2022-09-06", file=(PAPER, "certificate.pdf"))
    owner.press(place, "submit")


def registrars_register(story: Story, place: str, chosen: Chosen) -> None:
    """One registrar accepts the proof and enters the register copy; only the other one may register an imported patent."""
    first, second = story.cast.named("exchange officer registrar", "exchange approver registrar")
    assert place in first.open("/registry").links_to("/patents/")
    page = first.open(place)
    [proof] = page.forms_to("/proofs/", "/accept")
    first.send_form(page, proof.path)
    read_register(story, place, chosen)
    checked = {"digit_compared": True} if story.portfolio.codes.get("CN_NO_CHECK_DIGIT") else {}
    assert first.refused(f"{place}/register", **checked) == (403, "SECOND_PERSON_NEEDED")
    assert story.cast["holder officer"].refused(f"{place}/register", **checked) == (403, "FORBIDDEN")
    second.press(place, "register", **({"digit_compared": "yes"} if checked else {}))


def read_register(story: Story, place: str, chosen: Chosen) -> None:
    """The registrar enters a register copy of today."""
    story.cast["exchange officer registrar"].press(
        place, "register-copy", status="in_force", taken_on=house_clock.today(), granted_on=chosen.granted,
        paid_to_year=chosen.paid_to_year(house_clock.today()), file=(PAPER, "register.pdf"))


# ---------------------------------------------------------------- 2 custody, listing, matching, deal

def patent_is_deposited(story: Story, name: str) -> None:
    """The holder gives a patent into custody; two registrars verify it."""
    owner = story.cast["holder officer"]
    place = story[f"custody {name}"] = owner.press(story[name], "custody", services=["annuity_watch", "document_keeping"])
    owner.press(place, "submit", agreed="yes")
    story.cast["exchange officer registrar"].press(place, "verify")
    assert story.state("holder officer", f"custody {name}") == "submitted"
    approved_by(story, "exchange approver registrar", "custody", "exchange officer registrar")
    assert story.state("holder officer", f"custody {name}") == "verified"


def buyer_asks_for_technology(story: Story) -> None:
    """A demand is drafted, reviewed by the exchange and published before anything fits it."""
    buyer, clerk = story.cast.named("buyer signatory", "exchange officer clerk")
    place = story["demand"] = buyer.fill(
        "/demands/new", title="寻求无人机影像的相机标定方法", text="需要利用棱台与几何约束求解相机内参数的标定方法，用于无人机测绘。camera calibration, intrinsic parameters",
        classes=story.portfolio.subclass, low="50万", high="300万", stage_low="5")
    buyer.press(place, "submit")
    assert buyer.refused(f"{place}/open") == (403, "FORBIDDEN")
    clerk.press(place, "open")
    story.work()
    assert buyer.ask("/matches")["items"] == []


LISTED = {
    "mode": "transfer", "price_mode": "negotiated", "price_form": "lump_sum", "price": "120万", "title_zh": "利用棱台求解相机内参数的方法",
    "title_en": "Solving camera intrinsic parameters", "summary_zh": "一种相机标定方法：利用棱台的几何约束求解相机内参数，适用于无人机影像测绘，标定精度高。",
    "summary_en": "A camera calibration method that finds the intrinsic parameters from a frustum of a prism; fit for drones.",
    "industry": "electronics", "stage": "7", "region": "CN/44/4403/440305", "declared": "yes", "leak_confirmed": "yes", "term_days": "180",
}


def holder_lists(story: Story) -> None:
    """Only a patent in custody is listed; the holder cannot approve its own listing; two clerks do, and everybody sees it."""
    owner, clerk = story.cast.named("holder signatory", "exchange officer clerk")
    price = {"amount": "1200000.00", "currency": "CNY"}
    told = {**LISTED, "stage": 7, "term_days": 180, "declared": True, "leak_confirmed": True, "price": price}
    assert owner.refused("/listings", **told, patents=[story.id("pledged")]) == (409, "CUSTODY_REQUIRED")
    assert owner.ask("/listings")["items"] == []
    place = story["listing"] = owner.fill("/listings/new", **LISTED, patents=story.id("sold"))
    assert clerk.refused(f"{place}/approve") == (404, "NOT_FOUND")
    owner.press(place, "submit")
    with story.unchanged("holder signatory", "listing"):
        assert owner.refused(f"{place}/approve") == (403, "FORBIDDEN")
    assert place in clerk.open("/ops/listings").links_to("/listings/")
    clerk.press(place, "approve")
    assert story.house.client().get(place).status_code == 404
    approved_by(story, "exchange approver clerk", "listing", "exchange officer clerk")
    for language in ("zh", "en"):
        public = story.house.client().get(f"{place}?lang={language}")
        assert public.status_code == 200
        assert LISTED[f"title_{language}"] in public.get_data(as_text=True)
    story.work()


def both_sides_meet(story: Story) -> None:
    """The demand finds the new listing with reasons; an interest saved later finds it too; each side sees its half."""
    buyer, investor, owner = story.cast.named("buyer signatory", "investor signatory", "holder signatory")
    [found] = buyer.ask("/matches")["items"]
    assert (found["listing"], found["wish"], found["lane"]) == (story.id("listing"), story.id("demand"), "same")
    assert {part["name"] for part in found["parts"]} >= {"text", "field", "stage"}, found["parts"]
    match = story["match"] = "/matches/" + found["id"]
    assert "预算" in buyer.open(match + "?lang=zh").text
    [offered] = owner.ask("/matches?side=holder")["items"]
    assert (offered["id"], offered["state"]) == (found["id"], "found")
    assert {"parts", "wish"} & offered.keys() == set()
    buyer.press(match, "contact")
    assert owner.ask("/matches?side=holder")["items"][0]["state"] == "contacted"
    owner.open(match)
    interest = investor.fill(
        "/interests/new", title="无人机影像", text="关注相机标定与无人机影像测绘 camera calibration", kind="vc", classes=story.portfolio.subclass,
        low="10万", high="500万")
    [met] = only_things(investor.open(interest), "/matches/")
    assert story["listing"] in investor.open(met).links_to("/listings/")
    assert [each["listing"] for each in investor.ask("/matches")["items"]] == [story.id("listing")]


def buyer_and_holder_agree(story: Story) -> None:
    """Offer, counter-offer, acceptance; the deal opens, and nobody else can still buy."""
    buyer, owner, rival = story.cast.named("buyer signatory", "holder signatory", "rival signatory")
    listing = story["listing"]
    late = story["rival's offer"] = rival.press(listing, "offers", amount="90万", price_form="lump_sum", valid_days="14")
    place = story["offer"] = buyer.press(listing, "offers", amount="100万", price_form="lump_sum", valid_days="14")
    assert owner.refused(f"{listing}/offers", amount={"amount": "1.00", "currency": "CNY"}) == (409, "SAME_PARTY")
    with story.unchanged("buyer signatory", "offer"):
        assert buyer.refused(f"{place}/accept", n=1) == (403, "FORBIDDEN")
    owner.press(place, "counter", amount="1,150,000", valid_days="14")
    with story.unchanged("holder signatory", "offer"):
        assert owner.refused(f"{place}/accept", n=2) == (403, "FORBIDDEN")
        assert buyer.refused(f"{place}/accept", n=1) == (409, "OFFER_VERSION_OLD")
    deal = story["deal"] = buyer.press(place, "accept")
    found = owner.ask(deal)
    assert (found["state"], found["price"]) == ("negotiating", {"amount": "1150000.00", "currency": "CNY"})
    assert story.state("holder signatory", "listing") == "allocated"
    with story.unchanged("holder signatory", "deal"):
        assert owner.refused(f"{late}/accept", n=1) == (409, "ALREADY_ALLOCATED")
    assert rival.get(deal, status=404).status_code == 404
    story.work()


# ---------------------------------------------------------------- 3 valuation

def holder_commissions(story: Story) -> None:
    """The holder commissions a report; the lead accepts with a second signatory and a reviewer."""
    owner, lead = story.cast.named("holder signatory", "appraiser signatory")
    place = story["appraisal"] = owner.fill(
        "/appraisals/new", patents=story.id("pledged"), institution=story.cast.houses["appraiser"], purpose="pledge",
        valuation_date="2026-10-31", requested="50万", requested_term_months="24")
    assert owner.refused(f"{place}/submit") == (403, "FORBIDDEN")
    lead.press(
        place, "accept", second=story.cast["appraiser signatory 2"].public_id, reviewer=story.cast["appraiser approver"].public_id,
        contract_reference="HT-2026-17", fee="3万", declared="yes")
    assert story.state("appraiser signatory", "appraisal") == "drafting"


def appraisers_draft(story: Story) -> None:
    """Every assumption has its source, three methods their reasons and weights; the second appraiser compares them all."""
    lead, second, place = *story.cast.named("appraiser signatory", "appraiser signatory 2"), story["appraisal"]
    type_rows(lead, f"{place}/assumptions", "name", {name: {"value": value, "low": low, "high": high} | SOURCE for name, value, low, high in SINGLE})
    lead.fill(f"{place}/assumptions", plan_name="revenue", plan=PLAN)
    assert lead.refused(f"{place}/submit") == (422, "SOURCE_MISSING")
    years = [{"name": "revenue", "position": int(line[:4]), "value": line[5:], **SOURCE} for line in PLAN.splitlines()]
    pairs = [
        {"name": name, "position": number, "value": value, **SOURCE}
        for number, deal in enumerate(DEALS, start=1) for name, value in zip(("comparable_price", "comparable_sales"), deal, strict=True)]
    lead.post(f"{place}/assumptions", rows=years + pairs)
    choose_methods(lead, place)
    write_survey(lead, place)
    page = second.open(f"{place}/assumptions")
    slots = sorted(page.form(f"{place}/verify").offered["slots"] or ())
    second.send_form(page, f"{place}/verify", slots=slots)
    lead.send_form(lead.open(f"{place}/results"), f"{place}/calculate", mode="report")
    story.work()
    assert "big-figure" in lead.open(f"{place}/results").text
    assert "value" not in story.cast["holder signatory"].ask(place)


def type_rows(person: Person, path: str, key: str, rows: dict[str, dict[str, str]]) -> None:
    """Type into the rows of a table that the page lays out, each found by its hidden name."""
    page = person.open(path)
    form, typed = page.form(path), {}
    places = {value: name.rpartition(".")[0] for name, value in form.standing if name.endswith("." + key)}
    for name, cells in rows.items():
        assert name in places, f"{path} has no row for {name}"
        typed |= {f"{places[name]}.{cell}": value for cell, value in cells.items() if value}
    person.send_form(page, path, **typed)


def choose_methods(lead: Person, place: str) -> None:
    """Three methods with weights; each other one with the reason why not."""
    path = f"{place}/methods"
    form = lead.open(path).form(path)
    names = [value for name, value in form.standing if name.endswith(".name")]
    used = {name: {"used": "yes", "weight": weight, "reason": REASON} for name, weight in WEIGHTS.items()}
    rest = {name: {"reason_code": "not-relevant", "reason": REASON} for name in names if name not in WEIGHTS}
    type_rows(lead, path, "name", used | rest)


def write_survey(lead: Person, place: str) -> None:
    """Survey of the right, inspection on site, statements."""
    told = {topic: {"text": "Looked at, nothing adverse was found.", "source_ref": "register"} for topic in SURVEY}
    told |= {topic: {"text": "2026-11-12, on site, two production lines seen."} for topic in INSPECTION}
    told |= {
        "tab_decision": {"text": "Not counted: an acquirer could not amortise."}, "dispersion": {"text": REASON * 3}, "royalty_base": {"text": "Net sales."}}
    type_rows(lead, f"{place}/survey", "topic", told)


def appraisers_issue(story: Story) -> None:
    """The reviewer approves, two signatories sign exactly one file, the keeper seals, both editions are issued."""
    lead, second, reviewer, keeper = story.cast.named("appraiser signatory", "appraiser signatory 2", "appraiser approver", "appraiser approver 2")
    place = story["appraisal"]
    assert reviewer.refused(f"{place}/approve") == (409, "WRONG_STATE")
    lead.press(place, "submit")
    assert lead.refused(f"{place}/approve") == (403, "FORBIDDEN")
    reviewer.press(place, "approve")
    story.work()
    digest = lead.open(f"{place}/sign").form(f"{place}/sign").value("draft_sha256")
    story.clock.pass_(minutes=6)
    with story.unchanged("appraiser signatory", "appraisal"):
        assert lead.refused_as_is(f"{place}/sign", draft_sha256=digest, confirmed=True) == (401, "STEP_UP_NEEDED")
        assert lead.refused(f"{place}/sign", draft_sha256="0" * 64, confirmed=True) == (422, "HASH_CHANGED")
        assert reviewer.refused(f"{place}/sign", draft_sha256=digest, confirmed=True) == (403, "FORBIDDEN")
    lead.press(place, "sign", confirmed="yes")
    assert lead.refused(f"{place}/sign", draft_sha256=digest, confirmed=True) == (403, "SECOND_PERSON_NEEDED")
    assert keeper.refused(f"{place}/seal", draft_sha256=digest, confirmed=True) == (409, "WRONG_STATE")
    second.press(place, "sign", confirmed="yes")
    keeper.press(place, "seal", confirmed="yes")
    story.work()
    found = story.cast["holder signatory"].ask(place)
    assert found["state"] == "issued"
    assert float(found["value"]["amount"]) > 0
    assert lead.post(f"{place}/recompute")["status"] == "identical"


def anybody_verifies(story: Story) -> None:
    """Under its code the report is found genuine by anybody; one flipped byte is not that report."""
    owner, place = story.cast["holder signatory"], story["appraisal"]
    code = owner.ask(place)["verification_code"]
    editions = {language: owner.get(f"{place}/document.pdf?language={language}").get_data() for language in ("zh", "en")}
    assert editions["zh"] != editions["en"]
    stranger = Visitor(story.house)
    assert "Genuine and valid" in stranger.open(f"/v/{code}?lang=en").text
    assert compared(stranger, code, editions["zh"]) == (True, False)
    assert compared(stranger, code, flipped(editions["zh"])) == (False, True)


def compared(stranger: Person, code: str, content: bytes) -> tuple[bool, bool]:
    """Whether the page says that a file is the sealed one, and whether it says that it is not."""
    form = stranger.open(f"/v/{code}?lang=en").form(f"/v/{code}")
    answer = stranger.send(f"/v/{code}?lang=en", form.filled({"file": (content, "report.pdf")}))
    text = answer.get_data(as_text=True)
    return "byte for byte" in text, "Your file is not this document" in text


def flipped(content: bytes) -> bytes:
    """The same file with one bit of one byte in its middle changed."""
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1:]


# ---------------------------------------------------------------- 4 and 5 financing

def lenders_prepare(story: Story) -> None:
    """Net assets and the scheme, each by two persons."""
    reguarantor, guarantor = story.cast.named("reguarantor officer", "guarantor officer")
    page = reguarantor.open("/schemes")
    [seed] = [each for each in page.forms if each.path == "/schemes/from-seed" and each.value("key") == "national"]
    page.forms = [seed]
    story["scheme"] = reguarantor.send_form(page, "/schemes/from-seed")
    reguarantor.press(story["scheme"], "approve")
    approved_by(story, "reguarantor approver", "scheme", "reguarantor officer")
    guarantor.fill("/guarantor-years", net_assets="5000万", net_assets_on="2025-12-31", source="Audited report")
    page = guarantor.open("/guarantor-years")
    [year] = page.forms_to("/guarantor-years/", "/confirm")
    guarantor.send_form(page, year.path)
    approved_by(story, "guarantor approver", "guarantor year", "guarantor officer")


def holder_submits(story: Story) -> None:
    """The application with all its papers; what is missing is said at once."""
    owner, guarantor = story.cast.named("holder signatory", "guarantor officer")
    place = story["case"] = owner.fill(
        "/cases/new", route="reguaranteed", amount="20万", term_months="12", purpose="working_capital", bank=story.cast.houses["bank"],
        guarantor=story.cast.houses["guarantor"], scheme=story.id("scheme"), patents=story.id("pledged"))
    assert guarantor.get(place, status=404).status_code == 404
    assert owner.refused(f"{place}/submit") == (422, "CASE_PAPER_MISSING")
    for kind in PAPERS:
        owner.fill(f"{place}/paper", kind=kind, file=(PAPER, f"{kind}.pdf"))
    owner.press(place, "submit")
    assert owner.refused(f"{place}/accept") == (403, "FORBIDDEN")
    assert story.cast["bank officer"].refused(f"{place}/accept") == (403, "FORBIDDEN")


def guarantor_accepts(story: Story) -> None:
    """The guarantor finds the papers complete and accepts the application."""
    story.cast["guarantor officer"].press(story["case"], "accept")
    assert stage(story) == "valuing"


def stage(story: Story, who: str = "holder signatory") -> str:
    """Where the case is."""
    return str(story.cast[who].ask(story["case"] + "/stage")["stage"])


def guarantor_reviews(story: Story) -> None:
    """The report is named; the guarantor reads its pages, asks, is answered, sets its own value, accepts with a haircut, by two."""
    owner, officer, lead = story.cast.named("holder signatory", "guarantor officer", "appraiser signatory")
    owner.fill(f"{story['case']}/appraisal", appraisal=story.id("appraisal"))
    assert stage(story) == "reviewing"
    review = story["review"] = officer.press(story["appraisal"], "review")
    pages = len({*re.findall(r"\?page=(\d+)#pages", officer.open(review).text), "1"})
    for number in range(1, pages + 1):
        assert officer.get(f"{review}/page.png?page={number}").get_data().startswith(b"\x89PNG")
    assert story.cast["rival signatory"].get(f"{review}/page.png?page=1", status=404).status_code == 404
    officer.press(review, "query", page="2", section="2", text="Which evidence stands behind the royalty rate?")
    with story.unchanged("guarantor officer", "review"):
        assert officer.refused(f"{review}/accept", haircut="20") == (409, "WRONG_STATE")
    lead.press(review, "answer", number="1", answer="Table 4 of the study: the median of the field is 4.4 %.")
    officer.press(review, "close", number="1")
    officer.press(review, "own-value", own_value="1800万", own_reason="Own model with a lower royalty rate.")
    officer.press(review, "checklist", **{f"checklist.{line}": "yes" for line in CHECKLIST})
    assert story.cast["bank officer"].refused(f"{review}/accept", haircut="20") == (404, "NOT_FOUND")
    officer.press(review, "accept", haircut="20")
    assert story.state("guarantor officer", "review") == "open"
    approved_by(story, "guarantor approver", "review", "guarantor officer")
    assert story.state("guarantor officer", "review") == "accepted"


def only_things(page: Page, beginning: str) -> list[str]:
    """The things that a list names, each by its sixteen characters."""
    return [each for each in page.links_to(beginning) if re.fullmatch(r"[0-9a-z]{16}", each.removeprefix(beginning))]


def guarantors_decide(story: Story) -> None:
    """The guarantee is decided by two, the re-guarantee by two more; each bears its exact part."""
    officer, behind_officer = story.cast.named("guarantor officer", "reguarantor officer")
    [guarantee] = only_things(officer.open("/guarantees"), "/guarantees/")
    story["guarantee"] = guarantee
    assert story.cast["bank officer"].refused(f"{guarantee}/approve", kind="joint", fee_bp=80) == (403, "FORBIDDEN")
    officer.press(guarantee, "approve", kind="joint", fee_bp="80")
    approved_by(story, "guarantor approver", "guarantee", "guarantor officer")
    assert [each["amount"]["amount"] for each in officer.ask(guarantee)["shares"]] == ["40000.00", "40000.00", "80000.00", "40000.00"]
    [behind] = only_things(behind_officer.open("/guarantees"), "/reguarantees/")
    story["reguarantee"] = behind
    assert stage(story) == "reguaranteeing"
    behind_officer.press(behind, "approve")
    approved_by(story, "reguarantor approver", "reguarantee", "reguarantor officer")
    assert behind_officer.ask(behind)["liability"] == {"amount": "80000.00", "currency": "CNY"}


def bank_decides(story: Story) -> None:
    """The bank enters its terms, two persons grant the credit, the worker makes the pack and every side signs it."""
    bank, place = story.cast["bank officer"], story["case"]
    assert stage(story) == "crediting"
    terms = {"rate": "4.35", "periods": 12, "first_due": "2026-12-25", "annuity_payer": "pledgor", "invalidation_clause": CLAUSE}
    for who, answer in (("bank officer", (422, "CASE_AMOUNT")), ("guarantor officer", (403, "FORBIDDEN"))):
        assert story.cast[who].refused(f"{place}/credit", principal={"amount": "200000.01", "currency": "CNY"}, **terms) == answer
    bank.fill(f"{place}/credit", rate="4.35", first_due="2026-12-25", annuity_payer="pledgor", invalidation_clause=CLAUSE)
    [story["loan"]] = bank.open(place).links_to("/loans/")
    [story["pledge"]] = only_things(story.cast["guarantor officer"].open("/pledges"), "/pledges/")
    with story.unchanged("bank officer", "loan"):
        assert bank.refused(f"{story['loan']}/disburse") == (409, "WRONG_STATE")
    bank.press(story["loan"], "approve")
    approved_by(story, "bank approver", "loan", "bank officer")
    story.work()
    digest = bank.ask(place)["contract_sha256"]
    assert story.cast["holder signatory"].refused(f"{place}/sign", document_sha256="0" * 64, agree=True) == (409, "CASE_CONTRACT_DIFFERS")
    assert story.cast["holder signatory"].refused(f"{place}/sign", document_sha256=digest) == (422, "CASE_AGREE")
    for person in story.cast.named("holder signatory", "bank approver", "guarantor approver"):
        person.fill(f"{place}/sign", agree="yes")
    assert (story.state("bank officer", "loan"), story.state("guarantor officer", "pledge")) == ("signed", "signed")


def pledge_is_registered(story: Story) -> None:
    """No money before the registry's notice; both parties file, two persons of the pledgee enter the notice."""
    owner, officer, bank = story.cast.named("holder signatory", "guarantor officer", "bank officer")
    with story.unchanged("bank officer", "loan"):
        assert bank.refused(f"{story['loan']}/disburse") == (409, "LOAN_PLEDGE_NOT_REGISTERED")
    owner.press(story["pledge"], "confirm_filing")
    officer.press(story["pledge"], "file")
    with story.unchanged("bank officer", "loan"):
        assert bank.refused(f"{story['loan']}/disburse") == (409, "LOAN_PLEDGE_NOT_REGISTERED")
    notice = {"notice_no": "2026990000123", "registered_on": house_clock.today().isoformat()}
    assert owner.refused(f"{story['pledge']}/register", **notice) == (403, "FORBIDDEN")
    assert bank.refused(f"{story['pledge']}/register", **notice) == (404, "NOT_FOUND")
    officer.press(story["pledge"], "register", notice_no="2026990000123", registered_on=house_clock.today())
    approved_by(story, "guarantor approver", "pledge", "guarantor officer")
    assert stage(story) == "registered"


def pledged_patent_is_bound(story: Story) -> None:
    """Once pledged, the patent goes nowhere past its pledgee: not into custody, so not to market."""
    owner, registrar = story.cast.named("holder officer", "exchange officer registrar")
    place = story["custody pledged"] = owner.press(story["pledged"], "custody", services=["annuity_watch"])
    owner.press(place, "submit", agreed="yes")
    with story.unchanged("holder officer", "custody pledged"):
        assert registrar.refused(f"{place}/verify") == (409, "PLEDGEE_CONSENT_REQUIRED")
    gates = owner.ask(f"{story['pledged']}/gates?purpose=pledge&mode=pledge")
    assert (gates["allowed"], [one["code"] for one in gates["findings"]]) == (False, ["PATENT_ALREADY_PLEDGED"])


def bank_pays_out(story: Story) -> None:
    """Two persons of the bank pay the loan out; the guarantee takes effect."""
    bank = story.cast["bank officer"]
    assert story.cast["holder signatory"].refused(f"{story['loan']}/disburse") == (403, "FORBIDDEN")
    bank.press(story["loan"], "disburse")
    assert story.state("bank officer", "loan") == "signed"
    approved_by(story, "bank approver", "loan", "bank officer")
    assert (stage(story), story.state("guarantor officer", "guarantee")) == ("active", "effective")
    assert bank.refused(f"{story['loan']}/disburse") == (409, "WRONG_STATE")
    story.work()


def every_party_reads_its_case(story: Story) -> None:
    """The case page opens for each party, and every link on it leads somewhere."""
    for who in ("holder signatory", "guarantor officer", "bank officer", "reguarantor officer", "regulator officer"):
        assert (who, story.cast[who].dead_links(story["case"])) == (who, [])


HIDDEN = ("case", "appraisal", "review", "guarantee", "reguarantee", "loan", "pledge", "offer", "deal", "custody sold", "import")


def outsiders_are_kept_out(story: Story) -> None:
    """A stranger finds none of these matters, a visitor is asked to sign in, and neither moves anything."""
    rival, visitor = story.cast["rival signatory"], Visitor(story.house)
    for name in HIDDEN:
        rival.get(story[name], status=404)
        assert visitor.get(story[name], status=303).headers["Location"].startswith("/sign-in?next=")
    for name, verb in (("loan", "cancel"), ("guarantee", "cancel"), ("deal", "cancel"), ("case", "cancel")):
        with story.unchanged("bank officer" if name != "deal" else "holder signatory", name):
            assert rival.refused(f"{story[name]}/{verb}", reason="mine") == (404, "NOT_FOUND")
            assert visitor.refused(f"{story[name]}/{verb}", reason="mine") == (401, "SIGN_IN_NEEDED")


def debtor_pays_off(story: Story) -> None:
    """A month later the whole debt is paid at once; guarantee and re-guarantee end with it."""
    bank, officer = story.cast.named("bank officer", "guarantor officer")
    with story.unchanged("guarantor officer", "pledge"):
        assert officer.refused(f"{story['pledge']}/release") == (409, "PLEDGE_DEBT_OPEN")
    story.clock.pass_(days=30)
    story.work()
    owed = bank.ask(f"{story['loan']}/payoff")["total"]["amount"]
    paid = {"amount": {"amount": owed, "currency": "CNY"}, "value_on": house_clock.today().isoformat(), "bank_reference": "BR-0"}
    with story.unchanged("bank officer", "loan"):
        assert story.cast["holder signatory"].refused(f"{story['loan']}/repay", **paid) == (403, "FORBIDDEN")
    bank.press(story["loan"], "repay", amount=owed, value_on=house_clock.today(), bank_reference="BR-1", purpose="pay_off")
    states = [story.state(who, name) for who, name in (("bank officer", "loan"), ("guarantor officer", "guarantee"), ("reguarantor officer", "reguarantee"))]
    assert (states, stage(story)) == (["repaid", "discharged", "ended"], "releasing")


def pledge_is_released(story: Story) -> None:
    """Two persons release the pledge, two enter the cancellation; the case is closed and its file kept."""
    officer = story.cast["guarantor officer"]
    read_register(story, story["pledged"], story.portfolio.pledged)
    officer.press(story["pledge"], "release")
    approved_by(story, "guarantor approver", "pledge", "guarantor officer")
    officer.press(story["pledge"], "confirm", notice_no="2026990000124", released_on=house_clock.today())
    approved_by(story, "guarantor approver", "pledge", "guarantor officer")
    assert (stage(story), story.state("bank officer", "loan")) == ("closed", "closed")
    story.work()


# ---------------------------------------------------------------- 7 conversion

def holder_shows_the_use(story: Story) -> None:
    """The holder declares a sale with its invoice; it cannot accept its own declaration; the bureau grades it by its best proof."""
    owner, bureau = story.cast.named("holder officer", "regulator officer")
    today = house_clock.today()
    place = story["conversion"] = owner.fill(
        "/conversions/new", patent=story.id("pledged"), route="industrialised", valid_from=today - timedelta(days=60), amount="120万", product="航测吊舱",
        counterparty="演示客户", kind="invoice", issued_on=today - timedelta(days=20), issuer="税务局", reference="INV-1", file=(PAPER, "invoice.pdf"))
    assert bureau.refused(f"{place}/accept", files_opened=True, no_conflict=True, reason="ok") == (404, "NOT_FOUND")
    owner.press(place, "submit")
    assert rate_of(story) == (0, 3)
    with story.unchanged("holder officer", "conversion"):
        assert owner.refused(f"{place}/accept", files_opened=True, no_conflict=True, reason="ok") == (403, "FORBIDDEN")
        assert bureau.refused(f"{place}/accept", files_opened=False, no_conflict=True, reason="ok") == (422, "MISSING_FIELD")
    assert place in bureau.open("/oversight/evidence").links_to("/conversions/")
    bureau.press(place, "accept", files_opened="yes", no_conflict="yes", reason="发票载明专利")
    found = owner.ask(place)
    assert (found["state"], found["grade"]) == ("accepted", "B")


def rate_of(story: Story) -> tuple[int, int]:
    """Converted and counted patents, as open data says."""
    total = story.house.client().get("/statistics/figure.json").get_json()["records"][0]
    return total["x"], total["n"]


def bureau_publishes(story: Story) -> None:
    """The dashboard shows the rate; a snapshot is proposed by one, published by another, and recomputes to the same hash."""
    officer, publisher = story.cast.named("regulator officer", "regulator approver")
    assert rate_of(story) == (1, 3)
    dashboard = story.house.client().get("/statistics?lang=en").get_data(as_text=True)
    assert "33.3" in dashboard
    place = story["snapshot"] = officer.fill("/statistics/snapshots/new", definition="conversion_any", as_of=house_clock.today(), floor="C")
    officer.press(place, "propose")
    assert officer.refused("/snapshots/" + story.id("snapshot") + "/publish") == (403, "FORBIDDEN")
    publisher.press(place, "publish")
    stranger = Visitor(story.house)
    before = stranger.ask("/snapshots/" + story.id("snapshot"))
    assert (before["state"], before["converted"], before["total"]) == ("published", 1, 3)
    story.clock.pass_(days=1)
    holder_takes_back(story)
    stranger.press(place, "verify")
    after = stranger.ask("/snapshots/" + story.id("snapshot"))
    assert after == before
    assert rate_of(story) == (0, 3)


def holder_takes_back(story: Story) -> None:
    """The holder withdraws its evidence, by two; what was published stays as it was known."""
    owner = story.cast["holder officer"]
    owner.press(story["conversion"], "withdraw", reason="The invoice was cancelled.")
    approved_by(story, "holder signatory", "evidence", "holder officer")
