"""Real files come in as drafts that prove nothing; hostile ones are refused with a code and leave nothing behind."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date

import pytest

from exchange.core import files
from exchange.core.database import db
from exchange.core.errors import DomainError
from exchange.registers.patents import operations, queries
from exchange.registers.patents.models import ImportBatch, Patent, Share
from exchange.registers.patents.queries.exports import error_file, template_file
from tests import factories
from tests.features.patents import making


@pytest.fixture
def owner(house, clock):
    return factories.actor("enterprise officer", organisation=making.holder("enterprise", name="演示甲公司"))


@pytest.fixture
def sample(samples):
    def read(name):
        path = samples / name
        if not path.is_file():
            pytest.skip(f"shared samples not present: {name}")
        return path.read_bytes()

    return read


def upload(actor, content, name, **options):
    taken = files.take(content if isinstance(content, bytes) else content.encode(), name, purpose="patents")
    return operations.upload_import(actor, taken, **options)


def own_csv(*rows):
    header = "application_number,publication_number,kind,type,title_zh,title_en,applicants,inventors,filing_date,ipc,legal_status"
    return "\n".join((header, *rows)) + "\n"


def row(number, title="演示 / Demo 装置", *, filed="2021-03-02", ipc="H02J 7/00", status=""):
    return f"{number},,,invention,{title},,演示甲公司,张三;李四,{filed},{ipc},{status}"


def refused(call, code):
    with pytest.raises(DomainError) as caught:
        call()
    assert caught.value.code.name == code
    return caught.value


def test_the_lens_file_becomes_363_drafts_with_computed_check_digits(owner, sample):
    batch = upload(owner, sample("local-only/lens_drones_cn_and_shenzhen.csv"), "lens.csv")
    assert (batch.state, batch.profile) == ("checked", "lens")
    assert batch.counts == {"read": 363, "accepted": 363, "new": 363, "changed": 0, "same": 0, "refused": 0}
    assert batch.codes == {
        "CN_NO_CHECK_DIGIT": 355, "DATE_YEAR_MISMATCH": 11, "APPLICANT_MISSING": 9, "DATE_ORDER": 7, "CLASS_MISSING": 2,
    }
    assert db.session.query(Patent).count() == 0
    operations.confirm_import(owner, batch.id)
    written = queries.get_batch(batch.id)
    assert written.state == "written"
    assert db.session.query(Patent).filter_by(state="draft", legal_status="unknown").count() == 363
    assert db.session.query(Share).count() == 0


def test_a_granted_lens_invention_goes_from_file_to_registry_and_custody(owner, sample):
    registrars = making.desk(making.exchange())
    operations.confirm_import(owner, upload(owner, sample("local-only/lens_drones_cn_and_shenzhen.csv"), "lens.csv").id)
    granted = db.session.query(Patent).filter(
        Patent.kind.in_(("B", "C")), Patent.jurisdiction == "CN", Patent.filing_on > date(2006, 11, 24),
    ).order_by(Patent.id).all()
    assert len(granted) == 23
    patent = granted[-1]
    assert patent.check_digit_source == "computed"
    making.proven(owner, patent, registrars[0])
    operations.submit_patent(owner, patent.id)
    operations.record_register_copy(
        registrars[0], patent.id, status="in_force", paid_to_year=20, taken_on=making.TODAY, holders=(owner.organisation_name,),
    )
    operations.register_patent(registrars[1], patent.id, digit_compared=True)
    custody = making.in_custody(owner, queries.get_patent(patent.id), registrars)
    assert custody.number == "TG-2026-000001"
    assert queries.get_patent(patent.id).status.alive


def test_the_us_search_file_stands_by_publication_numbers_where_it_must(owner, sample):
    batch = upload(owner, sample("uspto_public_search_biblio.csv"), "uspto.csv")
    if batch.state != "checked":
        from exchange.core import jobs

        jobs.run_due_jobs()
        batch = queries.get_batch(batch.id)
    assert batch.counts["accepted"] == 903
    assert batch.codes == {"APPLICANT_MISSING": 12, "CLASS_MISSING": 10, "FAMILY_DUPLICATE": 33}
    operations.confirm_import(owner, batch.id)
    assert db.session.query(Patent).filter(Patent.application_number.is_(None)).count() == 10
    assert db.session.query(Patent).filter(Patent.filing_on.is_(None)).count() == 7
    assert db.session.query(Patent).filter_by(jurisdiction="US").count() == 903


def test_the_chinese_catalogue_refuses_three_records_with_their_codes(owner, sample):
    batch = upload(owner, sample("local-only/cn_patents_zh.jsonl"), "catalogue.jsonl")
    assert (batch.counts["read"], batch.counts["accepted"], batch.counts["refused"]) == (69, 66, 3)
    expected = {
        "CN_LENGTH": 1, "PUBLICATION_FORMAT": 1, "DATE_FORMAT": 1, "CN_NO_CHECK_DIGIT": 1, "APPLICANT_MISSING": 8,
        "CLASS_MISSING": 59, "ID_DUPLICATE_FILE": 3, "KIND_UNKNOWN": 3, "DATE_YEAR_MISMATCH": 1,
    }
    assert {code: batch.codes[code] for code in expected} == expected
    assert set(batch.codes) - set(expected) == {"STATUS_UNKNOWN", "STATUS_CONFLICT"}
    operations.confirm_import(owner, batch.id)
    assert db.session.query(Patent).count() == 63
    assert db.session.query(Patent).filter_by(stated_status="in_force", legal_status="unknown").count() > 0


def test_an_unknown_encoding_is_asked_for_and_never_guessed(owner, sample):
    batch = upload(owner, sample("local-only/lens_drones_tac_1606_families_raw_CR_macroman.csv"), "mac.csv")
    assert (batch.state, batch.questions) == ("uploaded", ["encoding"])
    assert "mac_roman" in batch.samples
    operations.map_import(owner, batch.id, encoding="mac_roman")
    checked = queries.get_batch(batch.id)
    assert checked.state == "checked"
    assert checked.counts["read"] == 1606
    assert "TEXT_REPLACEMENT" not in checked.codes


def test_a_json_file_named_xml_is_read_by_its_content(owner, sample):
    batch = upload(owner, sample("epo_ops_xml/mislabelled_json_with_xml_extension.xml"), "answer.xml")
    assert batch.notes == ["NAME_CONTENT_DIFFER"]
    assert batch.counts["refused"] == batch.codes["TITLE_MISSING"] == 100


def test_three_us_grants_and_one_application_are_one_patent_each(owner, sample):
    for name in ("US06859910", "US08926509", "US08930553", "US20050004437A1"):
        batch = upload(owner, sample(f"uspto_xml/{name}.xml"), f"{name}.xml")
        assert (batch.profile, batch.counts["accepted"]) == ("us_xml", 1)
        operations.confirm_import(owner, batch.id)
    numbers = {one.publication_number for one in db.session.query(Patent)}
    assert numbers == {"US6859910B2", "US8926509B2", "US8930553B2", "US20050004437A1"}


@pytest.mark.parametrize(("name", "code"), [
    ("uspto_xml/USD435854S1.xml", "XML_ENTITY"),
    ("uspto_xml/sample_XML4IP_ST96.zip", "PART_WITHOUT_PATENT"),
    ("uspto_xml/cpc-scheme-A01L.xml", "FORMAT_UNKNOWN"),
])
def test_files_of_other_kinds_are_refused_with_their_code(owner, sample, name, code):
    refused(lambda: upload(owner, sample(name), name.rpartition("/")[2]), code)
    assert db.session.query(ImportBatch).count() == 0


BOMB = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;">]><a>&c;</a>'
EXTERNAL = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY % p SYSTEM "http://127.0.0.1/x">%p;]><a/>'
DEEP = "<a>" * 100 + "</a>" * 100


def zipped(**members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/"), content)
    return out.getvalue()


@pytest.mark.parametrize(("content", "name", "code"), [
    (BOMB, "a.xml", "XML_ENTITY"),
    (EXTERNAL, "a.xml", "XML_ENTITY"),
    (DEEP, "a.xml", "XML_LIMIT"),
    ("<a><b></a>", "a.xml", "XML_BROKEN"),
    ('{"a": ' * 100_000, "a.json", "JSON_LIMIT"),
    ('{"a": [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]}', "a.json", "JSON_LIMIT"),
    ('{"a": 1, "a": 2}', "a.json", "JSON_BROKEN"),
    ("[1, 2", "a.json", "JSON_BROKEN"),
    ("a,b\n\x00,1\n", "a.csv", "TEXT_BINARY"),
    (",".join(["a"] * 1_000) + "\n", "a.csv", "TOO_MANY_COLUMNS"),
    ('title_zh,filing_date\n"' + "x" * 200_000, "a.csv", "CELL_TOO_LONG"),
    ("title_zh\n" + "x\n" * 100_020, "a.csv", "TOO_MANY_ROWS"),
    (b"\xd0\xcf\x11\xe0" + b"0" * 100, "a.xlsx", "FORMAT_REFUSED"),
    (b"%PDF-1.7 0", "a.csv", "FORMAT_REFUSED"),
    (zipped(**{"x.csv": "0" * 5_000_000}), "a.zip", "ZIP_LIMIT"),
    (zipped(**{"..__x.csv": "a,b"}), "a.zip", "ZIP_LIMIT"),
    (zipped(**{"x.zip": zipped(y="1")}), "a.zip", "ZIP_LIMIT"),
    (zipped(**{f"{n}.csv": "a" for n in range(201)}), "a.zip", "ZIP_LIMIT"),
    (zipped(**{"xl__workbook.xml": "<a/>", "xl__vbaProject.bin": "x"}), "a.xlsx", "FORMAT_REFUSED"),
    ("   \n", "a.csv", "FILE_EMPTY"),
])
def test_hostile_files_are_refused_and_leave_nothing(owner, content, name, code):
    refused(lambda: upload(owner, content, name), code)
    assert db.session.query(ImportBatch).count() == 0
    assert db.session.query(Patent).count() == 0


def test_hostile_cells_are_kept_as_plain_text(owner):
    number = making.demo_number()
    batch = upload(owner, own_csv(row(number, '"=cmd|calc <b>bold</b> &amp;amp; \x07"')), "a.csv")
    assert batch.codes == {"TEXT_HTML": 1, "TEXT_CONTROL": 1, "FORMULA": 1}
    operations.confirm_import(owner, batch.id)
    assert db.session.query(Patent).one().title_zh == "=cmd|calc bold &"


def test_a_number_that_a_spreadsheet_spoiled_is_refused_with_the_cure(owner):
    batch = upload(owner, own_csv(row("2.01510283658E+11")), "a.csv")
    assert batch.codes == {"NUMBER_AS_FLOAT": 1}
    assert batch.counts["refused"] == 1


def test_the_same_file_is_taken_again_only_when_wanted(owner):
    content = own_csv(row(making.demo_number()))
    first = upload(owner, content, "a.csv")
    refusal = refused(lambda: upload(owner, content, "b.csv"), "IMPORT_SAME_FILE")
    assert refusal.details["batch"] == first.public_id
    assert upload(owner, content, "b.csv", again=True).id != first.id


def test_importing_twice_changes_nothing_the_second_time(owner):
    content = own_csv(row(making.demo_number()), row(making.demo_number()))
    operations.confirm_import(owner, upload(owner, content, "a.csv").id)
    before = [(one.public_id, one.version) for one in db.session.query(Patent)]
    again = upload(owner, content, "a.csv", again=True)
    assert again.counts == {"read": 2, "accepted": 2, "new": 0, "changed": 0, "same": 2, "refused": 0}
    operations.confirm_import(owner, again.id)
    assert [(one.public_id, one.version) for one in db.session.query(Patent)] == before


def test_an_import_fills_what_is_empty_and_undo_puts_it_back(owner):
    number = making.demo_number()
    patent = making.drafted(owner, application_number=number, title_zh="演示 / Demo 旧名", title_en="", classes=(), applicants=())
    content = own_csv(f"{number},,,invention,演示 / Demo 新名,演示 / Demo New name,演示甲公司,,2021-03-02,,授权", row(making.demo_number()))
    batch = upload(owner, content, "a.csv")
    assert (batch.counts["new"], batch.counts["changed"]) == (1, 1)
    operations.confirm_import(owner, batch.id)
    filled = queries.get_patent(patent.id)
    assert (filled.title_zh, filled.title_en) == ("演示 / Demo 旧名", "演示 / Demo New name")
    operations.undo_import(owner, batch.id)
    assert queries.get_patent(patent.id).title_en == ""
    assert db.session.query(Patent).filter_by(state="withdrawn").count() == 1
    assert queries.get_batch(batch.id).counts["undo_conflicts"] == 0


def test_undo_leaves_what_somebody_worked_on_and_says_so(owner):
    batch = upload(owner, own_csv(row(making.demo_number()), row(making.demo_number())), "a.csv")
    operations.confirm_import(owner, batch.id)
    touched = db.session.query(Patent).first()
    operations.edit_patent(owner, touched.id, title_en="演示 / Demo Mine")
    operations.undo_import(owner, batch.id)
    undone = queries.get_batch(batch.id)
    assert (undone.state, undone.counts["withdrawn"], undone.counts["undo_conflicts"]) == ("undone", 1, 1)
    assert queries.get_patent(touched.id).state == "draft"


def test_undo_ends_after_thirty_days(owner, clock):
    batch = upload(owner, own_csv(row(making.demo_number())), "a.csv")
    operations.confirm_import(owner, batch.id)
    clock.pass_(days=31)
    refused(lambda: operations.undo_import(owner, batch.id), "UNDO_TOO_LATE")
    assert db.session.query(Patent).one().state == "draft"


def test_the_error_file_holds_the_refused_rows_and_comes_back_clean(owner):
    good, bad = making.demo_number(), making.demo_number()
    wrong = bad[:-1] + ("1" if bad[-1] != "1" else "2")
    batch = upload(owner, own_csv(row(good), row(wrong)), "a.csv")
    operations.confirm_import(owner, batch.id)
    name, content = error_file(queries.get_batch(batch.id))[:2]
    text = content.decode("utf-8-sig")
    lines = text.splitlines()
    assert name == "a-errors.csv"
    assert len(lines) == 2
    assert lines[0].endswith("_row,_level,_code,_field,_message_zh,_message_en")
    assert "CN_CHECK_DIGIT" in lines[1]
    assert wrong in lines[1]
    repaired = upload(owner, text.replace(wrong, bad, 1), "repaired.csv")
    assert (repaired.counts["accepted"], repaired.counts["refused"]) == (1, 0)


def test_a_plan_of_other_answers_is_stale(owner):
    batch = upload(owner, own_csv(row(making.demo_number())), "a.csv")
    refused(lambda: operations.confirm_import(owner, batch.id, plan="0" * 64), "PLAN_STALE")
    assert queries.get_batch(batch.id).state == "checked"
    assert db.session.query(Patent).count() == 0


def test_ambiguous_dates_are_a_question_and_the_answer_settles_them(owner):
    header = "申请号;标题;申请日"
    batch = upload(owner, f"{header}\n{making.demo_number()};演示 / Demo;02/03/2021\n", "a.csv")
    assert batch.questions == ["date_order"]
    assert batch.codes["DATE_AMBIGUOUS"] == 1
    refused(lambda: operations.confirm_import(owner, batch.id), "IMPORT_NOT_READY")
    operations.map_import(owner, batch.id, date_order="day_first")
    operations.confirm_import(owner, batch.id)
    assert db.session.query(Patent).one().filing_on == date(2021, 3, 2)


def test_our_own_template_comes_back_without_its_guide_rows(owner):
    for kind in ("csv", "xlsx"):
        name, content = template_file(kind)[:2]
        batch = upload(owner, content, name)
        assert (batch.profile, batch.counts["read"]) == ("own", 0)


def test_another_organisation_sees_neither_batch_nor_drafts(owner):
    batch = upload(owner, own_csv(row(making.demo_number())), "a.csv")
    operations.confirm_import(owner, batch.id)
    stranger = factories.actor("enterprise officer")
    refused(lambda: operations.undo_import(stranger, batch.id), "FORBIDDEN")
    assert list(queries.portfolio(stranger).rows) == []
    assert queries.get_batch(batch.id).state == "written"


def test_json_numbers_beyond_floats_stay_text(owner):
    content = json.dumps([{"apno": "x", "patent_number": "CN110836969A", "title": "演示 / Demo", "apdt": "20190101"}]).replace('"x"', "1e400")
    batch = upload(owner, content, "a.json")
    assert batch.codes["NUMBER_AS_FLOAT"] == 1
