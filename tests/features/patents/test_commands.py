"""The commands of the registry."""

from __future__ import annotations

import pytest

from exchange.core.database import db
from exchange.registers.patents.cli import patents
from exchange.registers.patents.models import Patent
from tests import factories
from tests.features.patents import making
from tests.features.patents.test_imports import own_csv, row


@pytest.fixture
def run(app, clock):
    runner = app.test_cli_runner()
    return lambda *words: runner.invoke(patents, [str(word) for word in words])


def test_a_file_is_imported_for_an_organisation(run, tmp_path):
    making.holder("enterprise", name="演示甲公司")
    path = tmp_path / "mine.csv"
    path.write_text(own_csv(row(making.demo_number()), row("2.01510283658E+11")), encoding="utf-8")
    dry = run("import", path, "--organisation", "演示甲公司", "--dry-run")
    assert dry.exit_code == 0
    assert "E NUMBER_AS_FLOAT 1" in dry.output
    assert db.session.query(Patent).count() == 0
    assert run("import", path, "--organisation", "演示甲公司").exit_code == 0
    assert db.session.query(Patent).one().state == "draft"


def test_an_unknown_organisation_is_refused(run, tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text(own_csv(row(making.demo_number())), encoding="utf-8")
    assert run("import", path, "--organisation", "nobody").exit_code == 1
    assert db.session.query(Patent).count() == 0


def test_a_number_is_read_with_its_faults(run):
    good, bad = run("number", "ZL 201510870162.5"), run("number", "ZL101610203352.6")
    assert (good.exit_code, good.output) == (0, "CN201510870162.5 CN invention 2015\n")
    assert bad.exit_code == 1
    assert "CN_CHECK_DIGIT" in bad.output


def test_every_kept_status_equals_the_derived_one(run, clock):
    owner = factories.actor("enterprise officer", organisation=making.holder())
    making.registered(owner)
    assert run("rederive", "--check").exit_code == 0
    clock.pass_(days=400)
    late = run("rederive", "--check")
    assert (late.exit_code, "1 different" in late.output) == (1, True)
    assert run("rederive").exit_code == 0
    assert run("rederive", "--check").exit_code == 0


def test_fees_due_are_listed(run):
    owner = factories.actor("enterprise officer", organisation=making.holder())
    patent = making.registered(owner)
    assert patent.shown_number in run("annuities", "--due", "120").output
    assert run("annuities", "--due", "10").output == ""
