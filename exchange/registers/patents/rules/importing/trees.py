"""XML and JSON from strangers: bounded in depth and size, without entities, without the network."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ElementTree  # noqa: TID251  (only the tree classes; parsing is defusedxml's)
from typing import Any

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from exchange.core.errors import Invalid
from exchange.registers.patents.rules.importing.limits import Limits

DECLARATION = re.compile(rb"(?=<\?xml\s)")


class _TooMuch(Exception):
    """The tree is deeper or larger than allowed."""


class _Builder(ElementTree.TreeBuilder):
    def __init__(self, limits: Limits) -> None:
        super().__init__()
        self.depth = self.count = 0
        self.limits = limits

    def start(self, tag: Any, attrs: Any, /) -> Any:
        self.depth += 1
        self.count += 1
        if self.depth > self.limits.xml_depth or self.count > self.limits.xml_elements:
            raise _TooMuch
        return super().start(tag, attrs)

    def end(self, tag: Any, /) -> Any:
        self.depth -= 1
        return super().end(tag)


def read_xml(content: bytes, *, limits: Limits) -> ElementTree.Element:
    """The root of one XML document; entities and external subsets are never read."""
    parser = DefusedXMLParser(target=_Builder(limits), forbid_dtd=False, forbid_entities=True, forbid_external=True)
    try:
        parser.feed(content)
        root = parser.close()
    except DefusedXmlException as cause:
        raise Invalid("XML_ENTITY", field="file") from cause
    except _TooMuch as cause:
        raise Invalid("XML_LIMIT", field="file") from cause
    except ElementTree.ParseError as cause:
        raise Invalid("XML_BROKEN", field="file", line=cause.position[0]) from cause
    except (ValueError, LookupError) as cause:
        raise Invalid("XML_BROKEN", field="file", line=1) from cause
    if not isinstance(root, ElementTree.Element):
        raise Invalid("XML_BROKEN", field="file", line=1)
    return root


def documents(content: bytes) -> list[bytes]:
    """The XML documents that stand one after the other in a file."""
    parts = [part for part in DECLARATION.split(content) if part.strip()]
    return parts or [content]


def read_json(text: str, *, limits: Limits) -> list[Any]:
    """The records of a JSON text: a list, one object, or one object a line; numbers stay text."""
    try:
        whole = _load(text)
    except _BadJson as problem:
        whole = _lines(text, problem)
    except RecursionError as cause:
        raise Invalid("JSON_LIMIT", field="file") from cause
    records = whole if isinstance(whole, list) else [whole]
    if len(records) > limits.rows:
        raise Invalid("TOO_MANY_ROWS", field="file", limit=limits.rows)
    if any(_deeper(record, limits.json_depth) for record in records):
        raise Invalid("JSON_LIMIT", field="file")
    return records


class _BadJson(ValueError):
    """The text is no JSON; ``line`` says where."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


def _load(text: str) -> Any:
    try:
        return json.loads(
            text, object_pairs_hook=_once, parse_int=str, parse_float=str, parse_constant=_refuse_constant
        )
    except json.JSONDecodeError as cause:
        raise _BadJson(cause.lineno) from cause
    except ValueError as cause:
        raise _BadJson(1) from cause


def _lines(text: str, problem: _BadJson) -> list[Any]:
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) < 2:
        raise Invalid("JSON_BROKEN", field="file", line=problem.line)
    records = []
    for number, line in enumerate(lines, start=1):
        try:
            records.append(_load(line))
        except _BadJson as cause:
            raise Invalid("JSON_BROKEN", field="file", line=number) from cause
        except RecursionError as cause:
            raise Invalid("JSON_LIMIT", field="file") from cause
    return records


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    record = dict(pairs)
    if len(record) != len(pairs):
        raise ValueError("a key stands twice")
    return record


def _refuse_constant(name: str) -> Any:
    raise ValueError(name)


def _deeper(value: Any, depth: int) -> bool:
    level = [value]
    for _ in range(depth):
        level = [
            inner for each in level
            for inner in (each.values() if isinstance(each, dict) else each if isinstance(each, list) else ())
        ]
        if not level:
            return False
    return True
