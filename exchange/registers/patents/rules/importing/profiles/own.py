"""Our own template: field codes in row 1, titles in both languages in row 2, one example row."""

from __future__ import annotations

from exchange.core.text import _
from exchange.registers.patents.rules.importing.fields import FIELDS
from exchange.registers.patents.rules.importing.profiles.base import Profile

EXAMPLE = {
    "application_number": "202119900001.8",
    "publication_number": "CN119900001A",
    "kind": "A",
    "jurisdiction": "CN",
    "type": "invention",
    "title_zh": "演示 / Demo 一种示例装置",
    "title_en": "演示 / Demo An example device",
    "applicants": "演示甲公司;演示乙大学",
    "inventors": "张三;李四",
    "filing_date": "2021-03-02",
    "publication_date": "2022-09-06",
    "ipc": "H04L 9/32;G06F 21/60",
    "legal_status": "公开",
}
PROFILE = Profile(
    name="own",
    label=_("Template of this platform"),
    columns={field: field for field in FIELDS},
    needed=("application_number", "title_zh", "filing_date"),
)


def is_guide_row(cells: list[str], titles: set[str]) -> bool:
    """Whether a row is the template's own second or example row."""
    filled = [cell.strip() for cell in cells if cell.strip()]
    if EXAMPLE["title_zh"] in filled and EXAMPLE["title_en"] in filled:
        return True
    return len(filled) > 3 and all(" / " in cell and cell.split(" / ")[-1] in titles for cell in filled)
