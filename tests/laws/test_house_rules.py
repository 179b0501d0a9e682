"""Our own lint: what ruff cannot say (security.md 9.1)."""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.laws.source import ROOT, Source, dotted, place, product, sources

CLOCKS = ("exchange/core/clock.py", "exchange/core/database/reading.py")  # the clock, and the guard that watches the host's
TIMES = re.compile(r"(^|\.)(datetime\.now|datetime\.utcnow|datetime\.today|date\.today|time\.time)$")


def found(rule: str) -> list[str]:
    return [line for source in product() for line in RULES[rule](source)]


def no_other_clock(source: Source) -> Iterator[str]:
    if source.name in CLOCKS:
        return
    for call in source.calls():
        if TIMES.search(dotted(call.func)):
            yield place(source, call.lineno, dotted(call.func))


def no_markup_outside_pdf(source: Source) -> Iterator[str]:
    if source.name.startswith("exchange/core/pdf"):
        return
    for call in source.calls():
        if dotted(call.func) in ("HTML", "weasyprint.HTML"):
            yield place(source, call.lineno, "HTML(")


def no_transaction_outside_the_database(source: Source) -> Iterator[str]:
    if source.name.startswith(("exchange/core/database", "valuation/")):
        return
    for call in source.calls():
        name = dotted(call.func)
        if name.endswith((".commit", ".begin")) and "session" in name:
            yield place(source, call.lineno, name)


def no_text_from_pieces(source: Source) -> Iterator[str]:
    for call in source.calls():
        if dotted(call.func) in ("text", "sa.text", "sqlalchemy.text") and call.args:
            first = call.args[0]
            variables = [node.id for node in ast.walk(first) if isinstance(node, ast.Name) and not node.id.isupper()]
            if not variables and not isinstance(first, ast.Call):
                continue  # made of constants of the module
            if isinstance(first, ast.JoinedStr | ast.BinOp) or (isinstance(first, ast.Call) and dotted(first.func).endswith("format")):
                yield place(source, call.lineno, "text( made of pieces")


def no_float_or_numeric_column(source: Source) -> Iterator[str]:
    for line, name in source.imports():
        if re.fullmatch(r"sqlalchemy(\.\w+)*\.(Float|Numeric|DECIMAL|REAL|Double|FLOAT|NUMERIC)", name):
            yield place(source, line, name)


def no_plain_random(source: Source) -> Iterator[str]:
    if source.name.startswith("exchange"):
        for line, name in source.imports():
            if name.split(".")[0] == "random" and not source.name.startswith(("exchange/core/database", "exchange/demo/")):  # jitter; invented data
                yield place(source, line, name)


def no_silent_except(source: Source) -> Iterator[str]:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ExceptHandler):
            broad = node.type is None or dotted(node.type) in ("Exception", "BaseException")
            empty = all(isinstance(line, ast.Pass) or (isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant)) for line in node.body)
            if broad and empty:
                yield place(source, node.lineno, "an error nobody hears of")


def no_boolean_positional(source: Source) -> Iterator[str]:
    for function in source.functions():
        names = [argument for argument in function.args.args if argument.arg not in ("self", "cls")]
        defaults = function.args.defaults
        for default in defaults:
            if isinstance(default, ast.Constant) and isinstance(default.value, bool) and names:
                yield place(source, function.lineno, f"{function.name} takes a boolean by position")


def no_state_set_by_hand(source: Source) -> Iterator[str]:
    if not source.name.startswith("exchange/") or source.name.startswith("exchange/core/"):
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Attribute) and target.attr == "state" and dotted(target.value) != "self":
                    yield place(source, node.lineno, f"{dotted(target)} = … outside a move")


RULES = {
    "there is one clock": no_other_clock,
    "markup is made by templates; HTML( stands in core.pdf alone": no_markup_outside_pdf,
    "only core.database begins and commits": no_transaction_outside_the_database,
    "no SQL made of pieces": no_text_from_pieces,
    "no Float or Numeric column": no_float_or_numeric_column,
    "no plain random": no_plain_random,
    "no silent except": no_silent_except,
    "no boolean by position": no_boolean_positional,
    "only a move changes a state": no_state_set_by_hand,
}


@pytest.mark.parametrize("rule", RULES)
def test_the_house_rule_holds(rule: str) -> None:
    assert found(rule) == []


