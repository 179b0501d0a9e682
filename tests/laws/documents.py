"""Pages that are written from the code: state diagrams, permissions, settings, refusals, the API.

`python -m tests.laws.documents` writes them anew; a law compares, so that no page grows old.
"""

import json
import sys
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

from tests.laws.declared import import_everything
from tests.laws.source import ROOT

DOCS = ROOT / "docs"


def machines() -> str:
    """Each machine as a diagram and a table in both languages."""
    from exchange.core.i18n import in_both
    from exchange.core.states import MACHINES
    from tests.laws.words import in_words

    pages = ["# State machines 状态机\n"]
    for noun in sorted(MACHINES):
        machine = MACHINES[noun]
        rows = [
            f"| `{row.name}` | {in_both(row.label)['zh']} | {', '.join(row.sources) or '—'} | {row.target} | {in_words([row.by])} |"
            f" {in_words([row.second]) if row.second else ''} | {'✓' if row.step_up else ''} |"
            for row in machine.moves
        ]
        states = ", ".join(f"{state} {in_both(state.label)['zh']}" for state in machine.states)
        pages.append(
            f"## {noun}\n\n{states}\n\n```mermaid\n{machine.diagram()}```\n\n"
            "| move | 动作 | from | to | who | second person | fresh factor |\n| --- | --- | --- | --- | --- | --- | --- |\n" + "\n".join(rows) + "\n"
        )
    return "\n".join(pages)


def settings() -> str:
    """Every setting with its default."""
    from exchange.core.settings import PREFIX, Settings

    rows = [f"| `{PREFIX}{field.name}` | `{field.default}` |" for field in fields(Settings)]
    return "# Settings 配置\n\nUnknown names and values that do not parse stop the start.\n\n| variable | default |\n| --- | --- |\n" + "\n".join(rows) + "\n"


def refusals() -> str:
    """Every code with its status and both sentences."""
    from exchange.core.errors import CODES
    from exchange.core.i18n import in_both

    rows = []
    for name in sorted(CODES):
        said = in_both(CODES[name].sentence)
        rows.append(f"| `{name}` | {CODES[name].status} | {said['en']} | {said['zh']} |")
    return "# Refusals 错误代码\n\n| code | status | English | 中文 |\n| --- | --- | --- | --- |\n" + "\n".join(rows) + "\n"


def api() -> str:
    """The API's description."""
    from exchange.api import description

    return json.dumps(description(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


PAGES: dict[str, Callable[[], str]] = {"machines.md": machines, "settings.md": settings, "refusals.md": refusals, "openapi.json": api}


def main(folder: Path) -> None:
    """Write every page."""
    import_everything()
    for name, page in PAGES.items():
        (folder / name).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else DOCS)
