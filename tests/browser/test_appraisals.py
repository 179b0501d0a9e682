"""The appraiser's table answers while he types."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from exchange.core.database import db
from exchange.people.accounts.models import Member
from exchange.people.accounts.operations import open_session
from tests.features.appraisals import line as making


def sign_in_as(context: Any, live: Any, actor: Any) -> None:
    """Sign the browser in as an actor that exists already."""
    member = db.session.scalar(select(Member).where(Member.person_id == actor.user_id))
    context.add_cookies([{"name": "zhirong_session", "value": open_session(member, stepped_up=True), "url": live.address}])


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_typed_royalty_is_computed_beside_the_table(page, context, live, axe, fits, language):
    line = making.staged()
    line.commission()
    line.accept()
    line.draft()
    sign_in_as(context, live, line.lead)
    page.goto(f"/appraisals/{line.appraisal.public_id}/assumptions?lang={language}")
    before = page.locator("#preview .big-figure").inner_text()
    row = page.locator("tr", has=page.locator("input[value='royalty_rate']"))
    field = row.locator("input[name$='.value']")
    field.fill("5.5%")
    page.wait_for_function("before => document.querySelector('#preview .big-figure')?.innerText !== before", arg=before)
    page.locator("#preview .chart svg").wait_for()
    axe(page)
    fits(page)

