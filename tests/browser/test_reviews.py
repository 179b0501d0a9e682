"""The reader's review in the browser: sealed pages at one side, checklist and questions at the other, on a telephone and on a desk."""

from __future__ import annotations

import os
from typing import Any

import pytest

from exchange.appraisals import operations, queries
from exchange.core import approvals, jobs
from tests.browser.test_appraisals import sign_in_as
from tests.features.appraisals import line as making

WIDTHS = {320: 720, 1280: 900}
QUESTION = {"zh": "许可费率取自哪里？", "en": "Where does the royalty rate come from?"}


def look(page: Any, name: str) -> None:
    """A screenshot for whoever wants to see it."""
    if folder := os.environ.get("LOOK"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def box(page: Any, selector: str) -> dict[str, float]:
    """Where an element stands."""
    found: dict[str, float] = page.locator(selector).first.bounding_box()
    return found


@pytest.fixture
def line(live: Any) -> Any:
    """An issued report with a reader."""
    made = making.staged()
    made.to_issue()
    return made


def test_a_guarantor_reads_asks_judges_and_decides_on_both_widths_in_both_languages(
    page: Any, context: Any, live: Any, axe: Any, fits: Any, line: Any,
) -> None:  # fmt: skip
    officer, approver = line.reader()
    review = operations.open_review(line.appraisal, actor=officer)
    address = f"/appraisal-reviews/{review.public_id}"
    sign_in_as(context, live, officer)
    for language in ("zh", "en"):
        for width, height in WIDTHS.items():
            page.set_viewport_size({"width": width, "height": height})
            assert page.goto(f"{address}?lang={language}").status == 200
            page.wait_for_function("() => document.querySelector('.page-image').naturalWidth === 1000")
            side_by_side = abs(box(page, "#pages")["y"] - box(page, "#judgement")["y"]) < 60 and box(page, "#judgement")["x"] > box(page, "#pages")["x"] + 200
            assert side_by_side == (width == 1280)
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            axe(page)
            look(page, f"review-{language}-{width}")
            page.locator("#pages a[rel=next]").click()
            assert page.locator("#pages [aria-current=page]").inner_text() == "2"
            assert page.locator("pre.page-text").text_content().strip()
            if width == 320:
                page.locator("a[href='#judgement']").click()
                assert page.locator("#judgement").evaluate("part => part.getBoundingClientRect().top") < height
    ask(page, address, axe)
    operations.answer_review(review, number=1, answer="From table 4 of the study.", actor=line.lead)
    judge(page, address, fits, axe)
    assert queries.live_review(line.appraisal.id, organisation_id=officer.organisation_id).range_seen_at is not None
    approvals.with_second(lambda: operations.accept_review(review, haircut_bp=2000, actor=officer), approver)
    jobs.run_due_jobs()
    for language, words in (("zh", "押品审查意见"), ("en", "Review of collateral")):
        for width, height in WIDTHS.items():
            page.set_viewport_size({"width": width, "height": height})
            page.goto(f"{address}?lang={language}")
            assert words in page.locator("#sheet").inner_text()
            axe(page)
            look(page, f"review-decided-{language}-{width}")
    page.locator("#sheet a[href^='/v/']").click()
    assert "Genuine and valid" in page.locator("main").inner_text()
    page.go_back()
    page.locator("#sheet a[href^='/documents/']").first.click()
    page.wait_for_function("() => document.querySelector('main img')?.naturalWidth > 500")


def ask(page: Any, address: str, axe: Any) -> None:
    """A question about the page that is open, with its number filled in."""
    page.set_viewport_size({"width": 320, "height": 720})
    page.goto(f"{address}?lang=en&page=3")
    page.locator("#judgement a[href*='/query?page=3']").click()
    assert page.locator("input[name=page]").input_value() == "3"
    axe(page)
    look(page, "review-query-320")
    page.fill("input[name=section]", "9")
    page.fill("textarea[name=text]", QUESTION["en"])
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url(f"**{address}**")
    assert QUESTION["en"] in page.locator("#query-1").inner_text()
    assert page.locator("#query-1 a[href*='page=3']").count() == 1


def judge(page: Any, address: str, fits: Any, axe: Any) -> None:
    """The question is closed, the own figure entered before the range, every line of the list answered."""
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"{address}?lang=en")
    page.locator("#query-1 form button[type=submit]").click()
    page.locator("#judgement a[href$='/own-value']").click()
    page.fill("input[name=own_value]", "180万")
    page.fill("textarea[name=own_reason]", "Own model with a lower royalty rate than the study's middle.")
    axe(page)
    look(page, "review-own-1280")
    page.locator("main form button[type=submit]").first.click()
    assert "CNY 1.80M" in page.locator("#judgement").inner_text()
    page.locator("#judgement form[action$='/reveal'] button").click()
    for group in {radio.get_attribute("name") for radio in page.locator("#judgement input[type=radio]").all()}:
        page.locator(f"#judgement input[name='{group}'][value=yes]").check()
    page.locator("#judgement form[action$='/checklist'] button[type=submit]").click()
    assert page.locator("#judgement input[type=radio][value=yes]:checked").count() == len(making.CHECKLIST)
    fits(page)
    look(page, "review-judged-1280")
