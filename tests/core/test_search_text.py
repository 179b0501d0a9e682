"""The tokeniser, the query reader and the number reader of core.search."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.core.errors import Invalid
from exchange.core.search.numbers import patent_numbers
from exchange.core.search.query import Phrase, fts5, parse, tsquery, tsvector
from exchange.core.search.stems import stem
from exchange.core.search.tokens import code, codes, runs_of, segmented, terms

SAMPLES = Path(__file__).parents[2].parent / "shared" / "samples" / "cn_application_numbers.csv"


def test_cuts_a_han_run_into_overlapping_pairs() -> None:
    assert terms("固态电池") == ["固态", "态电", "电池"]


def test_keeps_a_lone_character_and_words_between() -> None:
    assert terms("钠 5G 模块") == ["钠", "5g", "模块"]


def test_reads_full_width_and_case_as_one() -> None:
    assert terms("ＬＩＴＨＩＵＭ Ion") == terms("lithium ion") == ["lithium", "ion"]


@pytest.mark.parametrize(
    ("word", "expected"),
    [("caresses", "caress"), ("ponies", "poni"), ("coatings", "coat"), ("coated", "coat"), ("hopping", "hop"),
     ("filing", "file"), ("relational", "relat"), ("conditional", "condit"), ("adoption", "adopt"),
     ("batteries", "batteri"), ("battery", "batteri"), ("controlling", "control"), ("agreed", "agre"),
     ("motoring", "motor"), ("sensors", "sensor"), ("electrode", "electrod"), ("electrodes", "electrod"), ("gas", "gas"), ("ions", "ion"),
     ("h01m", "h01m"), ("5g", "5g")],
)  # fmt: skip
def test_stems_english_as_porter_did(word: str, expected: str) -> None:
    assert stem(word) == expected


def test_drops_accents_of_latin_words() -> None:
    assert terms("Café Müller") == ["cafe", "muller"]


@pytest.mark.parametrize("bad", ["a\x00b", "\ud800"])
def test_refuses_nul_and_lone_surrogates(bad: str) -> None:
    with pytest.raises(Invalid) as refusal:
        terms(bad)
    assert refusal.value.code.name == "BAD_TEXT"


def test_makes_exact_codes_that_stay_one_token() -> None:
    assert code("ipc", "H01M 10/0525") == "ipc=h01m_10/0525"
    assert codes([("ipc", "H01M"), ("mode", "sole"), ("ipc", "H01M")]) == "ipc=h01m mode=sole"


def test_shows_the_shared_pieces_readably() -> None:
    shared = set(terms("电池隔膜")) | set(terms("coating"))
    assert runs_of("一种锂电池隔膜 with a Coated layer", shared) == ["电池隔膜", "coated"]


def test_reads_phrases_prefixes_and_exclusions() -> None:
    query = parse('电池 "solid state" -陶瓷 膜')
    assert query.wanted == (Phrase(("电池",)), Phrase(("solid", "state")), Phrase(("膜",), prefix=True))
    assert query.excluded == (Phrase(("陶瓷",)),)


def test_a_hyphen_inside_a_word_excludes_nothing() -> None:
    assert parse("lithium-ion").excluded == ()


def test_writes_quoted_terms_only() -> None:
    query = parse('电池 OR NEAR("x" y) -z*', filters={"ipc": ["H01M"]})
    assert fts5(query).startswith("((")
    assert '"or"' in fts5(query)
    assert '{codes} : ("ipc=h01m")' in fts5(query)
    assert "'ipc=h01m':D" in tsquery(query)


def test_a_query_of_exclusions_alone_starts_from_every_row() -> None:
    assert fts5(parse("-电池")) == '({codes} : "is=row") NOT {title abstract claims applicant} : "电池"'


def test_counts_positions_in_a_vector() -> None:
    assert tsvector([("A", "电池 隔膜"), ("D", "is=row")]) == "'电池':1A '隔膜':2A 'is=row':11D"


def test_refuses_a_query_too_long() -> None:
    with pytest.raises(Invalid) as refusal:
        parse("x" * 257)
    assert refusal.value.code.name == "QUERY_TOO_LONG"
    assert parse("x" * 256).wanted == (Phrase(("x" * 256,)),)


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=80))
def test_any_other_string_is_a_valid_query(text: str) -> None:
    query = parse(text)
    assert fts5(query).count('"') % 2 == 0
    assert all(word == word.strip() and word for phrase in query.wanted for word in phrase.words)


@given(st.text(alphabet="电池隔膜陶瓷涂层 abc-", max_size=40))
def test_segmenting_its_own_terms_again_is_stable_for_pairs(text: str) -> None:
    once = segmented(text)
    assert all(term in once.split() for term in terms(text))


@pytest.mark.parametrize(
    "spelling",
    ["CN201510870162.5", "ZL 201510870162.5", "ZL2015108701625", "CN 201510870162 A", "201510870162",
     "２０１５１０８７０１６２．５", "zl 2015 1 0870162.5", "专利号：ZL201510870162.5", "201510870162。5"],
)  # fmt: skip
def test_recognises_a_number_in_any_spelling(spelling: str) -> None:
    assert patent_numbers(spelling)[0] == "CN201510870162.5"


@pytest.mark.parametrize(
    ("spelling", "expected"),
    [("CN 104932525 A", "CN104932525A"), ("CN110836969-A", "CN110836969A"), ("US-11803561-B1", "US11803561B1"),
     ("US 2013/0101709 A1", "US20130101709A1"), ("WO 2016/015311 A1", "WO2016015311A1"), ("US D763134 S1", "USD763134S1")],
)  # fmt: skip
def test_recognises_publication_numbers(spelling: str, expected: str) -> None:
    assert patent_numbers(spelling)[-1] == expected


@pytest.mark.parametrize("text", ["电池", "H01M", "2015", "battery 5000", "", "101610203352", "13800138000"])
def test_other_texts_are_no_numbers(text: str) -> None:
    assert patent_numbers(text) == ()


def test_recognises_the_real_sample_numbers() -> None:
    if not SAMPLES.exists():
        pytest.skip("shared samples not present: cn_application_numbers.csv")
    rows = list(csv.DictReader(SAMPLES.read_text(encoding="utf-8").splitlines()))
    right = [row["application_number"] for row in rows if row["valid"] == "True"]
    assert len(right) == 20
    assert [patent_numbers(number)[0] for number in right] == [f"CN{number}" for number in right]
