"""Whatever is sent, every shape of input either takes it or refuses it aloud: a stable code, a field, a sentence in both languages.

``BAD_INPUT=500 ./dev test tests/laws/test_bad_shapes.py`` tries that many bodies a shape instead of the few of every run.
"""

import os
import re
import zlib
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from exchange.core.errors import CODES, DomainError, faults_of
from exchange.core.i18n import chinese, sentence_of
from exchange.core.money import Money
from exchange.core.schemas import Shape, load
from exchange.core.text import Text as Sentence
from exchange.core.text import first_bad_character
from tests.laws.declared import import_everything
from tests.services.hostile import NAMES, NUMBERS, SMALL, SURROGATES, TEXTS, bodies, flat, values

import_everything()
EXAMPLES = int(os.environ.get("BAD_INPUT", "4"))
CHINESE = re.compile(r"[\u4e00-\u9fff]")
PLACEHOLDER = re.compile(r"\{(\w+)\}")
FEW = settings(max_examples=EXAMPLES, derandomize=True, database=None, deadline=None, phases=(Phase.explicit, Phase.generate, Phase.shrink), suppress_health_check=list(HealthCheck))
WORDS = {"CHOICE_UNKNOWN"}
"""Codes whose values are words of the interface itself, and are listed as they must be sent."""


def below(kind: type[Any]) -> Iterator[type[Any]]:
    for each in kind.__subclasses__():
        yield each
        yield from below(each)


SHAPES = sorted({shape for shape in below(Shape) if shape.__module__.startswith("exchange.")}, key=lambda shape: (shape.__module__, shape.__name__))


def faults_in(refusal: DomainError, shape: type[Shape], body: Any) -> list[str]:
    """What a refusal lacks of the house's form."""
    known = {field.data_key or name for name, field in shape().fields.items()}
    wrong = []
    for fault in faults_of(refusal):
        name = fault.code.name
        if name not in CODES or not 400 <= fault.status < 500:
            wrong.append(f"{name}: status {fault.status}")
        if not fault.field or (fault.code.name != "UNKNOWN_FIELD" and fault.field.partition(".")[0] not in known):
            wrong.append(f"{name}: the field is {fault.field!r}")
        if first_bad_character(fault.field or "") is not None or len(fault.field or "") > 100:
            wrong.append(f"{name}: its field cannot be repeated: {(fault.field or '')[:100]!r}")
        if missing := set(PLACEHOLDER.findall(fault.code.sentence)) - set(fault.details):
            wrong.append(f"{name}: no value for {sorted(missing)}")
        for key, value in fault.details.items():
            if isinstance(value, Sentence) and value not in chinese():
                wrong.append(f"{name}.{key}: {value!r} has no Chinese")
            elif name not in WORDS and isinstance(value, str) and not isinstance(value, Sentence) and re.search(r"[A-Za-z]{2,} [A-Za-z]{2,}", value):
                wrong.append(f"{name}.{key}: {value!r} is not translated")
        wrong += sentences_wrong(fault)
    return wrong


def sentences_wrong(fault: DomainError) -> list[str]:
    """What is wrong with a refusal's two sentences."""
    chinese_one, english = sentence_of(fault, "zh"), sentence_of(fault, "en")
    wrong = [f"{fault.code.name}: {said[:80]!r} cannot be written" for said in (chinese_one, english) if first_bad_character(said) is not None or len(said) > 1500]
    if not CHINESE.search(chinese_one) or chinese_one == english or not english:
        wrong.append(f"{fault.code.name}: {chinese_one!r} and {english!r}")
    return wrong


def unfit(value: Any) -> bool:
    """Whether something was let through that no column takes."""
    if isinstance(value, dict):
        return any(unfit(each) for each in (*value, *value.values()))
    if isinstance(value, list | tuple):
        return any(unfit(each) for each in value)
    if isinstance(value, str):
        return first_bad_character(value, newlines=True, bidi=True) is not None or len(value) > 200_000
    if isinstance(value, Money):
        return not 0 <= value.minor < 2**63
    return isinstance(value, int) and not -(2**63) <= value < 2**63


def judged(shape: type[Shape], raw: Any, *, form: bool) -> list[str]:
    """What is wrong with how the shape takes or refuses a body."""
    try:
        loaded = load(shape, raw, form=form)
    except DomainError as refusal:
        return faults_in(refusal, shape, raw)
    return [f"took {loaded!r:.200}"] if unfit(loaded) else []


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: f"{shape.__module__.removeprefix('exchange.').removesuffix('.schemas')}.{shape.__name__}")
def test_a_body_is_taken_or_refused_aloud(shape: type[Shape]) -> None:
    @FEW
    @given(bodies(shape()), st.booleans())
    def holds(body: dict[str, Any], form: bool) -> None:
        raw: Any = dict(flat(body)) if form else body
        assert judged(shape, raw, form=form) == []

    holds()


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.__name__)
def test_every_field_meets_every_kind_of_value(shape: type[Shape]) -> None:
    """One after the other, so that no field owes its life to the chance of the generator."""
    wrong = []
    known = [field.data_key or name for name, field in shape().fields.items()]
    every = (*TEXTS, *SURROGATES, *NUMBERS, *SMALL, [[[["a"]]]], [{"value": value} for value in SURROGATES])
    for value in every if EXAMPLES >= 10 else every[zlib.crc32(shape.__name__.encode()) % 2 :: 2]:
        wrong += judged(shape, dict.fromkeys(known, value), form=value in TEXTS)
    assert sorted(set(wrong)) == []


@FEW
@given(st.dictionaries(st.sampled_from((*NAMES, *SURROGATES)), values(), min_size=1, max_size=3))
def test_fields_that_nobody_declared_are_named_so_that_the_answer_can_be_written(body: dict[str, Any]) -> None:
    class Bare(Shape):
        """Takes nothing."""

    with pytest.raises(DomainError) as refused:
        load(Bare, body)
    assert {fault.code.name for fault in faults_of(refused.value)} == {"UNKNOWN_FIELD"}
    assert all(first_bad_character(fault.field or "") is None and len(fault.field or "") <= 100 for fault in faults_of(refused.value))


@FEW
@given(st.sampled_from((None, 1, "a", [], [{}], True, 1.5)))
def test_a_body_that_is_no_object_is_refused(body: Any) -> None:
    with pytest.raises(DomainError) as refused:
        load(SHAPES[0], body)
    assert refused.value.code.name == "FIELD_MALFORMED"
    assert sentences_wrong(refused.value) == []
