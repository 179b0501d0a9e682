"""``python -m valuation recompute FILE``: compute an archived report again; exit 0 identical or equal, 1 differs, 2 unreadable."""

import argparse
import sys
from pathlib import Path

from valuation.archive import calculation_at, recompute_archive, recomputed
from valuation.recomputing import recompute
from valuation.results import Verdict

EXITS = {"identical": 0, "equal": 0, "differs": 1, "unreadable": 2}


def verdict_on(path: Path) -> Verdict:
    """The verdict on a file, with the archive's digests checked first where it is one."""
    try:
        if path.suffix == ".zip":
            return recompute_archive(path.read_bytes())
        return recompute(calculation_at(path))
    except (OSError, ValueError) as error:
        return Verdict(status="unreadable", reason=str(error))


def main(arguments: list[str]) -> int:
    """Say the verdict and its reasons; ``--write`` keeps the newly computed bytes."""
    parser = argparse.ArgumentParser(prog="python -m valuation", description="Compute an archived valuation report again.")
    actions = parser.add_subparsers(dest="action", required=True)
    again = actions.add_parser("recompute", help="run the archived request and compare")
    again.add_argument("file", type=Path, help="the archive (.zip), its unpacked folder, or calculation.json")
    again.add_argument("--write", type=Path, help="write the newly computed calculation.json here")
    given = parser.parse_args(arguments)
    verdict = verdict_on(given.file)
    lines = [f"{verdict.status}{': ' + verdict.reason if verdict.reason else ''}"]
    lines += [f"  {row['path']}: archived {row.get('archived')!r}, new {row.get('new')!r}" for row in verdict.differences[:20]]
    sys.stdout.write("\n".join([*lines, ""]))
    if given.write is not None and verdict.status != "unreadable":
        given.write.write_bytes(recomputed(calculation_at(given.file)))
    return EXITS[verdict.status]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
