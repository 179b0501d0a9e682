"""A small inclusive loan on a scorecard, and forty patents valued at once: each stops where a newcomer presses the next button."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from exchange.appraisals import operations as appraisals
from exchange.appraisals.models import Scorecard
from exchange.appraisals.rules.scorecards import shipped
from exchange.core import clock
from exchange.core.database import by_public_id
from exchange.core.money import yuan
from exchange.demo.people import Cast
from exchange.demo.script import Script
from exchange.demo.stock import Stocked, copy_register, registrars

SCORED, VALUED = "e01", "university1"
EVIDENCE = {
    "legal": ("register", "（演示）登记簿副本与权利要求书 Register copy and claims"), "technical": ("search-report", "（演示）专利权评价报告 Evaluation report"),
    "economic": ("market-source", "（演示）行业研究报告表4 Study of the field, table 4"),
}
SCORES = ("8", "7", "7.5", "8", "9", "6", "7", "8", "7.5", "8", "7", "6.5", "8", "7", "8", "6.5", "7", "8.5")
SALES = ("800万", "650万", "1200万", "480万", "320万", "950万", "2100万", "560万")


def add_inclusive(script: Script, cast: Cast, stock: list[Stocked]) -> None:
    """The scorecard waits for its second signatory, the batch for being computed."""
    last = clock.day_of(script.end)
    scored = next(each for each in stock if each.key == SCORED)
    kept: dict[str, str] = {}
    script.at(last - timedelta(days=5), partial(commission, cast, scored, kept))
    script.at(last - timedelta(days=2), partial(score, cast, scored, kept))
    script.at(last - timedelta(days=1), partial(value_many, cast, [each for each in stock if each.key == VALUED][:40]))


def commission(cast: Cast, scored: Stocked, kept: dict[str, str]) -> None:
    """The holder has one patent scored for a loan of 1.5 million."""
    made = appraisals.commission_scorecard(
        scorer_id=cast.who("guarantor1", "officer").organisation_id, patent_ids=[scored.patent_id], requested=yuan("1500000.00"), term_months=12,
        demonstration=True, actor=cast.who(SCORED, "signatory"))
    kept["id"] = made.public_id


def score(cast: Cast, scored: Stocked, kept: dict[str, str]) -> None:
    """The guarantor's officer scores on a fresh register copy and signs."""
    card, officer = by_public_id(Scorecard, kept["id"]), cast.who("guarantor1", "officer")
    copy_register(registrars(cast)[0], scored, on=clock.today())
    rows = [
        {"patent_id": row.patent_id, "indicator": each["indicator"], "score": SCORES[place % len(SCORES)], "evidence_kind": EVIDENCE[each["group"]][0],
         "evidence_ref": EVIDENCE[each["group"]][1], "as_of": clock.today()}
        for row in card.patents for place, each in enumerate(shipped(card.scheme)["rows"])
    ]
    appraisals.enter_marks(card, rows=rows, actor=officer)
    appraisals.submit_scorecard(card, actor=officer)


def value_many(cast: Cast, stocked: list[Stocked]) -> None:
    """An institute takes in its patents with the sales expected of each."""
    for each in stocked[:12]:
        copy_register(registrars(cast)[0], each, on=clock.today())
    rows = [
        {"patent": each.patent.shown_number, "revenue": SALES[place % len(SALES)], "royalty_rate": "5%" if place % 3 else "", "source": "（演示）许可意向 Letters of intent"}
        for place, each in enumerate(stocked)
    ]
    appraisals.upload_appraisal_batch(
        title="（演示）院所专利组合 Portfolio of the institute", valuation_date=clock.today().replace(day=1) - timedelta(days=1),
        settings={"growth": "5%", "years": "8"}, source="（演示）技术转移办公室测算 Figures of the transfer office", rows=rows, demonstration=True,
        actor=cast.who(VALUED, "signatory"))
