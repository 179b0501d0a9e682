"""Row 16: a CSV of patents checked and written, over csv with marshmallow and the ORM's add_all."""

import csv
import io
import random
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.bench.figure import Figure

HEADER = (
    "application_number,publication_number,kind,jurisdiction,title_zh,title_en,abstract_zh,applicants,inventors,filing_date,"
    "publication_date,grant_date,ipc,family_id,legal_status"
)


def generated(rows: int) -> bytes:
    """Rows of demonstration numbers, 15 columns, 2 classes and 3.5 parties each, 3 % with a wrong check character."""
    from exchange.registers.patents.rules.numbers import check_digit

    chance, lines = random.Random(16), [HEADER]
    for number in range(rows):
        body = f"{2005 + (number // 5_000) % 18}{1 + (number // 90_000) % 3}{9_900_000 + number % 100_000:07d}"
        digit = check_digit(body)
        if chance.random() < 0.03:
            digit = "0" if digit != "0" else "1"
        kind = {"1": "A", "2": "U", "3": "S"}[body[4]]
        lines.append(
            f"{body}.{digit},CN{body[4]}{number:08d}{kind},{kind},CN,演示 / Demo 装置{number},Demo device {number},演示文本,"
            f"演示{number % 500}公司{';演示大学' if number % 2 else ''},张三;李四,{body[:4]}-03-{1 + number % 28:02d},"
            f"{int(body[:4]) + 1}-09-{1 + number % 28:02d},,H04L 9/32;G06F 21/60,,公开"
        )
    return ("\n".join(lines) + "\n").encode()


def run(*, full: bool) -> Figure:
    """Import one file by the house's own operations, then by the plain way, into two fresh databases."""
    rows = 100_000 if full else 600
    content = generated(rows)
    ours, rate = _ours(content, rows)
    theirs = _plainly(content, rows if not full else 10_000) * (rows / (rows if not full else 10_000))
    return Figure(16, "patent import / csv + marshmallow + ORM add_all", ours / theirs, "≤ 1/10", f"{rows} rows, {rate:,.0f} rows/s in all, SQLite")


def _application(folder: Path) -> Any:
    from tests.services.house import create_tables, make_app

    address = f"sqlite:///{folder / 'bench.sqlite3'}"
    create_tables(address)
    return make_app(folder, address)


def _ours(content: bytes, rows: int) -> tuple[float, float]:
    from exchange.core import clock
    from exchange.core.database import db
    from exchange.registers.patents.models import ImportBatch, Patent
    from exchange.registers.patents.operations import bulk
    from exchange.registers.patents.operations.imports import CHUNK, in_chunks
    from exchange.registers.patents.rules.importing.plan import checked_rows
    from exchange.registers.patents.rules.importing.reading import read_source

    with _application(Path(tempfile.mkdtemp(prefix="zhirong-bench-"))).app_context():
        owner, batch_id = _batch()
        begun = time.perf_counter()
        source = read_source(content, "bench.csv")
        for chunk in in_chunks(checked_rows(source, today=clock.today(), demonstration=True), CHUNK):
            _written(lambda chunk=chunk: bulk.insert_drafts(db.session.get(ImportBatch, batch_id), [row.draft for row in chunk if row.draft]))
        spent = time.perf_counter() - begun
        assert db.session.query(Patent).filter_by(organisation_id=owner).count() > rows * 0.95
        db.session.remove()
        db.engine.dispose()
    return spent, rows / spent


def _batch() -> tuple[int, int]:
    from exchange.core.access import SYSTEM
    from exchange.core.database import add, flush
    from exchange.registers.patents.models import ImportBatch
    from exchange.registers.patents.states import IMPORT
    from tests import factories

    organisation = factories.organisation("enterprise", demonstration=True)

    def make() -> ImportBatch:
        batch = ImportBatch(organisation_id=organisation.id, filename="bench.csv", sha256="0" * 64, size=1, policy="fill", uploaded_by=1)
        with IMPORT.move(batch, "upload", SYSTEM):
            add(batch)
            flush()
        return batch

    return organisation.id, _written(make).id


def _written(body: Any) -> Any:
    from exchange.core.database import transact

    return transact(body)


def _plainly(content: bytes, rows: int) -> float:
    """The way one would write it first: a marshmallow schema a row, objects of the ORM, one add_all."""
    from marshmallow import Schema, fields

    from exchange.core.database import db
    from exchange.registers.patents.models import Party, Patent, PatentClass, Publication

    row_schema = type("RowSchema", (Schema,), {
        **{name: fields.String() for name in HEADER.split(",")}, "filing_date": fields.Date(), "publication_date": fields.Date(),
        "grant_date": fields.Raw(),
    })()

    def objects(owner: int) -> list[Any]:
        made: list[Any] = []
        for number, raw in enumerate(csv.DictReader(io.StringIO(content.decode())), start=1):
            if number > rows:
                break
            row = row_schema.load(raw)
            patent = Patent(
                id=number, organisation_id=owner, application_number="CN" + row["application_number"], publication_number=row["publication_number"],
                kind=row["kind"], title_zh=row["title_zh"], title_en=row["title_en"], abstract_zh=row["abstract_zh"], filing_on=row["filing_date"],
                publication_on=row["publication_date"], state="draft", legal_status="unknown", status_source="stated", check_digit_source="stated",
            )
            patent.__dict__["_moved_to"] = "draft"
            made.append(patent)
            made.append(Publication(patent_id=number, number=row["publication_number"], kind=row["kind"], published_on=row["publication_date"]))
            for place, text in enumerate(row["ipc"].split(";")):
                made.append(PatentClass(
                    patent_id=number, scheme="ipc", section=text[0], class_code=text[:3], subclass=text[:4], symbol=text, position=place, main=place == 0))
            for role in ("applicants", "inventors"):
                for place, name in enumerate(row[role].split(";")):
                    made.append(Party(patent_id=number, role=role[:-1], name=name, normal_name=name, position=place))
        return made

    with _application(Path(tempfile.mkdtemp(prefix="zhirong-bench-"))).app_context():
        owner, _batch_id = _batch()
        begun = time.perf_counter()
        _written(lambda: db.session.add_all(objects(owner)))
        spent = time.perf_counter() - begun
        db.session.remove()
        db.engine.dispose()
    return spent
