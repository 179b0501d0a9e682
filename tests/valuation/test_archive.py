"""An archive file is read, checked member by member, and computes to the same bytes; a damaged one is never computed."""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import sys
import zipfile

import pytest

from valuation import archive, run
from valuation.report import canonical

REQUEST = {"valuation_date": "2026-06-30", "mode": "quick", "methods": [
    {"method": "relief_from_royalty", "inputs": {"revenues": [100, 120], "royalty_rate": 0.05, "discount_rate": 0.1, "tax_rate": 0.2}}]}


@pytest.fixture(scope="module")
def calculation() -> bytes:
    return bytes(canonical(run(REQUEST)))


def packed(calculation: bytes, *, listed: dict[str, str] | None = None, **more: bytes) -> bytes:
    """A small archive; ``listed`` overrides digests of its list."""
    members = {archive.CALCULATION: calculation, "tables/index.json": b"[]", **more}
    rows = {name: hashlib.sha256(content).hexdigest() for name, content in members.items()} | (listed or {})
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as file:
        file.writestr(archive.MANIFEST, json.dumps({"files": [{"path": name, "sha256": digest} for name, digest in rows.items()]}))
        for name, content in members.items():
            file.writestr(name, content)
    return written.getvalue()


def test_an_archive_computes_to_the_same_bytes(calculation: bytes) -> None:
    content = packed(calculation)
    assert archive.read(content).damages == ()
    assert archive.recomputed(archive.read(content).calculation) == calculation
    assert archive.recompute_archive(content).status == "identical"


@pytest.mark.parametrize(("change", "said"), [
    ({"listed": {"tables/index.json": "0" * 64}}, "changed: tables/index.json"),
    ({"listed": {"tables/more.json": "0" * 64}}, "missing: tables/more.json"),
])
def test_a_member_that_does_not_fit_its_digest_is_named(calculation: bytes, change: dict[str, dict[str, str]], said: str) -> None:
    content = packed(calculation, **change)
    assert archive.read(content).damages == (said,)
    verdict = archive.recompute_archive(content)
    assert (verdict.status, verdict.reason) == ("unreadable", said)


def test_a_member_that_is_not_listed_is_named(calculation: bytes) -> None:
    content = io.BytesIO(packed(calculation))
    with zipfile.ZipFile(content, "a") as file:
        file.writestr("extra.txt", "x")
    assert archive.read(content.getvalue()).damages == ("not listed: extra.txt",)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 nothing", b"{}"])
def test_what_is_no_archive_is_unreadable(content: bytes) -> None:
    assert archive.recompute_archive(content).status == "unreadable"


def test_a_zip_without_a_calculation_is_unreadable() -> None:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as file:
        file.writestr("a.txt", "x")
    assert archive.recompute_archive(written.getvalue()).reason.startswith("no archive of a valuation")


def test_a_changed_figure_differs_even_where_its_digest_was_made_to_fit(calculation: bytes) -> None:
    changed = json.loads(calculation)
    changed["methods"][0]["indication"]["value"] += 1
    verdict = archive.recompute_archive(packed(json.dumps(changed).encode()))
    assert verdict.status == "differs"
    assert any(row["path"].endswith("indication.value") for row in verdict.differences)


def test_a_huge_archive_is_refused(calculation: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MOST_BYTES", 10)
    assert archive.recompute_archive(packed(calculation)).reason == "the archive is too large"


def test_the_command_says_the_verdict_and_exits_by_it(calculation: bytes, tmp_path) -> None:
    good, bad = tmp_path / "good.zip", tmp_path / "bad.zip"
    good.write_bytes(packed(calculation))
    bad.write_bytes(packed(calculation, listed={"tables/index.json": "0" * 64}))
    written = tmp_path / "new.json"
    for path, code, words in ((good, 0, "identical"), (bad, 2, "unreadable: changed: tables/index.json"), (tmp_path / "none.json", 2, "unreadable")):
        done = subprocess.run([sys.executable, "-m", "valuation", "recompute", str(path), "--write", str(written)], capture_output=True, text=True, check=False)
        assert (done.returncode, done.stdout.startswith(words)) == (code, True), done
    assert written.read_bytes() == calculation
