"""How a match is scored, and that its reasons say what was judged."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.core.errors import Invalid
from exchange.core.money import yuan
from exchange.market.matching.rules.fields import nearest, nearness, neighbours, read_classes, subclass_names, subclass_of
from exchange.market.matching.rules.glossary import classes_of, concepts, concepts_of, telling_terms
from exchange.market.matching.rules.scoring import (
    GAPS,
    PART_LABELS,
    SENTENCES,
    WEIGHTS,
    WHOLE,
    Corpus,
    Supply,
    Wish,
    bars,
    fuse,
    judge,
    matches,
)

TODAY = date(2026, 11, 25)
SEPARATOR = Supply(
    "s1", text="一种锂离子电池隔膜及其陶瓷涂层", classes=("H01M 50/446",), mode="transfer", price=yuan(1_200_000),
    region="CN/44/4403/440305", stage=7, days_left=4100, has_valuation=True, has_evidence=True, opened_on=date(2026, 11, 20),
)  # fmt: skip
DESALINATION = Supply("s2", text="Reverse osmosis membrane for desalination", classes=("B01D",), mode="sole", price=yuan(800_000), stage=5, days_left=2000)
LOCK = Supply("s3", text="智能门锁的指纹识别", classes=("E05B",), mode="transfer", price=yuan(300_000), stage=9, days_left=900)
EVERYTHING = (SEPARATOR, DESALINATION, LOCK)


def wish(**changes: object) -> Wish:
    whole = Wish("w1", text="寻求锂电池隔膜的陶瓷涂覆技术", classes=("H01M",), low=yuan(1_000_000), high=yuan(2_000_000))
    return replace(whole, **changes)  # type: ignore[arg-type]  # the test names fields of Wish


def part(judged: object, name: str) -> object:
    return next(each for each in judged.parts if each.name == name)  # type: ignore[attr-defined]  # a Judged


def one(a_wish: Wish, supply: Supply = SEPARATOR) -> object:
    return judge(a_wish, supply, corpus=Corpus(s.with_terms().terms for s in EVERYTHING), on=TODAY)


def test_weights_sum_to_100_and_every_part_has_its_words() -> None:
    assert sum(WEIGHTS.values()) == 100
    assert set(WEIGHTS) == set(PART_LABELS)


def test_both_languages_meet_in_the_glossary() -> None:
    assert concepts_of("锂电池隔膜") == ["battery", "separator"]
    assert {"battery", "separator", "lithium"} <= set(concepts_of("Separators for lithium batteries"))
    assert "~separator" in telling_terms("隔膜") & telling_terms("separators")


def test_guesses_the_subclass_of_a_text_without_one() -> None:
    assert classes_of("锂电池隔膜")[0] == "H01M"
    assert classes_of("wastewater treatment")[0] == "C02F"
    assert classes_of("完全无关") == []


def test_every_glossary_class_is_a_subclass() -> None:
    assert [c for concept in concepts().values() for c in concept.classes if subclass_of(c) != c] == []
    assert all(subclass_of(subclass) == subclass for subclass in subclass_names())


@pytest.mark.parametrize(
    ("one_symbol", "other", "near"),
    [("H01M 50/446", "H01M 50/446", 10_000), ("H01M", "H01M 10/0525", 9_000), ("H01M", "B01D", 6_000), ("H01M", "H02J", 6_000),
     ("B01D", "B01F", 5_000), ("H01M", "H04W", 2_000), ("A61B", "E21D", 0), ("H01M", "?", 0)],
)  # fmt: skip
def test_measures_the_distance_of_fields(one_symbol: str, other: str, near: int) -> None:
    assert nearness(one_symbol, other) == near
    assert nearness(other, one_symbol) == near


def test_neighbours_are_mutual() -> None:
    table = neighbours()
    assert all(one in table[other] for one, others in table.items() for other in others)


def test_finds_the_nearest_pair() -> None:
    assert nearest(["A61B", "H01M"], ["E05B", "H01M 4/00"]) == (9_000, "H01M", "H01M 4/00")


def test_reads_classes_as_people_type_them() -> None:
    assert read_classes(["h01m 10/05", " H01M", "g06n"]) == ["H01M", "G06N"]
    with pytest.raises(Invalid) as refusal:
        read_classes(["batteries"])
    assert refusal.value.code.name == "CLASS_UNREADABLE"


def test_bars_only_for_law_and_money() -> None:
    assert bars(wish(classes=("A61K",)), SEPARATOR) == []
    assert bars(wish(modes=frozenset({"sole"})), SEPARATOR) == ["mode"]
    assert bars(wish(high=yuan(1_100_000)), SEPARATOR) == ["budget"]
    assert bars(wish(territory="US"), replace(SEPARATOR, territories=("CN",))) == ["territory"]
    assert bars(wish(territory="CN/44"), replace(SEPARATOR, territories=("CN",))) == []
    assert bars(wish(), replace(SEPARATOR, in_force=False, barred=True)) == ["force", "rights"]


def test_a_price_at_the_top_of_the_budget_is_not_barred() -> None:
    assert bars(wish(high=yuan(1_200_000)), SEPARATOR) == []


def test_a_match_says_why_in_its_parts() -> None:
    judged = one(wish(stage_low=6, stage_high=9, regions=("CN/44",)))
    assert judged.lane == "same"
    assert part(judged, "field").sentence == "field_same"
    assert part(judged, "stage").values == {"stage": 7, "low": 6, "high": 9}
    assert part(judged, "region").sentence == "region_same"
    assert part(judged, "price").value == WHOLE - 800
    assert part(judged, "life").values == {"years": 11}
    assert {"电池", "隔膜"} <= set(part(judged, "text").values["terms"])
    assert judged.gaps == ("no_english",)


def test_every_sentence_and_gap_used_is_written() -> None:
    for supply in EVERYTHING:
        judged = one(wish(stage_low=1, regions=("CN/11",)), supply)
        assert all(each.sentence in SENTENCES for each in judged.parts)
        assert set(judged.gaps) <= set(GAPS)


def test_a_far_field_moves_the_lane_and_never_out() -> None:
    found = matches(wish(classes=("B01D",), text="陶瓷隔膜 涂层"), EVERYTHING, on=TODAY)
    assert [(match.supply, match.lane) for match in found if match.supply == "s1"] == [("s1", "adjacent")]


def test_an_english_wish_finds_a_chinese_listing() -> None:
    found = matches(wish(text="ceramic coated separator for lithium batteries"), EVERYTHING, on=TODAY)
    assert found[0].supply == "s1"


def test_leaves_out_what_shares_neither_text_nor_field() -> None:
    found = matches(wish(), EVERYTHING, on=TODAY)
    assert "s3" not in [match.supply for match in found]


@given(st.permutations(EVERYTHING))
def test_the_same_data_gives_the_same_order(order: list[Supply]) -> None:
    first = [(match.supply, match.score) for match in matches(wish(), EVERYTHING, on=TODAY)]
    assert [(match.supply, match.score) for match in matches(wish(), order, on=TODAY)] == first


def test_fuses_by_reciprocal_rank_with_ties_by_key() -> None:
    assert fuse(["a", "b"], ["b", "a"]) == ["a", "b"]
    assert fuse(["x"], ["y", "x"]) == ["x", "y"]


def test_a_part_lies_between_0_and_the_whole() -> None:
    for supply in EVERYTHING:
        judged = one(wish(stage_low=1, stage_high=1, regions=("CN/44/4403",)), supply)
        assert all(0 <= each.value <= WHOLE for each in judged.parts)
        assert 0 <= judged.score <= WHOLE
