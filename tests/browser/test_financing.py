"""A running case in the browser, as each of its parties sees it: accessible, no sideways scroll, no refused style or script."""

from __future__ import annotations

import os
from typing import Any

import pytest

from exchange.core import jobs
from tests.browser.test_appraisals import sign_in_as
from tests.features.financing.walk import Walk, set_out


def pages_of(walk: Walk) -> dict[str, list[str]]:
    """The pages that each role looks at."""
    case = f"/cases/{walk.case.public_id}"
    return {
        "enterprise": [case, "/cases/new", "/cases"],
        "guarantor officer": ["/guarantees", f"/guarantees/{walk.guarantee.public_id}", "/guarantor-years"],
        "reguarantor officer": ["/schemes", f"/schemes/{walk.scheme.public_id if walk.scheme else ''}", "/schemes/new", f"/reguarantees/{walk.reguarantee.public_id}"],
        "bank officer": [case, case + "/credit"],
    }


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_party_sees_a_running_case_without_a_barrier(page: Any, context: Any, live: Any, axe: Any, fits: Any, language: str) -> None:
    walk = set_out()
    walk.to_payment()
    jobs.run_due_jobs()
    for role, addresses in pages_of(walk).items():
        context.clear_cookies()
        sign_in_as(context, live, walk[role])
        for number, address in enumerate(addresses):
            answer = page.goto(f"{address}?lang={language}")
            assert answer.status == 200, address
            axe(page)
            fits(page)
            if os.environ.get("LOOK"):
                page.set_viewport_size({"width": 1280, "height": 900})
                page.screenshot(path=f"{os.environ['LOOK']}/{role.split()[0]}-{number}-{language}.png", full_page=True)
