"""Verifying the chains: sequence, links, hashes, projections, roots, signatures, consistency with every head.

``check`` never trusts a column that can be computed. Its report ends in an exit code: 0 good, 1 tampered, 2 could not check.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import select

from exchange.core.audit.heads import head_line, heads, key_name, public_key, tree_of
from exchange.core.database import db
from exchange.core.events import GENESIS, ChainHead, Event, chain_hash

PROJECTIONS = {
    "public_id": "id", "actor_id": "actor", "organisation_id": "organisation", "session_id": "session", "request_id": "request",
    "noun": "noun", "object_id": "object", "verb": "verb", "from_state": "from", "to_state": "to", "outcome": "outcome",
}  # fmt: skip


@dataclass(frozen=True, order=True)
class Damage:
    """What is wrong, and where."""

    chain: int
    seq: int
    kind: str
    detail: str = ""

    def __str__(self) -> str:
        return f"chain {self.chain} seq {self.seq}: {self.kind}{' ' + self.detail if self.detail else ''}"


@dataclass
class Report:
    """What was checked and what was found."""

    events: int = 0
    heads: int = 0
    damages: list[Damage] = field(default_factory=list)
    unable: list[str] = field(default_factory=list)

    @property
    def exit_code(self) -> int:
        """0 good, 1 tampered, 2 could not check."""
        return 1 if self.damages else 2 if self.unable else 0

    def say(self, chain: int, seq: int, kind: str, detail: str = "") -> None:
        """One more damage."""
        self.damages.append(Damage(chain, seq, kind, detail))


@dataclass(frozen=True)
class Line:
    """One event as the database or an export has it."""

    chain: int
    seq: int
    prev: str
    hash: str
    payload: bytes


def check(lines: Iterable[Line], head_lines: Sequence[str], key: bytes | None, *, whole: bool = True) -> Report:
    """Events and heads are judged against each other."""
    report = Report()
    hashes = check_chains(lines, report, whole=whole)
    check_heads(head_lines, hashes if whole else None, key, report)
    return report


def check_chains(lines: Iterable[Line], report: Report, *, whole: bool) -> dict[int, list[str]]:
    """Sequence, links and hashes of every chain; the computed hashes come back."""
    hashes: dict[int, list[str]] = {}
    last: dict[int, tuple[int, str]] = {}
    for line in lines:
        seq, prev = last.get(line.chain, (0, GENESIS) if whole else (line.seq - 1, line.prev))
        check_place(line, seq, report)
        if line.prev != prev:
            report.say(line.chain, line.seq, "LINK")
        computed = recompute(line)
        if computed != line.hash:
            report.say(line.chain, line.seq, "HASH")
        last[line.chain] = (line.seq, line.hash)
        hashes.setdefault(line.chain, []).append(computed)
        report.events += 1
    return hashes


def recompute(line: Line) -> str:
    """The hash that the line should have; a link that is no digest gives one that fits nothing."""
    try:
        return chain_hash(line.chain, line.seq, line.prev, line.payload)
    except (ValueError, OverflowError):
        return hashlib.sha256(line.prev.encode()).hexdigest()


def check_place(line: Line, before: int, report: Report) -> None:
    """The number follows the one before it."""
    if line.seq > before + 1:
        report.say(line.chain, before + 1, "MISSING", f"up to {line.seq - 1}")
    elif line.seq <= before:
        report.say(line.chain, line.seq, "ORDER")


def check_heads(head_lines: Sequence[str], hashes: Mapping[int, list[str]] | None, key: bytes | None, report: Report) -> None:
    """Signatures, links and roots of every head; each root must be that of the chain's beginning."""
    verifier = load_key(key, report)
    trees = {chain: tree_of(found) for chain, found in (hashes or {}).items()}
    previous = ""
    for text in head_lines:
        document, said = check_head(text, verifier, report)
        if document is None:
            continue
        if report.heads and said["previous"] != previous:
            report.say(-1, report.heads + 1, "HEAD_LINK")
        previous = hashlib.sha256(document).hexdigest()
        report.heads += 1
        if hashes is not None:
            check_roots(said, hashes, trees, report)


