"""What we did not write lies here byte for byte as its makers released it."""

from pathlib import Path

import pytest

from tests.services.vendored import ROOT, faults, manifests


@pytest.mark.parametrize("manifest", manifests(), ids=lambda path: str(path.parent.relative_to(ROOT)))
def test_vendored_files_are_as_recorded(manifest: Path) -> None:
    assert faults(manifest) == []


def test_an_altered_file_is_found(tmp_path: Path) -> None:
    (tmp_path / "a.js").write_text("1", encoding="utf-8")
    digest = "6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b"
    manifest = tmp_path / "VENDOR.toml"
    manifest.write_text(f'[a]\nname="a"\nversion="1"\nlicence="MIT"\nfile="a.js"\nsha256="{digest}"\n', encoding="utf-8")
    assert faults(manifest) == []
    (tmp_path / "a.js").write_text("2", encoding="utf-8")
    (tmp_path / "b.js").write_text("2", encoding="utf-8")
    assert faults(manifest) == ["a.js: another digest", "b.js: not named in VENDOR.toml"]