@pytest.mark.parametrize(
    ("rule", "fault"),
    [
        ("there is one clock", "import datetime\nx = datetime.datetime.now()"),
        ("markup is made by templates; HTML( stands in core.pdf alone", "HTML(string='x')"),
        ("only core.database begins and commits", "db.session.commit()"),
        ("no SQL made of pieces", "text(f'select {x}')"),
        ("no Float or Numeric column", "from sqlalchemy import Numeric"),
        ("no plain random", "import random"),
        ("no silent except", "try:\n    pass\nexcept Exception:\n    pass"),
        ("no boolean by position", "def f(a, loud=True): ..."),
        ("only a move changes a state", "loan.state = 'paid'"),
    ],
)
def test_each_house_rule_finds_its_fault(rule: str, fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    planted = Source(ROOT / "exchange" / "finance" / "loans" / "planted.py")
    monkeypatch.setattr(Source, "tree", property(lambda self: ast.parse(fault)))
    assert len(list(RULES[rule](planted))) == 1


TEMPLATES = sorted([*(ROOT / "templates").rglob("*.html"), *(ROOT / "templates").rglob("*.xml"), *(ROOT / "templates").rglob("*.svg")])
FORBIDDEN_IN_TEMPLATES = {
    "|safe": re.compile(r"\|\s*safe\b"),
    "a style attribute": re.compile(r"<[a-z][^>{]*\sstyle\s*="),
    "an inline script": re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/(ld\+)?json\")[^>]*>"),
    "a style element": re.compile(r"<style[\s>]"),
    "an event attribute": re.compile(r"<[a-z][^>]*\s(on[a-z]+|hx-on[:\w-]*)\s*="),
    "javascript:": re.compile(r"javascript:", re.IGNORECASE),
    "an outside address": re.compile(r"(src|href)=[\"'](https?:)?//(?!localhost)[^\"']*\.(js|css|woff2?)"),
}


@pytest.mark.parametrize("what", FORBIDDEN_IN_TEMPLATES)
def test_templates_keep_to_the_content_policy(what: str) -> None:
    hits = [
        f"{path.relative_to(ROOT)}:{text.count(chr(10), 0, hit.start()) + 1}: {hit[0][:60]}"
        for path in TEMPLATES
        if not (what == "a style element" and "pdf" in path.parts)
        for text in [path.read_text(encoding="utf-8")]
        for hit in FORBIDDEN_IN_TEMPLATES[what].finditer(text)
    ]
    assert hits == []


UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK|lorem ipsum|not implemented yet)\b", re.IGNORECASE)
BARE_IGNORE = re.compile(r"#\s*(type:\s*ignore(\[[^\]]*\])?|noqa(:\s*[A-Z0-9, ]+)?|pragma: no cover)\s*$")


def test_nothing_is_left_unfinished() -> None:
    assert [place(s, line, text) for s in sources("exchange", "valuation", "tests") for line, text in s.comments if UNFINISHED.search(text)] == []


def test_templates_and_scripts_are_finished() -> None:
    files = [*TEMPLATES, *(ROOT / "static").glob("js/*.js"), *(ROOT / "static").glob("css/*.css"), ROOT / "dev"]
    assert [str(path.relative_to(ROOT)) for path in files if re.search(r"\b(TODO|FIXME|XXX|lorem ipsum)\b", path.read_text(encoding="utf-8"))] == []


def test_every_ignore_says_why() -> None:
    bare = [place(s, line, text) for s in sources("exchange", "valuation", "tests") for line, text in s.comments if BARE_IGNORE.search(text)]
    assert bare == []


def test_every_skip_says_why() -> None:
    silent = [
        place(s, call.lineno, dotted(call.func))
        for s in sources("tests")
        for call in s.calls()
        if dotted(call.func) in ("pytest.skip", "pytest.mark.skip", "pytest.mark.skipif", "pytest.mark.xfail")
        and not any(isinstance(argument, ast.Constant | ast.JoinedStr) for argument in call.args)
        and not any(keyword.arg == "reason" for keyword in call.keywords)
    ]
    assert silent == []


def test_tests_use_the_real_parts() -> None:
    assert [place(s, line, name) for s in sources("tests") for line, name in s.imports() if name.startswith(("unittest.mock", "mock"))] == []
