"""The archive file of a report 归档文件: one zip with its list of digests, which computes and verifies without the platform."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any

README = """# {number}

归档文件 · Archive of a valuation report

## 中文

- `documents/`：各语言版本的签章 PDF。中文版（zh）为准。
- `calculation/request.json`、`calculation/calculation.json`：计算的全部输入与结果（规范化 JSON）；`calculation/provenance.json`：程序与公式版本、随机种子 {seed}、摘要。
- `tables/`：计算所附参考数据表，`tables/index.json` 载明各表的日期、来源与 SHA-256。
- `events/events.jsonl`：本报告的事件记录及其在已签名默克尔根下的证明。
- `record/`：意见与答复、签名记录；评估机构与监管部门取得的文件另含资料与各次计算。
- `engine/valuation/`：计算程序本身。

重新计算：安装 Python 3.11 以上版本及 numpy {numpy}、scipy {scipy}，解压后执行

    cd engine && python -m valuation recompute ..

结果为 `identical` 即新算得的 `calculation.json` 与存档逐字节相同；`equal` 表示各数相差不超过十亿分之一（库版本不同）；`differs` 会列出不同之处。

核验：`python3 verify_archive.py .`（仅需 Python 标准库；核验签名需 openssl）。公开查验网址：{url}

保存至 {until}（《资产评估法》第二十九条）。

## English

- `documents/`: the sealed PDFs of every edition. The Chinese one (zh) governs.
- `calculation/request.json`, `calculation/calculation.json`: all inputs and results of the calculation (canonical JSON); `calculation/provenance.json`: versions of library and formulas, seed {seed}, digests.
- `tables/`: the reference tables; `tables/index.json` names the date, source and SHA-256 of each.
- `events/events.jsonl`: the events of this report, each with its proof under a signed Merkle root.
- `record/`: remarks with their answers and the signatures; what the institution and the supervisors get also holds sources and every calculation.
- `engine/valuation/`: the program that computed it.

Compute it again: install Python 3.11 or later with numpy {numpy} and scipy {scipy}, unpack, then

    cd engine && python -m valuation recompute ..

`identical` means that the new `calculation.json` equals the archived one byte by byte; `equal` that every number agrees within 1e-9 (other library versions); `differs` lists what differs.

Verify it: `python3 verify_archive.py .` (Python's standard library alone; signatures need openssl). Public address: {url}

To be kept until {until} (Asset Appraisal Law, art. 29).
"""


@dataclass(frozen=True, slots=True)
class Member:
    """One file of the archive."""

    path: str
    content: bytes


def as_json(value: Any) -> bytes:
    """Readable JSON with sorted keys; days and moments as ISO 8601."""
    return (json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1, default=_plain) + "\n").encode()


def _plain(value: Any) -> str:
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in an archive")


def manifest(members: Sequence[Member], **facts: Any) -> bytes:
    """What the archive is of, and the digest of every member."""
    rows = [{"path": row.path, "size": len(row.content), "sha256": sha256(row.content).hexdigest()} for row in sorted(members, key=lambda row: row.path)]
    return as_json({"kind": "zhirong.appraisal.archive", "v": 1, **facts, "files": rows})


def packed(members: Sequence[Member], *, at: datetime, **facts: Any) -> bytes:
    """The zip: the same members give the same bytes, whenever it is made; PDFs are stored, text is packed."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as file:
        for row in (Member("manifest.json", manifest(members, **facts)), *sorted(members, key=lambda row: row.path)):
            entry = zipfile.ZipInfo(row.path, at.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_STORED if row.path.endswith(".pdf") else zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            file.writestr(entry, row.content)
    return written.getvalue()


def readme(*, number: str, seed: int, numpy: str, scipy: str, url: str, until: date) -> bytes:
    """How to compute and to verify it, in both languages."""
    return README.format(number=number, seed=seed, numpy=numpy or "2", scipy=scipy or "1", url=url, until=until.isoformat()).encode()
