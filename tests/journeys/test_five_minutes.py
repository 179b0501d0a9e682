"""The newcomer's first five minutes: eight lines of a script, in both languages, with and without scripts, on a phone and on a desk."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
import segno
from click.testing import CliRunner
from sqlalchemy import func, select

from exchange.cli import cli
from exchange.core import clock, seal
from exchange.finance.financing.models import Case
from tests.services.browser import Live, serving
from tests.services.databases import CLUSTER_VARIABLE
from tests.services.demonstration import client_of, members
from tests.services.house import House
from tests.services.newcomer import Look, Newcomer, visiting

pytestmark = pytest.mark.browser
LOOKS = (
    Look("zh", 1280, "light", scripts=True), Look("en", 360, "dark", scripts=True), Look("zh", 360, "dark", scripts=False),
    Look("en", 1280, "light", scripts=False), Look("zh", 360, "light", scripts=True), Look("en", 1280, "dark", scripts=True),
    Look("zh", 1280, "dark", scripts=False), Look("en", 360, "light", scripts=False),
)
NUMBER = "２０２１1 9920001.5"
AMOUNTS = re.compile(r"[0-9]+\.[0-9]{2}")
DARK = 128


@pytest.fixture
def live_newcomer(demonstrations: Callable[..., House]) -> Iterator[Live]:
    """A server of the demonstration as it stands after its making."""
    house = demonstrations("demo")
    with house.clean(), serving(house) as served:
        yield served


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.name)
def test_a_newcomer_goes_from_the_address_to_the_guarantors_queue(look: Look, live_newcomer: Live, chromium_browser: Any, tmp_path: Path) -> None:
    with visiting(chromium_browser, live_newcomer, look) as newcomer:
        open_the_address(newcomer)
        become_the_enterprise(newcomer)
        take_or_skip_the_tour(newcomer)
        type_a_number(newcomer)
        estimate_at_once(newcomer)
        verify_the_report(newcomer, tmp_path)
        number = submit_the_draft(newcomer)
        change_to_the_guarantor(newcomer, number)


def open_the_address(newcomer: Newcomer) -> None:
    """0:00 no sign-in wall, the gauge, and a search that finds."""
    page = newcomer.page
    page.goto("/")
    assert page.url == f"{newcomer.live}/"
    assert page.locator("input[type=password]").count() == 0
    assert re.search(r"[0-9]+\.[0-9]%", page.locator("#conversion").inner_text())
    assert page.locator("#conversion svg").count() == 1
    newcomer.looks()
    with newcomer.step():
        page.fill("#start-search", "电池")
        newcomer.click(newcomer.button("搜索", "Search", ".hero"))
    assert page.locator("main section li a").count() >= 3
    newcomer.looks()


def become_the_enterprise(newcomer: Newcomer) -> None:
    """0:30 one click on the bar; the bar says what this is, and the desk has three steps."""
    with newcomer.step():
        newcomer.click(newcomer.button("企业", "Enterprise", ".demobar"))
        assert newcomer.clicks == 1
    assert newcomer.page.url == f"{newcomer.live}/home"
    newcomer.reads("演示数据", "Demonstration data", ".demobar")
    assert newcomer.page.locator("ol.steps > li").count() == 3
    newcomer.looks()


def take_or_skip_the_tour(newcomer: Newcomer) -> None:
    """1:00 half of the newcomers skip it, half walk its three stops; the help opens it again."""
    if newcomer.look.width == 360:
        with newcomer.step():
            newcomer.click(newcomer.button("跳过导览", "Skip the tour", "main"))
        newcomer.reads("可在“帮助”中再次打开导览。", "You find the tour again under Help.")
    else:
        walk_the_tour(newcomer)
    assert newcomer.page.url == f"{newcomer.live}/home"
    assert newcomer.link("开始导览", "Take the tour").count() == 0
    with newcomer.step():
        newcomer.click(newcomer.link("帮助", "Help", "footer"))
        newcomer.click(newcomer.link("开始导览", "Take the tour"))
    assert newcomer.page.locator("ol.steps > li").count() == 3
    newcomer.looks()


def walk_the_tour(newcomer: Newcomer) -> None:
    """List, value, apply: each stop on its real page, with a bar that leads on."""
    page = newcomer.page
    with newcomer.step():
        newcomer.click(newcomer.link("开始导览", "Take the tour"))
        newcomer.click(newcomer.link("开始", "Begin"))
    assert page.url.endswith("/patents/new?tour=list")
    newcomer.looks()
    with newcomer.step():
        newcomer.click(newcomer.link("下一站：评估价值", "Next stop: Have it valued"))
    assert page.url.endswith("/appraisals/quick?tour=value")
    with newcomer.step():
        newcomer.click(newcomer.link("下一站：申请贷款", "Next stop: Apply for a loan"))
    assert page.url.endswith("/cases?tour=apply")
    newcomer.looks()
    with newcomer.step():
        newcomer.click(newcomer.button("结束导览", "End the tour"))


def type_a_number(newcomer: Newcomer) -> None:
    """2:00 a number in any spelling fills the fields; source and day stand beside them."""
    page = newcomer.page
    page.goto("/home")
    with newcomer.step():
        newcomer.click(page.locator("ol.steps a").first)
        page.fill("#lookup-number", NUMBER)
        newcomer.click(newcomer.button("查询", "Look up", "form.lookup"))
    assert page.input_value("[name=title_zh]") == "（演示）储能电池舱热失控早期预警方法"
    assert page.input_value("[name=application_number]") == "ZL 202119920001.5"
    assert page.input_value("[name=filing_on]") == "2021-06-18"
    assert page.input_value("[name=applicants]") == "（演示）蓝芯能源科技股份公司"
    assert page.input_value("[name=classes]") == "H01M 10/42; G08B 21/18"
    assert page.locator("[name=type][value=invention]").is_checked()
    newcomer.reads("来源：演示登记簿", "Filled from: Demonstration register")
    newcomer.reads("登记簿副本日期：2026年11月20日", "Copy of the register of 20 Nov 2026")
    newcomer.looks()


def estimate_at_once(newcomer: Newcomer) -> None:
    """3:00 steps, a range, its reasons; no row anywhere comes or goes."""
    page, before = newcomer.page, rows_of(newcomer.live.house)
    with newcomer.step():
        newcomer.click(newcomer.link("估算其价值", "Estimate its value"))
        assert page.input_value("#filed") == "2021-06-18"
        page.fill("#sales", "1200万")
        newcomer.click(newcomer.button("估算", "Estimate"))
    page.locator("#estimate .ticked").wait_for()
    assert page.locator("#estimate .ticked li").count() == 5
    low, high = AMOUNTS.findall(page.locator("#estimate .big-figure").inner_text())
    assert 0 < float(low) < float(high)
    newcomer.reads("所用假设", "What was assumed", "#estimate")
    newcomer.reads("许可费率 4.29%", "Royalty rate of 4.29 %", "#estimate")
    assert rows_of(newcomer.live.house) == before
    newcomer.looks()


def rows_of(house: House) -> dict[str, int]:
    """How many rows each table has."""
    house.db.session.rollback()
    counts = {name: house.db.session.scalar(select(func.count()).select_from(table)) for name, table in house.db.metadata.tables.items()}
    house.db.session.rollback()
    return counts


def verify_the_report(newcomer: Newcomer, folder: Path) -> None:
    """4:00 the issued report is downloaded; the address in its QR code says that it is valid."""
    page = newcomer.page
    with newcomer.step():
        newcomer.click(newcomer.link("评估", "Appraisals", "nav.navigation"))
        newcomer.click(page.locator("main table tbody th a").first)
    newcomer.reads("已出具并用印", "Issued and sealed")
    newcomer.looks()
    with newcomer.step(), page.expect_download() as download:
        newcomer.click(newcomer.link("下载已用印的 PDF", "Download the sealed PDF"))
    kept = folder / "report.pdf"
    download.value.save_as(kept)
    assert [finding.good for finding in seal.verify(kept.read_bytes())] == [True]
    address = newcomer.link("二维码查验地址", "Address of its QR code").get_attribute("href")
    assert rows_on(modules_of(kept)) == rows_on(segno.make_qr(f"{public_address(newcomer)}{address}", error="m").matrix)
    page.context.clear_cookies(name="zhirong_session")
    page.goto(address)
    newcomer.reads("真实有效", "Genuine and valid")
    newcomer.looks()
    newcomer.click(newcomer.button("企业", "Enterprise", ".demobar"))


def public_address(newcomer: Newcomer) -> str:
    """The address that the house has printed on its papers."""
    return str(newcomer.live.house.app.extensions["zhirong.settings"].PUBLIC_URL)


def modules_of(path: Path) -> tuple[bytearray, ...]:
    """The QR code on the first page of a PDF, read off its picture square by square."""
    picture = pypdfium2.PdfDocument(path)[0].render(scale=4).to_pil().convert("L")
    wide, high = picture.size
    corner = picture.crop((wide * 3 // 4, high // 10, wide, high // 5)).point(lambda grey: 255 if grey < DARK else 0)
    code = corner.crop(corner.getbbox())
    size = next(size for size in range(21, 60, 4) if finder_is_seven(code, size))
    side = code.width / size
    return tuple(bytearray(code.getpixel((int((x + 0.5) * side), int((y + 0.5) * side))) > 0 for x in range(size)) for y in range(size))


def rows_on(matrix: Iterable[bytearray]) -> str:
    """A code as lines of text, which a failure can show."""
    return "\n".join("".join("#" if dark else "." for dark in row) for row in matrix)


def finder_is_seven(code: Any, size: int) -> bool:
    """Whether the corner's mark is seven squares wide when the code has so many."""
    row = [code.getpixel((x, 2)) > 0 for x in range(code.width)]
    return round(row.index(False) * size / int(code.width)) == 7


