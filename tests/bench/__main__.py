"""`./dev bench [NAME …]` prints the ratios and writes docs/benchmarks.md; `./dev bench pages [WORD]` the times of the pages; `./dev bench start [PORT]` a first and a warm start."""

import importlib
import platform
import sys
from pathlib import Path

from tests.bench.figure import Figure

FOLDER = Path(__file__).parent
PAGE = FOLDER.parent.parent / "docs" / "benchmarks.md"


def names() -> list[str]:
    """Name the benches that lie here."""
    return sorted(path.stem for path in FOLDER.glob("ratio_*.py"))


def measured(name: str) -> Figure:
    """Run one bench at full size."""
    figure: Figure = importlib.import_module(f"tests.bench.{name}").run(full=True)
    return figure


def written(figures: list[Figure]) -> str:
    """Put the figures into the page."""
    machine = f"{platform.machine()}, Python {platform.python_version()}"
    rows = "\n".join(f"| {f.row} | {f.ratio} | {f.value:.3g} | {f.goal} | {f.note} |" for f in figures)
    return f"# Benchmarks\n\nRatios of two things run in turn in one script on {machine}; never times of one.\n\n| # | ratio | measured | goal | how |\n| --- | --- | --- | --- | --- |\n{rows}\n"


def main(wanted: list[str]) -> int:
    """Measure the wanted benches, or all."""
    if wanted[:1] == ["pages"]:
        from tests.bench import pages

        return pages.main(wanted[1:])
    if wanted[:1] == ["start"]:
        from tests.bench import start

        return start.main(*map(int, wanted[1:2]))
    chosen = [name for name in names() if not wanted or any(word in name for word in wanted)]
    if not chosen:
        print(f"There is no such bench; there are: {', '.join(names())}", file=sys.stderr)
        return 1
    figures = []
    for name in chosen:
        figure = measured(name)
        figures.append(figure)
        print(f"{figure.row:>3}  {figure.ratio}: {figure.value:.3g} (goal {figure.goal})  {figure.note}")
    if not wanted:
        kept = PAGE.read_text(encoding="utf-8").partition("\n## ") if PAGE.exists() else ("", "", "")
        PAGE.write_text(written(figures) + kept[1] + kept[2], encoding="utf-8")  # sections written by hand stay
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
