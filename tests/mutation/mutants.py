"""Makes mutants of a module: one operator, comparison, number or condition of one function changed."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

SWAPS: dict[type[ast.AST], type[ast.AST]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.Pow: ast.Mult,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.And: ast.Or,
    ast.Or: ast.And,
}
SIGNS = dict(
    zip(
        SWAPS,
        ["+", "-", "*", "/", "//", "%", "**", "<", "<=", ">", ">=", "==", "!=", "is", "is not", "in", "not in", "and", "or"],
        strict=True,
    )
)


@dataclass(frozen=True)
class Mutant:
    """One change: where, what it was and what it is, and the code of the function that holds it."""

    module: str
    line: int
    function: str
    change: str
    code: CodeType
    arithmetic: int

    def __str__(self) -> str:
        return f"{self.module}:{self.line} {self.function}: {self.change}"


def _text(node: ast.AST) -> bool:
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


def changes(node: ast.AST) -> Iterator[tuple[str, int]]:
    """Yields what can be changed at a node: a name of the change, and which place of it."""
    if isinstance(node, (ast.BinOp, ast.AugAssign)) and type(node.op) in SWAPS:
        sides = (node.left, node.right) if isinstance(node, ast.BinOp) else (node.value,)
        if not any(_text(side) or isinstance(side, (ast.List, ast.Tuple)) for side in sides):
            yield "operator", 0
    elif isinstance(node, ast.Compare):
        yield from (("comparison", i) for i, operator in enumerate(node.ops) if type(operator) in SWAPS)
    elif isinstance(node, ast.BoolOp):
        yield "condition", 0
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.Not)):
        yield "sign", 0
    elif isinstance(node, ast.Constant) and isinstance(node.value, (int, float)):
        yield "constant", 0


def _changed(node: Any, kind: str, place: int) -> tuple[ast.AST, str]:
    if kind in ("operator", "condition"):
        new = SWAPS[type(node.op)]()
        told = f"{SIGNS[type(node.op)]} -> {SIGNS[type(new)]}"
        node.op = new
    elif kind == "comparison":
        new = SWAPS[type(node.ops[place])]()
        told = f"{SIGNS[type(node.ops[place])]} -> {SIGNS[type(new)]}"
        node.ops[place] = new
    elif kind == "sign":
        return node.operand, f"{'-' if isinstance(node.op, ast.USub) else 'not'} dropped"
    else:
        value = node.value
        node.value = (not value) if isinstance(value, bool) else value + 1 if isinstance(value, int) else value * 1.5 + (value == 0)
        told = f"{value!r} -> {node.value!r}"
    return node, told


class Exchange(ast.NodeTransformer):
    """Changes the node at one place of a tree walk."""

    def __init__(self, number: int, kind: str, place: int) -> None:
        self.number, self.kind, self.place = number, kind, place
        self.told, self.line, self.at = "", 0, -1

    def visit(self, node: ast.AST) -> Any:
        self.at += 1
        if self.at == self.number:
            self.line = getattr(node, "lineno", 0)
            new, self.told = _changed(node, self.kind, self.place)
            return new
        return self.generic_visit(node)


def _numbered(tree: ast.AST) -> Iterator[tuple[int, ast.AST]]:
    """Yields nodes in the order of `Exchange`."""
    number = -1
    stack = [tree]
    while stack:
        node = stack.pop()
        number += 1
        yield number, node
        stack.extend(reversed(list(ast.iter_child_nodes(node))))


def _bodies(tree: ast.Module) -> Iterator[tuple[str, ast.FunctionDef]]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            yield node.name, node
        elif isinstance(node, ast.ClassDef):
            yield from ((f"{node.name}.{item.name}", item) for item in node.body if isinstance(item, ast.FunctionDef))


def _code(code: CodeType, name: str) -> CodeType:
    for part in name.split("."):
        code = next(item for item in code.co_consts if isinstance(item, CodeType) and item.co_name == part)
    return code


def mutants(module: ModuleType) -> Iterator[Mutant]:
    """Yields every mutant of the functions and methods of a module; signatures, decorators and annotations stay."""
    path = Path(str(module.__file__))
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for name, function in _bodies(tree):
        for index, statement in enumerate(function.body):
            for number, node in _numbered(statement):
                for kind, place in changes(node):
                    held = copy.deepcopy(statement)
                    exchange = Exchange(number, kind, place)
                    function.body[index] = ast.fix_missing_locations(exchange.visit(held))
                    code = _code(compile(tree, str(path), "exec"), name)
                    function.body[index] = statement
                    arithmetic = int(kind in ("operator", "sign") or (kind == "constant" and not isinstance(node.value, bool)))  # type: ignore[attr-defined]  # a constant's
                    yield Mutant(module.__name__.removeprefix("valuation."), exchange.line, name, exchange.told, code, arithmetic)
