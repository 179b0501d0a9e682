"""The history as a file: events, heads and proofs, one JSON line each, for whoever wants to verify it elsewhere."""

import json
from collections.abc import Collection, Iterator
from pathlib import Path

from sqlalchemy import select

from exchange.core.audit.heads import chain_in, consistency_proof, event_hashes, head_line, heads, newest_head, public_key, tree_of
from exchange.core.database import db
from exchange.core.events import Event


def export_lines(first: int = 1, last: int | None = None) -> Iterator[str]:
    """The export's lines: what it is, the events from first to last, all heads, the proofs between heads."""
    yield json.dumps({"kind": "export", "v": 1, "from": first, "to": last, "key": public_key().decode()})
    wanted = select(Event).where(Event.seq >= first).order_by(Event.chain, Event.seq)
    for event in db.session.scalars(wanted if last is None else wanted.where(Event.seq <= last)).yield_per(1000):
        yield json.dumps({
            "kind": "event", "chain": event.chain, "seq": event.seq, "prev": event.prev, "hash": event.hash,
            "payload": event.payload.decode(errors="replace"),
        }, ensure_ascii=False)  # fmt: skip
    made = list(reversed(heads(limit=100_000)))
    for head in made:
        yield json.dumps({"kind": "head", **json.loads(head_line(head))}, ensure_ascii=False)
    for old, new in zip(made, made[1:], strict=False):
        proof = consistency_proof(old, new)
        sizes = {"old": chain_in(old)["size"], "new": chain_in(new)["size"]}
        yield json.dumps({"kind": "consistency", "chain": 0, **sizes, "path": proof})


def export_to(path: Path, *, first: int = 1, last: int | None = None) -> int:
    """The export lies in the file, whole or not at all; the number of its lines comes back."""
    partial = path.with_name(f".{path.name}.partial")
    number = 0
    with partial.open("w", encoding="utf-8") as file:
        for line in export_lines(first, last):
            file.write(line + "\n")
            number += 1
    partial.replace(path)
    return number


def extract_lines(object_ids: Collection[str], *, without: Collection[str] = ()) -> Iterator[str]:
    """The events of some things, each with its proof under the newest head; one written since waits for the next head."""
    head = newest_head()
    yield json.dumps({"kind": "extract", "v": 1, "key": public_key().decode(), "head": json.loads(head_line(head)) if head else None})
    wanted = select(Event).where(Event.object_id.in_(list(object_ids)), Event.verb.not_in(list(without)), Event.outcome == "done")
    events = list(db.session.scalars(wanted.order_by(Event.chain, Event.seq)))
    hashes = event_hashes() if head is not None and events else {}
    trees = {chain: tree_of(hashes[chain]) for chain in {event.chain for event in events} if chain in hashes}
    for event in events:
        said = chain_in(head, event.chain) if head is not None else {"size": 0}
        proven = said["size"] >= event.seq
        path = [step.hex() for step in trees[event.chain].inclusion(event.seq - 1, said["size"])] if proven else None
        yield json.dumps({
            "kind": "event", "chain": event.chain, "seq": event.seq, "prev": event.prev, "hash": event.hash,
            "payload": event.payload.decode(), "size": said["size"] if proven else None, "path": path,
        }, ensure_ascii=False)  # fmt: skip