def submit_the_draft(newcomer: Newcomer) -> str:
    """4:30 the prepared application goes off; the page says its number, who acts next and until when."""
    page = newcomer.page
    page.goto("/home")
    with newcomer.step():
        newcomer.click(page.locator("#tasks th a").filter(has_text="RZ-").first)
        newcomer.looks()
        newcomer.click(newcomer.button("提交申请：1,200,000.00 元", "Submit the application for CNY 1,200,000.00"))
    number = re.search(r"RZ-[0-9]{4}-[0-9]{6}", page.locator(".page-head").inner_text())
    assert number is not None
    newcomer.reads("等待：（演示）高新融资担保公司", "Waiting for: （演示）高新融资担保公司", ".next-step")
    newcomer.reads("24:00，还剩 3 个工作日", "3 working days left", ".next-step")
    newcomer.looks()
    return number[0]


def change_to_the_guarantor(newcomer: Newcomer, number: str) -> None:
    """5:00 one click on the bar; the case stands in the other side's queue."""
    page = newcomer.page
    with newcomer.step():
        newcomer.click(newcomer.button("担保机构", "Guarantor", ".demobar"))
        assert newcomer.clicks == 1
        newcomer.click(newcomer.link("待办队列", "Work queue", "nav.navigation"))
    row = page.locator("main tr").filter(has_text=number)
    assert row.get_by_role("link", name=number).count() == 1
    newcomer.looks()


