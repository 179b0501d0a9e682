"""A valuation report to typeset: the inputs of the demonstration's first report, calculated anew by the engine."""

import gc
import json
import os
import warnings
import zlib
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import pydyf
from weasyprint import HTML

from exchange.appraisals.rules.calculation import calculation_file
from exchange.appraisals.rules.document import TEMPLATE, Party, Sheet, document
from exchange.core import pdf
from exchange.core.pdf import documents, typesetting
from exchange.core.sandbox.pool import TEMPLATES, Pool

REQUEST = Path(__file__).parent / "data" / "report_request.json"  # recorded from the demonstration, 2026-11-25
TICKS = os.sysconf("SC_CLK_TCK")
HEAD = pdf.DocumentHead(
    title="专利权价值分析报告", number="PG-2025-000001", issued_at=datetime(2026, 11, 25, 2, tzinfo=UTC), issuer="（演示）明德资产评估",
    code="7BDKQ-02V9W-AR607-1VFA9", verify_url="https://zhirong.example/v/7BDKQ02V9WAR6071VFA9", audit_head="12034 a8f0c1d2e3f40516",
    mark="demonstration",
)  # fmt: skip
SHEET = Sheet(
    number=HEAD.number, document_kind="analysis", purpose="pledge", value_type="market_value", valuation_date=date(2025, 9, 30),
    report_date=date(2025, 10, 13), valid_through=date(2026, 9, 29), client=Party("（演示）新能源科技", "91440300000000000D"),
    holder=Party("（演示）新能源科技", "91440300000000000D"), institution=Party(HEAD.issuer, "91440300000000017D"),
    signatories=(("王芳", "lead"), ("李伟", "second")), reviewer="张敏", readers=(), accepted_on=date(2025, 10, 7), verifiers={48: "李伟"},
    code=HEAD.code, predecessor="", rounding_fen=10_000_000, demonstration=True,
)  # fmt: skip


@lru_cache(maxsize=1)
def contents() -> dict[str, Any]:
    """The report's data, calculated in the quick mode."""
    request = json.loads(REQUEST.read_text("utf-8"))
    result = calculation_file(request, "quick")
    return document(SHEET, request, json.loads(result), result.decode())


def ours(children: Pool) -> pdf.Rendered:
    """The report as the house makes it: in a warm child."""
    return pdf.render(TEMPLATE, contents(), head=HEAD, using=children)


def by_default() -> bytes:
    """The same page and sheets given to WeasyPrint in one call, memory collected as Python does by itself."""
    typesetting.prepare([str(TEMPLATES)])
    pydyf.zlib = zlib  # as it comes; the house packs at a lower level
    body, request = documents.describe(TEMPLATE, contents(), head=HEAD, language="zh")
    page = HTML(string=typesetting.to_html(request, body), base_url=typesetting.BASE, url_fetcher=typesetting.PackagedFetcher())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # the library leaves its colour profile's file to the collector
        made: bytes = page.write_pdf(pdf_variant="pdf/a-3a")
        gc.collect()
    return made


def processor_seconds(process: int) -> float:
    """What a process has used so far, from the kernel."""
    fields = Path(f"/proc/{process}/stat").read_text("utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def collect() -> None:
    """Nothing of the round before is left to the next."""
    gc.enable()
    gc.collect()
