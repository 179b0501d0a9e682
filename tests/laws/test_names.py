"""One name finds it all: the move, its operation, its URL, its permission and its event."""

import ast
import re

import pytest

from exchange.core.database import OPERATIONS
from exchange.core.states import MACHINES
from exchange.core.web.policy import POLICIES
from tests.laws.declared import import_everything
from tests.laws.source import place, product, sources

import_everything()
SENTENCE = re.compile(r"\S.*[.!?。)]$", re.DOTALL)


# Moves that a machine has and nothing makes yet; each line goes when its operation comes.
WAITING = {
    "deal": {"sign", "settle", "rescind"},
    "guarantee": {"call"},
}


def operations_of(noun: str, verb: str) -> list[str]:
    """The operations that the move's name leads to: `approve_pledge`, or a longer name that begins so."""
    return [name for name in OPERATIONS if name == f"{verb}_{noun}" or name.startswith(f"{verb}_{noun}_") or (name.startswith(f"{verb}_") and name.endswith(noun))]


def moved_in_source() -> set[tuple[str, str]]:
    """(MACHINE, move) for each `MACHINE.move(thing, "verb", …)` in the code."""
    found = set()
    for source in product():
        for call in source.calls():
            if isinstance(call.func, ast.Attribute) and call.func.attr in ("move", "check") and len(call.args) > 1:
                verb = call.args[1]
                if isinstance(verb, ast.Constant) and isinstance(verb.value, str):
                    found.add((ast.unparse(call.func.value), verb.value))
                elif isinstance(verb, ast.IfExp):
                    found |= {(ast.unparse(call.func.value), part.value) for part in (verb.body, verb.orelse) if isinstance(part, ast.Constant)}
    return found


@pytest.mark.parametrize("noun", sorted(MACHINES))
def test_each_move_is_made_by_an_operation_of_its_name(noun: str) -> None:
    literal = {verb for _, verb in moved_in_source()}
    verbs = {row.name for row in MACHINES[noun].moves}
    unmade = {verb for verb in verbs if not operations_of(noun, verb) and verb not in literal}
    assert sorted(unmade - WAITING.get(noun, set())) == []


def test_each_operation_promises_something_in_one_sentence() -> None:
    silent = [name for name, function in OPERATIONS.items() if not name.startswith("_") and not SENTENCE.fullmatch((function.__doc__ or "").strip().split("\n\n")[0])]
    assert [name for name in silent if not OPERATIONS[name].__module__.startswith("tests")] == []


def test_an_operation_is_a_verb_and_a_noun() -> None:
    features = {name for name, function in OPERATIONS.items() if not function.__module__.startswith(("tests", "exchange.core"))}
    assert sorted(name for name in features - {"post"} if "_" not in name) == []  # in accounting, one posts


def test_no_address_names_one_move_and_asks_for_the_right_to_another() -> None:
    wrong = []
    for policy in POLICIES.values():
        noun, _, verb = policy.permission.partition(":")
        if policy.method == "POST" and noun in MACHINES and policy.thing is not None and policy.thing.noun == noun:
            last = policy.rule.rstrip("/").rsplit("/", 1)[-1].replace("-", "_")
            if last != verb and last in {row.name for row in MACHINES[noun].moves}:
                wrong.append((policy.rule, policy.permission))
    assert wrong == []


def test_public_functions_say_what_they_promise() -> None:
    """Nine in ten of the public functions have a docstring; the rest have names that say it all."""
    functions = [(s, f) for s in product() for f in s.functions() if not f.name.startswith("_") and s.role in ("operations", "queries", "rules")]
    silent = [place(s, f.lineno, f.name) for s, f in functions if ast.get_docstring(f) is None]
    assert len(silent) <= len(functions) // 10, silent


def test_names_of_tests_are_sentences() -> None:
    short = [
        place(s, f.lineno, f.name)
        for s in sources("tests")
        for f in s.functions()
        if f.name.startswith("test_") and f.name.count("_") < 2
    ]
    assert len(short) <= 20, short
