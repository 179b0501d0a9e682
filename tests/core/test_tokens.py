"""The style sheet and what is beside it: contrast of the tokens, size, no inline anything, vendored digests, the gallery in a browser."""

from __future__ import annotations

import gzip
import hashlib
import importlib.util
import re
import sys
import tomllib
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
CSS = (ROOT / "static/css/zhirong.css").read_text(encoding="utf-8")
TOKEN = re.compile(r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)")
TOKENS = {name: (light, dark) for name, light, dark in TOKEN.findall(CSS)}
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))


def gallery() -> ModuleType:
    """The gallery's server, which lies beside this file."""
    if "gallery_of_components" not in sys.modules:
        spec = importlib.util.spec_from_file_location("gallery_of_components", Path(__file__).with_name("gallery.py"))
        assert spec
        assert spec.loader
        module = importlib.util.module_from_spec(spec)
        sys.modules["gallery_of_components"] = module
        spec.loader.exec_module(module)
    return sys.modules["gallery_of_components"]


def luminance(colour: str) -> float:
    channels = [int(colour[index : index + 2], 16) / 255 for index in (1, 3, 5)]
    red, green, blue = (channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4 for channel in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    bright, dim = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def mixed(front: str, back: str, share: float) -> str:
    pairs = [(int(front[index : index + 2], 16), int(back[index : index + 2], 16)) for index in (1, 3, 5)]
    return "#" + "".join(f"{round(one * share + other * (1 - share)):02x}" for one, other in pairs)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("name", ["ink", "muted", "accent", "ok", "warn", "danger", "info"])
def test_text_stands_out_by_4_5_on_surface_ground_and_its_own_tint(name: str, theme: int) -> None:
    colour, surface, ground = TOKENS[name][theme], TOKENS["surface"][theme], TOKENS["ground"][theme]
    assert contrast(colour, surface) >= 4.5
    assert contrast(colour, ground) >= 4.5
    assert contrast(colour, mixed(colour, surface, 0.09)) >= 4.5


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_controls_charts_and_buttons_stand_out(theme: int) -> None:
    surface = TOKENS["surface"][theme]
    assert contrast(TOKENS["edge"][theme], surface) >= 3
    assert contrast(TOKENS["on-accent"][theme], TOKENS["accent"][theme]) >= 4.5
    assert [name for name in TOKENS if name.startswith("chart-") and contrast(TOKENS[name][theme], surface) < 4.4] == []


def test_the_style_sheet_is_one_small_file_in_layers() -> None:
    assert CSS.index("@layer reset, tokens, base, layout, components, charts, print;") < 200
    assert len(gzip.compress(CSS.encode(), 9)) <= 14 * 1024


def test_our_own_script_is_short() -> None:
    assert sum(len(path.read_text(encoding="utf-8").splitlines()) for path in (ROOT / "static/js").glob("*.js")) < 150


def test_vendored_files_are_what_their_list_says() -> None:
    listed = tomllib.loads((ROOT / "static/vendor/VENDOR.toml").read_text(encoding="utf-8"))["file"]
    found = {path.name for path in (ROOT / "static/vendor").iterdir()} - {"VENDOR.toml"}
    assert {entry["file"] for entry in listed} == found
    for entry in listed:
        assert hashlib.sha256((ROOT / "static/vendor" / entry["file"]).read_bytes()).hexdigest() == entry["sha256"]
        assert entry["name"]
        assert entry["version"]
        assert entry["licence"]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_templates_hold_nothing_inline(path: Path) -> None:
    source = re.sub(r"{#.*?#}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert not re.search(r"\sstyle\s*=|<style|\son(?!ly=)[a-z]+\s*=|hx-on|javascript:|\bjs:|\|\s*safe\b", source)
    assert not re.search(r"<script(?![^>]*\bsrc=)", source)


def test_a_first_page_weighs_less_than_sixty_kilobytes() -> None:
    files = ["static/css/zhirong.css", "static/vendor/htmx.min.js", "static/vendor/hx-sse.min.js", "static/js/zhirong.js", "static/img/icons.svg", "static/img/mark.svg"]
    weight = sum(len(gzip.compress((ROOT / name).read_bytes(), 9)) for name in files)
    assert weight + len(gzip.compress(gallery().page("zh", "light").encode(), 9)) <= 60 * 1024


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_gallery_has_one_heading_and_its_marks(lang: str) -> None:
    page = gallery().page(lang, "light")
    assert page.count("<h1") == 1
    assert '<a class="skip" href="#main">' in page
    assert page.count("<svg xmlns=") == 10
    assert f'<html lang="{"zh-Hans-CN" if lang == "zh" else "en"}"' in page
    assert re.findall(r'id="([^"]+)"', page) == list(dict.fromkeys(re.findall(r'id="([^"]+)"', page)))
    assert "<title>" + ("错误：" if lang == "zh" else "Error: ") in page
