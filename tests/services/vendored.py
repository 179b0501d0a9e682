"""Vendored files: each folder of them has a VENDOR.toml that names version, licence and digest.

`python -m tests.services.vendored` checks the digests; `--refresh` fetches every package anew with npm and writes the files it names.
"""

import hashlib
import re
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
NEEDED = ("name", "version", "licence", "sha256", "file")


def manifests() -> list[Path]:
    """Find every VENDOR.toml of the checkout."""
    return sorted(path for top in ("static", "tests", "exchange") for path in (ROOT / top).rglob("VENDOR.toml"))


def entries(manifest: Path) -> Iterator[dict[str, Any]]:
    """Read the vendored files that a manifest names."""
    for value in tomllib.loads(manifest.read_text(encoding="utf-8")).values():
        yield from value if isinstance(value, list) else [value]


def faults(manifest: Path) -> list[str]:
    """Name what is wrong in one folder: a missing word, another digest, a file that no entry names."""
    named, wrong = {"VENDOR.toml"}, []
    for entry in entries(manifest):
        missing = [word for word in NEEDED if not entry.get(word)]
        if missing:
            wrong.append(f"{entry.get('name')}: without {', '.join(missing)}")
            continue
        path = manifest.parent / entry["file"]
        named.add(entry["file"])
        if not path.is_file():
            wrong.append(f"{entry['file']}: not there")
        elif hashlib.sha256(path.read_bytes()).hexdigest() != entry["sha256"]:
            wrong.append(f"{entry['file']}: another digest")
    present = {path.relative_to(manifest.parent).as_posix() for path in manifest.parent.rglob("*") if path.is_file()}
    strangers = {name for name in present - named if not name.endswith((".gz", ".br")) and not Path(name).name.upper().startswith("LICEN")}
    return wrong + [f"{name}: not named in VENDOR.toml" for name in sorted(strangers)]


def refresh(manifest: Path) -> None:
    """Fetch each package of a manifest and write the files it names; the digest must be the recorded one."""
    for entry in entries(manifest):
        match = re.fullmatch(r"npm: (\S+) (\S+)", entry.get("source", ""))
        if match is None:
            print(f"{entry['name']}: no npm source recorded, left as it is")
            continue
        data = fetched(match[1], match[2])
        digest = hashlib.sha256(data).hexdigest()
        if digest != entry["sha256"]:
            raise SystemExit(f"{entry['name']}: {digest} is not the recorded digest")
        (manifest.parent / entry["file"]).write_bytes(data)
        print(f"{entry['name']} {entry['version']}: written")


def fetched(package: str, name: str) -> bytes:
    """Read one file of a package in npm's registry."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["npm", "pack", "--silent", package], cwd=folder, check=True, stdout=subprocess.DEVNULL)
        with tarfile.open(next(Path(folder).glob("*.tgz"))) as archive:
            member = archive.extractfile(f"package/{name}")
            if member is None:
                raise SystemExit(f"{package} has no file {name}")
            return member.read()


if __name__ == "__main__":
    if "--refresh" in sys.argv[1:]:
        for each in manifests():
            refresh(each)
    found = [f"{each.parent.relative_to(ROOT)}/{fault}" for each in manifests() for fault in faults(each)]
    print("\n".join(found) or f"{len(manifests())} folders of vendored files are as recorded.")
    sys.exit(bool(found))
