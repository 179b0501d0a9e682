"""The source as the laws see it: files, syntax trees, rooms, functions."""

import ast
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
WINGS = ("people", "registers", "market", "finance", "oversight")
ROOMS_THAT_ARE_WINGS = ("appraisals", "portal")
FILES_OF_A_ROOM = frozenset(
    {"states", "rules", "models", "queries", "operations", "schemas", "views", "api", "cli", "jobs", "handlers", "data", "__init__"}
)


@dataclass(frozen=True)
class Source:
    """One Python file of the project."""

    path: Path

    @property
    def name(self) -> str:
        """The path from the checkout's root, the way a person writes it."""
        return self.path.relative_to(ROOT).as_posix()

    @property
    def parts(self) -> tuple[str, ...]:
        """The path's parts without the suffix."""
        return self.path.relative_to(ROOT).with_suffix("").parts

    @property
    def text(self) -> str:
        """The file's text."""
        return _text(self.path)

    @property
    def tree(self) -> ast.Module:
        """The file's syntax tree."""
        return _tree(self.path)

    @property
    def comments(self) -> list[tuple[int, str]]:
        """Line and text of each comment."""
        return _comments(self.path)

    @property
    def role(self) -> str:
        """The name of the file (or of the package that took its place) inside a room; empty elsewhere."""
        parts = self.parts
        if parts[0] != "exchange" or len(parts) < 3:
            return ""
        at = 2 if parts[1] in ROOMS_THAT_ARE_WINGS else 3 if parts[1] in WINGS else len(parts)
        return parts[at] if len(parts) > at else ""

    def calls(self) -> Iterator[ast.Call]:
        """Every call in the file."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call):
                yield node

    def functions(self) -> Iterator["ast.FunctionDef | ast.AsyncFunctionDef"]:
        """Every function in the file."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield node

    def imports(self) -> Iterator[tuple[int, str]]:
        """Line and dotted name of everything imported, wherever it is."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from ((node.lineno, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


@cache
def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(_text(path), filename=str(path))


@cache
def _comments(path: Path) -> list[tuple[int, str]]:
    with path.open("rb") as file:
        return [(token.start[0], token.string) for token in tokenize.tokenize(file.readline) if token.type == tokenize.COMMENT]


@cache
def sources(*folders: str) -> tuple[Source, ...]:
    """The Python files under some folders of the checkout."""
    return tuple(Source(path) for folder in folders for path in sorted((ROOT / folder).rglob("*.py")) if "__pycache__" not in path.parts)


def product() -> tuple[Source, ...]:
    """The product's own code."""
    return sources("exchange", "valuation")


@cache
def rooms() -> tuple[Path, ...]:
    """The folders of all features."""
    found = [path for wing in WINGS for path in sorted((ROOT / "exchange" / wing).glob("*")) if (path / "__init__.py").exists()]
    return (*found, *(ROOT / "exchange" / name for name in ROOMS_THAT_ARE_WINGS if (ROOT / "exchange" / name / "__init__.py").exists()))


def dotted(node: ast.expr) -> str:
    """The dotted name that an expression spells, or nothing."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        before = dotted(node.value)
        return f"{before}.{node.attr}" if before else node.attr
    return ""


def length_of(function: "ast.FunctionDef | ast.AsyncFunctionDef") -> int:
    """The lines of a function without its decorators and docstring."""
    body = function.body
    has_docstring = bool(body) and isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant) and isinstance(body[0].value.value, str)
    said = (body[0].end_lineno or 0) - body[0].lineno + 1 if has_docstring else 0
    return (function.end_lineno or function.lineno) - function.lineno + 1 - said


def place(source: Source, line: int, what: str) -> str:
    """A finding as an editor can open it."""
    return f"{source.name}:{line}: {what}"
