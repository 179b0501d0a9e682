"""Macros of pages and forms: everything escaped, errors tied to their fields, moves drawn by their routes."""

from __future__ import annotations

import importlib.util
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from exchange.core.i18n import speaking
from exchange.core.money import Money
from exchange.core.text import _

HOSTILE = '"><script>alert(1)</script>'


def render(source: str, **values: Any) -> str:
    """A snippet with the house's macros, in English."""
    spec = importlib.util.spec_from_file_location("gallery_for_macros", Path(__file__).with_name("gallery.py"))
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    environment = module.environment()
    environment.globals.update({name: values.pop(name) for name in ("way_to",) if name in values})
    with speaking("en"):
        return str(environment.from_string('{% import "_macros/forms.html" as forms %}{% import "_macros/page.html" as page %}' + source).render(**values))


def form(data: dict[str, Any], errors: dict[str, list[str]] | None = None) -> SimpleNamespace:
    found = errors or {}
    return SimpleNamespace(kept=None, data=data, errors=found, summary=[(name, said, "MISSING_FIELD") for name, sentences in found.items() for said in sentences])


def test_typed_text_comes_back_escaped() -> None:
    made = render('{{ forms.field(form, "title", "Title", required=true) }}{{ forms.select(form, "kind", "Kind", [("A&B", "both")]) }}', form=form({"title": HOSTILE, "kind": "A&B"}))
    assert "<script>" not in made
    assert 'value="&#34;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"' in made
    assert '<option value="A&amp;B" selected>both</option>' in made


def test_a_password_never_comes_back() -> None:
    assert "secret" not in render('{{ forms.field(form, "password", "Password", type="password") }}', form=form({"password": "secret"}))


def test_an_error_stands_at_its_field_and_in_the_summary() -> None:
    made = render('{% call forms.form_box("/x", form, version=3) %}{{ forms.field(form, "items.0.name", "Name", hint="short") }}{% endcall %}', form=form({}, {"items.0.name": ["Fill in this field."]}))
    assert '<a href="#field-items.0.name">Fill in this field.</a>' in made
    assert 'id="field-items.0.name"' in made
    assert 'aria-describedby="hint-items.0.name error-items.0.name " aria-invalid="true"' in made
    assert '<a class="code" href="/help/errors/MISSING_FIELD">' in made
    assert '<input type="hidden" name="version" value="3">' in made


def test_a_refused_form_keeps_its_key() -> None:
    assert 'name="idempotency_key" value="typed-before"' in render("{{ forms.hidden(form) }}", form=form({"idempotency_key": "typed-before"}))
    assert 'name="idempotency_key" value="key-0000000000000001"' in render("{{ forms.hidden(None) }}")


def test_an_amount_field_says_the_exact_figure_below() -> None:
    typed = render('{{ forms.money_field(form, "amount", "Amount") }}', form=form({"amount": "120万"}))
    assert 'value="120万"' in typed
    assert "CNY 1,200,000.00 · 人民币壹佰贰拾万元整" in typed
    assert 'value="1200000.00"' in render('{{ forms.money_field(None, "amount", "Amount", value=value) }}', value=Money(120_000_000))


def test_choices_come_back() -> None:
    made = render('{{ forms.checkboxes(form, "modes", "Modes", [("a", "A"), ("b", "B"), ("c", "C")]) }}', form=form({"modes": ["a", "c"]}))
    assert [part.split('"')[0] for part in made.split('value="')[1:] if " checked" in part.split(">")[0]] == ["a", "c"]
    one = render('{{ forms.checkbox(form, "agree", "I agree") }}', form=form({"title": "x"}))
    assert " checked" not in one


def test_a_move_is_a_link_a_button_or_nothing() -> None:
    moves = [SimpleNamespace(name="sign", label=_("Yes")), SimpleNamespace(name="withdraw", label=_("No")), SimpleNamespace(name="lapse", label=_("Withdraw"))]
    ways = {"/loans/x/sign": "get", "/loans/x/withdraw": "post", "/loans/x/lapse": ""}
    made = render('{{ page.actions(moves, "/loans/x", version=7) }}', moves=moves, way_to=ways.__getitem__)
    assert '<a class="button primary" href="/loans/x/sign">Yes</a>' in made
    assert '<form action="/loans/x/withdraw" method="post" data-once>' in made
    assert 'name="version" value="7"' in made
    assert "lapse" not in made


@pytest.mark.parametrize(("name", "lead", "tone"), [("submit", True, "primary"), ("submit", False, ""), ("cancel", True, ""), ("withdraw", True, "")])
def test_what_ends_a_matter_is_never_the_main_action(name: str, lead: bool, tone: str) -> None:
    moves = [SimpleNamespace(name=name, label=_("Yes"))]
    made = render('{{ page.actions(moves, "/cases/x", lead=lead) }}', moves=moves, lead=lead, way_to=lambda _url: "post")
    assert f'<button class="button {tone}" type="submit">Yes</button>' in made


def test_a_table_escapes_labels_its_cells_and_marks_what_is_missing() -> None:
    columns = [{"key": "name", "label": "Name"}, {"key": "sum", "label": "Sum", "kind": "money"}]
    made = render("{{ page.table(columns, rows) }}", columns=columns, rows=[{"name": HOSTILE, "sum": "1.00", "_url": "/x"}, {"name": "b", "sum": None}])
    assert "<script>" not in made
    assert '<td class="number" data-label="Sum">1.00</td>' in made
    assert '<span class="visually-hidden">Not given</span>' in made
    assert "Nothing yet" in render('{{ page.table([], [], empty=page.empty_state("Nothing yet", "because")) }}')


def test_amounts_and_moments_keep_their_exact_value() -> None:
    made = render("{{ page.amount(sum, short=true) }}|{{ page.amount(sum, words=true) }}|{{ page.moment(day) }}|{{ page.moment(at) }}|{{ page.amount(None) }}", sum=Money(1_234_567_890), day=date(2026, 11, 25), at=datetime(2026, 11, 25, 6, 3, tzinfo=UTC))
    assert '<data class="figure" value="1234567890" title="CNY 12,345,678.90">CNY 12.35M</data>' in made
    assert "人民币壹仟贰佰叁拾肆万伍仟陆佰柒拾捌元玖角整" in made
    assert '<time datetime="2026-11-25">25 Nov 2026</time>' in made
    assert '<time datetime="2026-11-25T06:03:00+00:00">25 Nov 2026, 14:03 (Beijing, UTC+8)</time>' in made
    assert "No amount yet" in made
