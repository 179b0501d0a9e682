"""Seals: valid until one byte changes; further signatures may follow, changes may not."""

import io
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdfium2 import PdfDocument

from exchange.core import events, files, seal
from exchange.core.database import transact
from exchange.core.errors import DomainError
from exchange.core.seal import codes


def paper(pages: int = 1) -> bytes:
    made, out = PdfDocument.new(), io.BytesIO()
    for _ in range(pages):
        made.new_page(300, 300)
    made.save(out)
    return out.getvalue()


def sealed(**more: Any) -> seal.SealedDocument:
    given = {"noun": "appraisal", "object_id": "r1", "number": "PG-2026-000001", "issuer": "知融评估"}
    return seal.seal_document(paper(), **{**given, **more})


def refusal(content: bytes, **options: Any) -> str:
    with pytest.raises(DomainError) as refused:
        seal.require_signatures(content, **options)
    return refused.value.code.name


def test_a_sealed_document_is_valid_and_found_by_its_code(database: Any) -> None:
    document = sealed(signers=[{"name": "王芳"}])
    content = seal.content_of(document)
    (finding,) = seal.verify(content)
    assert (finding.good, finding.is_seal, finding.covers_all, finding.stamped_at is not None) == (True, True, True, True)
    assert "存证章" in finding.name
    assert seal.find_by_code(seal.grouped(document.code).lower()).id == document.id
    assert seal.document_of("appraisal", "r1").id == document.id
    assert seal.compare(document, content)
    assert not seal.compare(document, content + b" ")
    assert seal.damaged() == []
    assert [event.verb for event in events.history("sealed_document", document.public_id)] == ["seal"]


def test_one_changed_byte_is_found_wherever_it_is(database: Any) -> None:
    content = seal.content_of(sealed())
    for place in range(10, len(content), max(1, len(content) // 40)):
        changed = bytearray(content)
        changed[place] ^= 1
        assert not looks_good(bytes(changed)) or is_padding(content, place)


def looks_good(content: bytes) -> bool:
    try:
        findings = seal.verify(content)
    except DomainError:
        return False
    return bool(findings) and all(finding.good for finding in findings)


def is_padding(content: bytes, place: int) -> bool:
    """Whether the byte lies in the unused rest of the room kept for the signature."""
    room = max(re.finditer(rb"/Contents <([0-9a-fA-F]+)>", content), key=lambda found: len(found[1]))
    return room.start(1) <= place < room.end(1)


def test_a_party_may_sign_after_the_seal(app: Any) -> None:
    content = seal.seal_bytes(paper())
    assert refusal(content) == "SIGNATURE_MISSING"
    signed = seal.sign_as_party(content, name="王芳", organisation="某银行", person="wang", reason="同意")
    assert signed.startswith(content)
    findings = seal.require_signatures(signed, entitled={"王芳"})
    assert [(finding.name, finding.organisation, finding.good) for finding in findings] == [("王芳", "某银行", True)]
    assert all(finding.good for finding in seal.verify(signed))
    assert refusal(signed, entitled={"李明"}) == "SIGNATORY_NOT_ENTITLED"


def test_what_follows_a_seal_may_only_be_signatures(app: Any) -> None:
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    signed = seal.sign_as_party(seal.seal_bytes(paper()), name="王芳", organisation="某银行", person="wang")
    writer = IncrementalPdfFileWriter(io.BytesIO(signed))
    page, _ = writer.find_page_for_modification(0)
    page.get_object()["/Rotate"] = writer.root.raw_get("/Pages").get_object()["/Count"]
    writer.mark_update(page)
    out = io.BytesIO()
    writer.write(out)
    assert refusal(out.getvalue()) == "SIGNATURE_AFTER_CHANGE"
    assert not any(finding.good for finding in seal.verify(out.getvalue()))


def test_a_signature_of_a_foreign_authority_is_not_trusted(app: Any, tmp_path: Path) -> None:
    from exchange.core import clock
    from exchange.core.seal import authority, signing

    stranger = authority.person_key(tmp_path, person="x", name="王芳", organisation="某银行")
    signed = signing.sign(paper(), stranger, folder=tmp_path, field="Party", reason="", moment=clock.now())
    assert refusal(signed) == "SIGNATURE_UNTRUSTED"
    changed = bytearray(signed)
    changed[40] ^= 1
    assert refusal(bytes(changed)) in ("SIGNATURE_INVALID", "FILE_DAMAGED")


def test_nonsense_is_damaged_and_unsigned_is_missing(app: Any) -> None:
    assert refusal(b"nonsense") == "FILE_DAMAGED"
    assert refusal(paper()) == "SIGNATURE_MISSING"


def test_the_same_code_is_sealed_once(database: Any) -> None:
    code = seal.new_code()
    first = sealed(code=code)
    assert sealed(code=code).id == first.id
    with pytest.raises(DomainError) as refused:
        sealed(code="0" * 19 + "7")
    assert refused.value.code.name == "NUMBER_MALFORMED"


def test_a_newer_document_takes_the_place_of_the_older(database: Any) -> None:
    old, new = sealed(), sealed(number="PG-2026-000001-2")
    seal.supersede_document(old, by=new)
    assert (old.status, old.superseded_by) == ("superseded", new.code)
    assert seal.document_of("appraisal", "r1").id == new.id
    with pytest.raises(DomainError) as refused:
        seal.withdraw_document(new, reason=" ")
    assert refused.value.code.name == "REASON_NEEDED"
    seal.withdraw_document(new, reason="错误")
    assert new.status == "withdrawn"
    with pytest.raises(DomainError) as late:
        seal.withdraw_document(new, reason="again")
    assert late.value.code.name == "WRONG_STATE"
    assert seal.document_of("appraisal", "r1") is None
    assert len(seal.documents_of("appraisal", "r1")) == 2


def test_a_failed_operation_leaves_no_document(database: Any) -> None:
    code = seal.new_code()

    def seal_and_fail() -> None:
        sealed(code=code)
        raise RuntimeError("later trouble")

    with pytest.raises(RuntimeError, match="later trouble"):
        transact(seal_and_fail)
    assert seal.find_by_code(code) is None


def test_changed_bytes_in_the_store_are_named(database: Any) -> None:
    document = sealed()
    files.store().path_of(document.sha256).write_bytes(paper())
    assert seal.damaged() == [f"{document.number} ({document.public_id})"]


def test_keys_are_readable_by_their_owner_only(app: Any) -> None:
    seal.seal_bytes(paper())
    assert {path.stat().st_mode & 0o777 for path in seal.key_folder().glob("*.key.pem")} == {0o600}


@given(st.data())
def test_a_code_survives_spelling_but_no_error(data: st.DataObject) -> None:
    code = codes.new_code()
    assert codes.read_code(f" {codes.grouped(code).lower()} ") == code
    assert codes.read_code(code.replace("0", "O").replace("1", "l")) == code
    place = data.draw(st.integers(0, 19))
    other = data.draw(st.sampled_from([character for character in codes.ALPHABET if character != code[place]]))
    assert codes.read_code(code[:place] + other + code[place + 1 :]) is None
    assert codes.read_code(code[:-1]) is None
