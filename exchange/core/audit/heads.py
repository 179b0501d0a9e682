"""Making heads: a Merkle root over each chain's event hashes, signed and put outside the database.

The signed document is canonical JSON: ``{"v", "time", "key", "alg", "chains": [{"chain", "size", "root"}], "previous"}``.
"""

import hashlib
import json
import os
from collections import defaultdict
from pathlib import Path
from typing import Any

import rfc8785
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from flask import current_app
from sqlalchemy import select

from exchange.core import clock
from exchange.core.access import SUPERVISOR, Actor
from exchange.core.audit.merkle import Tree, leaf
from exchange.core.audit.models import AuditHead, Countersignature
from exchange.core.database import add, after_commit, db, operation
from exchange.core.errors import Conflict, NotFound, Unavailable
from exchange.core.events import ChainHead, Event, note
from exchange.core.settings import Settings

FORMAT, ENCODING = serialization.PublicFormat, serialization.Encoding
WARN_AFTER_HOURS = 72


def settings() -> Settings:
    """The settings of this application."""
    found: Settings = current_app.extensions["zhirong.settings"]
    return found


def head_key() -> Ed25519PrivateKey:
    """The key that signs heads; a demonstration or test makes its own."""
    path = settings().HEAD_KEY_FILE or settings().DATA_DIR / "keys" / "head.key.pem"
    if not path.exists():
        if settings().is_production:
            raise Unavailable("UNAVAILABLE")
        make_head_key(path)
    key = serialization.load_pem_private_key(path.read_bytes(), None)
    if not isinstance(key, Ed25519PrivateKey):
        raise TypeError("the head key is an Ed25519 key")
    return key


def make_head_key(path: Path) -> None:
    """A new key lies in the file, which only its owner can read; a key that is there stays."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    content = Ed25519PrivateKey.generate().private_bytes(
        ENCODING.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
    try:
        os.link(partial, path)
    except FileExistsError:
        return
    finally:
        partial.unlink()


def public_key() -> bytes:
    """The public half of the head key, as PEM."""
    return head_key().public_key().public_bytes(ENCODING.PEM, FORMAT.SubjectPublicKeyInfo)


def key_name(key: Ed25519PublicKey) -> str:
    """The beginning of the digest of a public key."""
    return hashlib.sha256(key.public_bytes(ENCODING.Raw, FORMAT.Raw)).hexdigest()[:16]


def event_hashes() -> dict[int, list[str]]:
    """The hashes of every chain in their order, as the rows say."""
    found: dict[int, list[str]] = defaultdict(list)
    for chain, hash_ in db.session.execute(select(Event.chain, Event.hash).order_by(Event.chain, Event.seq)):
        found[chain].append(hash_)
    return dict(found)


def tree_of(hashes: list[str]) -> Tree:
    """The Merkle tree over a chain's hashes."""
    return Tree([leaf(bytes.fromhex(each)) for each in hashes])


def newest_head() -> AuditHead | None:
    """The last head made."""
    return db.session.scalar(select(AuditHead).order_by(AuditHead.id.desc()).limit(1))


def printed() -> str:
    """Size and beginning of the root of the newest head, for the foot of documents; empty before the first."""
    head = newest_head()
    return head.short if head else ""


def make_head() -> AuditHead:
    """The chains as they stand are signed; the head is written in the database and beside it."""
    before, document = draw_up()
    return store_head(document, previous=before)


def draw_up() -> tuple[str, bytes]:
    """The digest of the newest head and the document of the next; long chains take a while, so no transaction waits for it."""
    key, before = head_key(), newest_head()
    chains: list[dict[str, Any]] = [
        {"chain": chain, "size": len(hashes), "root": tree_of(hashes).root().hex()}
        for chain, hashes in sorted(event_hashes().items())
    ]
    previous = before.digest if before else ""
    return previous, rfc8785.dumps({
        "v": 1, "time": clock.now().isoformat(timespec="seconds"), "key": key_name(key.public_key()), "alg": "ed25519",
        "chains": chains, "previous": previous,
    })  # fmt: skip


@operation
def store_head(document: bytes, *, previous: str) -> AuditHead:
    """The head is signed and kept, unless another was made in between."""
    db.session.execute(select(ChainHead.id).order_by(ChainHead.chain).with_for_update())  # heads are stored one at a time
    newest = newest_head()
    if (newest.digest if newest else "") != previous:
        raise Conflict("STALE_VERSION")
    chains = json.loads(document)["chains"]
    made = AuditHead(
        at=clock.now(), size=sum(chain["size"] for chain in chains), root=combined_root(chains), document=document,
        digest=hashlib.sha256(document).hexdigest(), signature=head_key().sign(document).hex(),
    )  # fmt: skip
    add(made)
    db.session.flush()
    line, number = head_line(made), made.id
    after_commit(lambda: keep_outside(line, number))
    return made