def load_key(key: bytes | None, report: Report) -> Ed25519PublicKey | None:
    """The key that checks the heads, if there is one."""
    if key is None:
        report.unable.append("no public key: signatures of heads were not checked")
        return None
    loaded = serialization.load_pem_public_key(key)
    if not isinstance(loaded, Ed25519PublicKey):
        report.unable.append("the public key is of another kind")
        return None
    return loaded


def check_head(text: str, key: Ed25519PublicKey | None, report: Report) -> tuple[bytes | None, dict[str, Any]]:
    """The signature of one head; its document comes back."""
    try:
        line = json.loads(text)
        document, signature = line["document"].encode(), bytes.fromhex(line["signature"])
        said = json.loads(document)
    except (ValueError, KeyError, TypeError, AttributeError):
        report.say(-1, report.heads + 1, "HEAD_UNREADABLE")
        return None, {}
    if key is not None:
        try:
            key.verify(signature, document)
        except InvalidSignature:
            other = said.get("key") != key_name(key)
            report.say(-1, report.heads + 1, "HEAD_SIGNATURE", "other key" if other else "")
    return document, said


def check_roots(said: Mapping[str, Any], hashes: Mapping[int, list[str]], trees: Mapping[int, Any], report: Report) -> None:
    """What one head says of each chain is what the chain's beginning is."""
    for chain in said["chains"]:
        number, size = int(chain["chain"]), int(chain["size"])
        have = len(hashes.get(number, []))
        if have < size:
            report.say(number, have + 1, "TRUNCATED", f"a head knows {size} events")
        elif size and trees[number].root(size).hex() != chain["root"]:
            report.say(number, size, "ROOT", "the history before this head was rewritten")


def database_lines() -> Iterable[Line]:
    """Every event of the database, in the order of insertion within its chain."""
    for event in db.session.scalars(select(Event).order_by(Event.chain, Event.seq, Event.id)).yield_per(1000):
        yield Line(event.chain, event.seq, event.prev, event.hash, event.payload)


def check_projections(report: Report) -> None:
    """Every column is what the payload says, and the chains' heads are the last events."""
    for event in db.session.scalars(select(Event).order_by(Event.chain, Event.seq)).yield_per(1000):
        try:
            facts = json.loads(event.payload)
        except ValueError:
            report.say(event.chain, event.seq, "PAYLOAD")
            continue
        wrong = [column for column, name in PROJECTIONS.items() if getattr(event, column) != facts.get(name)]
        if event.at != datetime.fromisoformat(str(facts.get("at"))):
            wrong.append("at")
        if wrong:
            report.say(event.chain, event.seq, "PROJECTION", ", ".join(wrong))
    for head in db.session.scalars(select(ChainHead)):
        last = db.session.execute(select(Event.seq, Event.hash).where(Event.chain == head.chain).order_by(Event.seq.desc()).limit(1)).first()
        if last is None or (head.seq, head.hash) != tuple(last):
            report.say(head.chain, head.seq, "CHAIN_HEAD")


def verify_database(head_lines: Sequence[str] | None = None, key: bytes | None = None) -> Report:
    """The database against its own heads, or against heads that were kept outside."""
    outside = head_lines if head_lines is not None else [head_line(head) for head in reversed(heads(limit=100_000))]
    report = check(database_lines(), outside, key or public_key())
    check_projections(report)
    report.damages.sort()
    return report


def verify_export(export: Path, head_lines: Sequence[str] | None, key: bytes | None) -> Report:
    """An export against heads from elsewhere, or its own."""
    try:
        content = read_export(export)
    except (OSError, ValueError, KeyError) as error:
        return Report(unable=[f"cannot read {export}: {error}"])
    whole = content["from"] <= 1
    return check(content["lines"], head_lines or content["heads"], key or content["key"], whole=whole)


def read_export(path: Path) -> dict[str, Any]:
    """The lines, heads and key of an export."""
    lines, own_heads, key, first = [], [], None, 1
    for text in path.read_text(encoding="utf-8").splitlines():
        entry = json.loads(text)
        if entry["kind"] == "event":
            lines.append(Line(entry["chain"], entry["seq"], entry["prev"], entry["hash"], entry["payload"].encode()))
        elif entry["kind"] == "head":
            own_heads.append(json.dumps({"document": entry["document"], "signature": entry["signature"]}))
        elif entry["kind"] == "export":
            key, first = entry["key"].encode(), entry["from"]
    return {"lines": lines, "heads": own_heads, "key": key, "from": first}
