"""Wing, room, file: everything has its place, its length and its direction."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.laws.source import FILES_OF_A_ROOM, ROOT, WINGS, length_of, place, product, rooms

DRAWERS = {"util", "utils", "helper", "helpers", "misc", "common", "tools", "lib"}
LONGEST_FILE = 500
# Longer than the law allows, each with its reason.
LONG_FILES: dict[str, str] = {}
LONG_FUNCTIONS: dict[str, str] = {}
BACK_ENDS = {
    "weasyprint": "exchange/core/pdf",
    "pypdfium2": "exchange/core/pdf",
    "pyhanko": "exchange/core/seal",
    "huey": "exchange/core/jobs",
    "smtplib": "exchange/core/mail",
    "boto3": "exchange/core/files",
    "redis": "exchange/core/jobs",
}


def quantile(values: list[int], tenth: int) -> int:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, len(ordered) * tenth // 10)] if ordered else 0


def test_every_file_of_a_room_has_a_known_name() -> None:
    strangers = [
        str(path.relative_to(ROOT))
        for room in rooms()
        for path in room.iterdir()
        if path.name != "__pycache__" and (path.suffix == ".py" or path.is_dir()) and path.stem not in FILES_OF_A_ROOM
    ]
    assert strangers == []


def test_every_room_says_what_it_is() -> None:
    silent = [str(room.relative_to(ROOT)) for room in rooms() if '"""' not in (room / "__init__.py").read_text(encoding="utf-8")]
    assert silent == []


def test_a_room_imports_nothing_in_its_own_name() -> None:
    assert [s.name for s in product() if s.path.name == "__init__.py" and s.path.parent in rooms() and list(s.imports())] == []


def test_there_is_no_drawer_for_things_without_a_name() -> None:
    assert [s.name for s in product() if DRAWERS & set(s.parts)] == []


def test_nine_in_ten_files_have_at_most_400_lines() -> None:
    assert quantile([len(s.text.splitlines()) for s in product()], 9) <= 400


def test_no_file_outgrows_its_noun() -> None:
    long = [f"{s.name}: {len(s.text.splitlines())}" for s in product() if len(s.text.splitlines()) > LONGEST_FILE]
    assert [line for line in long if line.split(":")[0] not in LONG_FILES] == []


def test_nine_in_ten_functions_have_at_most_30_lines() -> None:
    assert quantile([length_of(f) for s in product() for f in s.functions()], 9) <= 30


def test_no_function_has_more_than_60_lines() -> None:
    long = [(place(s, f.lineno, f.name), length_of(f)) for s in product() for f in s.functions() if length_of(f) > 60]
    assert [found for found in long if found[0].rsplit(": ", 1)[1] not in LONG_FUNCTIONS] == []


def test_back_ends_have_one_door() -> None:
    strangers = [
        place(s, line, name)
        for s in product()
        for line, name in s.imports()
        for library, door in BACK_ENDS.items()
        if name.split(".")[0] == library and not s.name.startswith((door, "exchange/demo/"))  # the demonstration invents blank papers
    ]
    assert strangers == []


def test_valuation_starts_without_numpy() -> None:
    code = "import sys, valuation; sys.exit(any(name in sys.modules for name in ('numpy', 'scipy', 'flask', 'sqlalchemy')))"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def lint_imports(folder: Path) -> "subprocess.CompletedProcess[str]":
    tool = Path(sys.executable).with_name("lint-imports")
    environment = {**os.environ, "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1", "PYTHONSAFEPATH": "1"}
    return subprocess.run([tool, "--no-cache"], cwd=folder, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("planted")
    for name in ("exchange", "valuation"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "*.po", "*.mo", "*.ttf", "*.json", "*.csv"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def test_the_import_contracts_hold(copied: Path) -> None:
    answer = lint_imports(copied)
    assert answer.returncode == 0, answer.stdout[-4000:] + answer.stderr[-2000:]


PLANTED = [
    ("valuation/__init__.py", "import exchange.core.clock", "C3"),
    ("exchange/registers/ledger/rules.py", "import exchange.finance.loans.rules", "C1"),
    ("exchange/oversight/programme/rules.py", "import exchange.portal.queries", "C1"),
    ("exchange/core/money.py", "import exchange.people.accounts.states", "C1"),
    ("exchange/core/states.py", "import exchange.core.database", "C9"),
    ("exchange/finance/loans/rules.py", "import exchange.core.database", "C5"),
    ("exchange/finance/loans/models.py", "import exchange.finance.loans.operations", "C2"),
    ("exchange/finance/loans/api.py", "import exchange.core.database", "C7"),
    ("exchange/finance/loans/operations.py", "import flask", "C6"),
    ("exchange/finance/loans/views.py", "import exchange.finance.loans.api", "C2"),
    ("exchange/registers/standards/rules.py", "import exchange.registers.releases.rules", "C1"),
    ("exchange/finance/loans/rules.py", "import valuation", "C4"),
    ("exchange/core/money.py", "import exchange.demo", "C10"),
    ("exchange/registers/unplaced/__init__.py", "", "C1"),
    ("exchange/finance/loans/helpers.py", "", "C2"),
]


def test_each_kind_of_forbidden_import_is_reported(copied: Path) -> None:
    """One run over a tree with every fault planted: each contract speaks up."""
    with Planted(copied) as faults:
        answer = lint_imports(copied)
    assert answer.returncode != 0
    broken = {line.split()[0] for line in answer.stdout.splitlines() if " BROKEN" in line}
    assert {contract for _, _, contract in faults} <= broken, answer.stdout[:6000]
    told = re.sub(r"\s+", " ", answer.stdout)
    assert [name for name, _, _ in faults if name.removesuffix(".py").removesuffix("/__init__").replace("/", ".") not in told] == []


class Planted:
    """Write the faults into a copy, and take them out again."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.before = folder, {}  # type: tuple[Path, dict[Path, str | None]]

    def __enter__(self) -> list[tuple[str, str, str]]:
        faults = [fault for fault in PLANTED if self._reachable(fault)]
        for name, line, _ in faults:
            path = self.folder / name
            self.before.setdefault(path, path.read_text(encoding="utf-8") if path.exists() else None)
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("a", encoding="utf-8") as file:
                file.write(f"\n{line}\n")
        return faults

    def __exit__(self, *reason: object) -> None:
        for path, text in self.before.items():
            path.unlink() if text is None else path.write_text(text, encoding="utf-8")

    def _reachable(self, fault: tuple[str, str, str]) -> bool:
        name, line, _ = fault
        if not line:
            return (self.folder / name).parent.parent.exists()
        imported = line.removeprefix("import ").split(".")
        target = self.folder.joinpath(*imported)
        own = imported[0] not in ("exchange", "valuation") or target.is_dir() or target.with_suffix(".py").exists()
        return (self.folder / name).parent.exists() and own


def test_every_wing_is_known() -> None:
    known = {*WINGS, "appraisals", "portal", "core", "translations", "__pycache__"}
    assert {path.name for path in (ROOT / "exchange").iterdir() if path.is_dir()} <= known | {"cli", "demo", "api"}
