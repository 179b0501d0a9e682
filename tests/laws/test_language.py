"""Both languages, everywhere: the Chinese catalogue is complete and no word slips past it."""

import re

from exchange.core.errors import CODES
from exchange.core.i18n import in_both
from exchange.translations import check
from exchange.translations.literals import literals
from exchange.translations.sources import EVERYWHERE
from tests.laws import declared
from tests.laws.source import ROOT

CHINESE = re.compile(r"[\u4e00-\u9fff]")
declared.import_everything()


def test_every_module_can_be_imported() -> None:
    assert declared.BROKEN == {}


def test_every_marked_sentence_has_its_chinese() -> None:
    assert check.missing([]) == []


def test_no_sentence_has_two_translations() -> None:
    assert check.differing() == []


def test_translations_keep_their_placeholders() -> None:
    assert check.unlike() == []


def test_templates_hold_no_unmarked_words() -> None:
    assert literals([ROOT / "templates"]) == []


def test_the_check_finds_what_is_missing() -> None:
    assert EVERYWHERE
    assert check.missing([ROOT / "tests" / "laws" / "planted_sentence.py"]) == ["tests/laws/planted_sentence.py:5: Nobody translates this sentence"]


def placeholders(sentence: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", sentence))


def test_each_code_has_a_sentence_in_both_languages() -> None:
    spoken = {name: in_both(code.sentence) for name, code in CODES.items()}
    cited = re.compile(r"\([^)]*\)")  # a law is cited by its own name, in brackets
    assert [name for name, said in spoken.items() if CHINESE.search(cited.sub("", said["en"]))] == []
    assert [name for name, said in spoken.items() if not CHINESE.search(said["zh"])] == []
    assert [name for name, said in spoken.items() if placeholders(said["en"]) != placeholders(said["zh"])] == []


def test_codes_are_upper_snake_with_an_http_status() -> None:
    assert [name for name in CODES if not re.fullmatch(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)*", name)] == []
    assert [name for name, code in CODES.items() if not 400 <= code.status <= 599] == []
