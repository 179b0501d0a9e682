"""The archive file of an issued report: whole, verifiable, computing to the same bytes without the platform, and kept."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
import zipfile

import pytest

from exchange.appraisals import operations, queries
from exchange.core import audit, files
from exchange.core.errors import DomainError
from exchange.core.events import history
from tests import factories
from tests.features.appraisals import line as making
from tests.features.appraisals.test_views import signed_in


@pytest.fixture
def line(house, clock):
    return making.staged()


def unpacked(content, folder):
    """The archive's files in a folder."""
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        file.extractall(folder)
    return folder


def run(*command, cwd):
    """A command in a process that knows nothing of the platform."""
    bare = {"PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run([sys.executable, *command], cwd=cwd, env=bare, capture_output=True, text=True, check=False)


def test_the_archive_alone_verifies_and_computes_to_the_same_bytes(house, line, tmp_path, clock):
    line.to_issue()
    clock.pass_(minutes=1)
    audit.make_head()
    keeper = signed_in(house, line.lead)
    address = f"/appraisals/{line.appraisal.public_id}/archive.zip"
    answer = keeper.get(address)
    assert answer.status_code == 200
    assert answer.mimetype == "application/zip"
    folder = unpacked(answer.data, tmp_path / "archive")
    version = queries.current_version(line.appraisal)
    assert (folder / "calculation" / "calculation.json").read_bytes() == version.result_json
    assert (folder / "calculation" / "request.json").read_bytes() == version.request_json
    for language in ("zh", "en"):
        kept = files.get_bytes(queries.sealed_pdf(line.appraisal.id, language).content_sha256)
        assert (folder / "documents" / f"{line.appraisal.number}-{language}.pdf").read_bytes() == kept
    provenance = json.loads((folder / "calculation" / "provenance.json").read_text())
    assert provenance["seed"] == version.seed
    index = {row["name"]: row["sha256"] for row in json.loads((folder / "tables" / "index.json").read_text())}
    assert index == provenance["tables_sha256"]
    readme = (folder / "README.md").read_text("utf-8")
    for words in ("重新计算", "Compute it again", "python -m valuation recompute ..", "2041-11-25", str(version.seed)):
        assert words in readme

    done = run("-m", "valuation", "recompute", "..", "--write", "../../new.json", cwd=folder / "engine")
    assert (done.returncode, done.stdout) == (0, "identical\n"), done.stderr
    assert (tmp_path / "new.json").read_bytes() == version.result_json

    checked = run("verify_archive.py", ".", cwd=folder)
    assert checked.returncode == (0 if shutil.which("openssl") else 2), checked.stdout + checked.stderr
    assert "CHANGED" not in checked.stdout
    lines = (folder / "events" / "events.jsonl").read_text("utf-8").splitlines()
    assert {"commission", "sign", "seal", "issue"} <= {json.loads(json.loads(row)["payload"])["verb"] for row in lines[1:]}

    sealed = folder / "documents" / f"{line.appraisal.number}-zh.pdf"
    sealed.write_bytes(sealed.read_bytes() + b" ")
    (folder / "events" / "events.jsonl").write_text("\n".join([lines[0], lines[1].replace("commission", "Commission"), *lines[2:]]), "utf-8")
    broken = run("verify_archive.py", ".", cwd=folder)
    assert broken.returncode == 1
    assert f"CHANGED changed: documents/{line.appraisal.number}-zh.pdf" in broken.stdout
    assert ": hash" in broken.stdout


def test_the_archive_is_for_those_entitled_and_is_kept_fifteen_years(house, line, clock):
    line.commission()
    line.accept()
    line.draft()
    address = f"/appraisals/{line.appraisal.public_id}/archive.zip"
    early = signed_in(house, line.lead).get(address)
    assert early.status_code == 422
    with pytest.raises(DomainError) as refusal:
        queries.archive_of(line.appraisal, whole=True)
    assert refusal.value.code.name == "REPORT_NOT_ISSUED"
    line.submit()
    line.approve()
    line.sign()
    line.issue()
    officer, _approver = line.reader()
    names = {}
    for who, actor in (("institution", line.lead), ("client", line.holder), ("reader", officer), ("regulator", factories.actor("regulator officer"))):
        answer = signed_in(house, actor).get(address)
        assert answer.status_code == 200, who
        names[who] = set(zipfile.ZipFile(io.BytesIO(answer.data)).namelist())
    working = {"record/remarks.json", "record/versions/001-request.json"}
    assert working <= names["institution"] & names["regulator"]
    assert not working & (names["client"] | names["reader"])
    for stranger in (factories.actor("bank officer"), factories.actor("enterprise signatory"), factories.actor("appraiser signatory")):
        assert signed_in(house, stranger).get(address).status_code == 404
    assert house.client().get(address).status_code == 303
    assert [each.verb for each in history("appraisal", line.appraisal.public_id)].count("read") == 4

    before = queries.archive_of(line.appraisal, whole=True)
    frozen = queries.frozen_document(line.appraisal).content_sha256
    clock.pass_(days=14 * 365)
    files.sweep()
    assert files.get_bytes(frozen)
    assert operations.expire_appraisals() == 1
    after = queries.archive_of(line.appraisal, whole=True)
    documents = [{name: file.read(name) for name in file.namelist() if not name.startswith(("record/record", "events/", "manifest"))}
                 for file in (zipfile.ZipFile(io.BytesIO(content)) for content in (before, after))]
    assert documents[0] == documents[1]


def test_the_command_line_archives_and_computes_from_report_pdf_and_archive(house, line, tmp_path):
    from exchange.appraisals.cli import appraisals

    line.to_issue()
    runner = house.app.test_cli_runner()
    number, zip_file, pdf_file = line.appraisal.number, tmp_path / "a.zip", tmp_path / "a.pdf"
    made = runner.invoke(appraisals, ["archive", number, str(zip_file)])
    assert made.exit_code == 0, made.output
    pdf_file.write_bytes(files.get_bytes(queries.sealed_pdf(line.appraisal.id).content_sha256))
    for name in (number, str(zip_file), str(pdf_file)):
        done = runner.invoke(appraisals, ["recompute", name, "--json"])
        assert done.exit_code == 0, done.output
        assert json.loads(done.output)["status"] == "identical"
    assert runner.invoke(appraisals, ["verify", str(pdf_file)]).exit_code == 0
    pdf_file.write_bytes(pdf_file.read_bytes() + b" ")
    changed = runner.invoke(appraisals, ["verify", str(pdf_file)])
    assert changed.exit_code == 1
    assert "changed since it was sealed" in changed.output
    zip_file.write_bytes(b"PK nothing")
    assert runner.invoke(appraisals, ["recompute", str(zip_file)]).exit_code == 2
    assert runner.invoke(appraisals, ["archive", "PG-2026-999999"]).exit_code == 1