def test_reset_brings_the_demonstration_back_as_it_was_made(demonstrations: Callable[..., House], monkeypatch: pytest.MonkeyPatch) -> None:
    house = demonstrations("demo")
    with house.clean():
        before, case = rows_of(house), prepared_draft(house)
        name = case.public_id
        client = client_of(house, members(house)["enterprise signatory"])
        client.post(f"/cases/{name}/submit", data={"version": case.version, "csrf_token": token_of(client)})
        house.db.session.expire_all()
        assert (case.state, rows_of(house) == before) == ("submitted", False)
        said = reset(house, monkeypatch)
        assert said.exit_code == 0, f"{said.output}\n{said.exception!r}"
        assert "e01-signatory-2@demo.example" in said.output
        house.db.session.expire_all()
        assert rows_of(house) == before
        assert prepared_draft(house).public_id == name


def prepared_draft(house: House) -> Case:
    """The one application that waits to be submitted."""
    drafts = list(house.db.session.scalars(select(Case).where(Case.state == "draft")))
    assert len(drafts) == 1
    found: Case = drafts[0]
    return found


def token_of(client: Any) -> str:
    """The token of the client's forms."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/help").get_data(as_text=True))
    assert found is not None
    return found[1]


def reset(house: House, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Run `exchange demo --reset` on the house's database, on the day it was made."""
    settings = house.app.extensions["zhirong.settings"]
    for name, value in (("ENV", "demo"), ("DATA_DIR", settings.DATA_DIR), ("DATABASE_URL", settings.DATABASE_URL)):
        monkeypatch.setenv(f"ZHIRONG_{name}", str(value))
    monkeypatch.delenv(CLUSTER_VARIABLE, raising=False)  # the tests' own, no setting of the house
    kept = next(settings.DATA_DIR.glob("demonstration-*.sqlite"))
    with clock.at(datetime.combine(date.fromisoformat(kept.stem[-10:]), time(12), tzinfo=clock.SHANGHAI)):
        return CliRunner().invoke(cli, ["demo", "--reset"])