def combined_root(chains: list[dict[str, Any]]) -> str:
    """The root of the only chain, or the digest over the roots of several."""
    if len(chains) == 1:
        return str(chains[0]["root"])
    return hashlib.sha256("".join(str(chain["root"]) for chain in chains).encode()).hexdigest()


def head_line(head: AuditHead) -> str:
    """A head as one line of JSON."""
    return json.dumps({"document": head.document.decode(), "signature": head.signature}, ensure_ascii=False)


def keep_outside(line: str, number: int) -> None:
    """The head lies beside the database too, with the public key, so that copies can be taken."""
    folder = settings().DATA_DIR / "heads"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "head.pub.pem").write_bytes(public_key())
    path = folder / f"{number:08d}.json"
    partial = folder / f".{path.name}"
    partial.write_text(line + "\n")
    partial.replace(path)


def heads(limit: int = 200) -> list[AuditHead]:
    """The heads, newest first."""
    return list(db.session.scalars(select(AuditHead).order_by(AuditHead.id.desc()).limit(limit)))


def head_by_id(public_id: str) -> AuditHead:
    """The head of this name."""
    found = db.session.scalar(select(AuditHead).where(AuditHead.public_id == public_id))
    if found is None:
        raise NotFound()
    return found


def proof_for(event_public_id: str, actor: Actor) -> dict[str, Any]:
    """The inclusion proof of an event of the actor's own organisation; supervisors get any."""
    owner = db.session.scalar(select(Event.organisation_id).where(Event.public_id == event_public_id))
    if owner is None or (owner != actor.organisation_public_id and not SUPERVISOR.fits_role(actor)):
        raise NotFound()
    return inclusion_proof(event_public_id)


def chain_in(head: AuditHead, chain: int = 0) -> dict[str, Any]:
    """What a head says of one chain."""
    for said in json.loads(head.document)["chains"]:
        if said["chain"] == chain:
            return dict(said)
    return {"chain": chain, "size": 0, "root": ""}


def consistency_proof(old: AuditHead, new: AuditHead, chain: int = 0) -> list[str]:
    """The proof that the newer head only added events to the older one."""
    tree = tree_of(event_hashes().get(chain, []))
    return [step.hex() for step in tree.consistency(chain_in(old, chain)["size"], chain_in(new, chain)["size"])]


def inclusion_proof(event_public_id: str) -> dict[str, Any]:
    """The proof that one event stands under the first head made after it."""
    event = db.session.scalar(select(Event).where(Event.public_id == event_public_id))
    if event is None:
        raise NotFound()
    later = select(AuditHead).where(AuditHead.at >= event.at).order_by(AuditHead.id)
    for head in db.session.scalars(later):
        said = chain_in(head, event.chain)
        if said["size"] >= event.seq:
            tree = tree_of(event_hashes()[event.chain])
            path = [step.hex() for step in tree.inclusion(event.seq - 1, said["size"])]
            return {
                "chain": event.chain, "seq": event.seq, "hash": event.hash, "prev": event.prev, "payload": event.payload.decode(),
                "size": said["size"], "root": said["root"], "path": path, "head": json.loads(head_line(head)),
            }  # fmt: skip
    raise Conflict("HEAD_NOT_YET")


@operation
def countersign_head(head: AuditHead, *, actor: Actor) -> Countersignature:
    """A supervisor confirms once for the organisation that this head was seen."""
    known = select(Countersignature).where(
        Countersignature.head_id == head.id, Countersignature.organisation_id == actor.organisation_id
    )
    found = db.session.scalar(known)
    if found is not None:
        return found
    made = Countersignature(
        head_id=head.id, organisation_id=actor.organisation_id, person_id=actor.user_id, organisation_name=actor.organisation_name
    )
    add(made)
    note(head, "countersign", actor, noun="audit_head", digest=head.digest)
    db.session.flush()
    return made


def countersignatures(head: AuditHead) -> list[Countersignature]:
    """Who counter-signed a head."""
    return list(db.session.scalars(select(Countersignature).where(Countersignature.head_id == head.id).order_by(Countersignature.id)))
