"""What an appraiser sees while typing: the value at once, its picture after it, and everything at once without scripts."""

from __future__ import annotations

import pytest

from exchange.appraisals import queries
from tests import factories
from tests.features.appraisals import line as making
from tests.features.appraisals.test_views import signed_in


@pytest.fixture
def drafted(house, clock):
    line = making.staged()
    line.commission()
    line.accept()
    line.draft()
    return line


def test_the_value_comes_before_its_picture_and_nothing_is_kept(house, drafted):
    lead, kept = signed_in(house, drafted.lead), queries.current_version(drafted.appraisal).number
    address = f"/appraisals/{drafted.appraisal.public_id}/preview"
    form = {"rows.0.name": "royalty_rate", "rows.0.value": "6%", "rows.0.low": "3%", "rows.0.high": "8%"}
    first = lead.post(address, data=form, headers={"HX-Request": "true"}).get_data(as_text=True)
    picture = lead.post(f"{address}?part=picture", data=form, headers={"HX-Request": "true"}).get_data(as_text=True)
    whole = lead.post(address, data=form).get_data(as_text=True)
    assert ("big-figure" in first, "<svg" in first, "part=picture" in first) == (True, False, True)
    assert ("big-figure" in picture, picture.count("<svg")) == (False, 1)
    assert ("<html" in whole, "big-figure" in whole, "part=picture" in whole) == (True, True, False)
    assert whole.count('class="chart-box"') == 1
    assert queries.current_version(drafted.appraisal).number == kept
    wrong = lead.post(address, data=form | {"rows.0.value": "0.06"}, headers={"HX-Request": "true"}).get_data(as_text=True)
    assert ("big-figure" in wrong, "part=picture" in wrong) == (False, False)
    assert lead.post(f"{address}?part=picture", data=form | {"rows.0.value": "0.06"}, headers={"HX-Request": "true"}).get_data(as_text=True).strip() == ""


def test_only_the_institution_previews(house, drafted):
    address = f"/appraisals/{drafted.appraisal.public_id}/preview"
    assert signed_in(house, drafted.holder).post(address, data={}).status_code == 403
    assert signed_in(house, factories.actor("appraiser signatory")).post(address, data={}).status_code == 404
