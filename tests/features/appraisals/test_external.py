"""A file signed outside counts only when it is the frozen file, unchanged, signed by the signatory himself."""

import pytest

from exchange.appraisals import operations, queries
from exchange.core import files, seal
from exchange.core.errors import DomainError
from tests.features.appraisals.line import Line, staged


@pytest.fixture
def line(house, clock) -> Line:
    ready = staged()
    ready.commission()
    ready.accept()
    ready.draft()
    ready.submit()
    ready.approve()
    return ready


def signed_by(line: Line, name: str, person: str) -> bytes:
    return seal.sign_as_party(files.get_bytes(line.frozen()), name=name, organisation="演示", person=person)


def sign(line: Line, content: bytes):
    return operations.sign_appraisal(line.appraisal, draft_sha256=line.frozen(), signed_file=files.put_bytes(content), actor=line.lead)


def test_ones_own_signature_on_the_frozen_file_is_taken(line):
    sign(line, signed_by(line, line.lead.name, line.lead.public_id))
    [row] = queries.live_signatures(line.appraisal)
    assert (row.method, row.person_id, line.appraisal.state) == ("external", line.lead.user_id, "signing")


def test_the_signature_of_another_person_is_refused(line):
    with pytest.raises(DomainError) as refusal:
        sign(line, signed_by(line, line.second.name, line.second.public_id))
    assert (refusal.value.code.name, line.appraisal.state) == ("SIGNATORY_NOT_ENTITLED", "ready")


def test_another_file_is_refused(line):
    with pytest.raises(DomainError) as refusal:
        sign(line, b"%PDF-1.7 something else")
    assert (refusal.value.code.name, line.appraisal.state) == ("SIGNATURE_AFTER_CHANGE", "ready")


def test_the_frozen_file_without_a_signature_is_refused(line):
    with pytest.raises(DomainError) as refusal:
        sign(line, files.get_bytes(line.frozen()))
    assert (refusal.value.code.name, line.appraisal.state) == ("SIGNATURE_MISSING", "ready")
