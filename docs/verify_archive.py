#!/usr/bin/env python3
"""Verify the archive of a valuation report with nothing but Python's standard library.

    python3 verify_archive.py [FOLDER]

Checked are the digest of every file against manifest.json, the hash of every event, its place under the signed Merkle
head (RFC 6962), and the head's signature (through the ``openssl`` command, with the key in the archive; compare that key
with one you kept yourself). Exit 0: good. 1: changed; each damage is named. 2: something could not be checked.
"""

import hashlib
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile


def check_files(folder):
    """Every listed file is there and has its digest; nothing else is there."""
    listed = {row["path"]: row["sha256"] for row in json.loads((folder / "manifest.json").read_text("utf-8"))["files"]}
    present = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts}
    damages = [f"missing: {name}" for name in sorted(set(listed) - present)]
    damages += [f"not listed: {name}" for name in sorted(present - set(listed) - {"manifest.json"})]
    for name in sorted(set(listed) & present):
        if hashlib.sha256((folder / name).read_bytes()).hexdigest() != listed[name]:
            damages.append(f"changed: {name}")
    return damages


def event_hash(event):
    numbers = event["chain"].to_bytes(8, "big") + event["seq"].to_bytes(8, "big")
    try:
        prev = bytes.fromhex(event["prev"])
    except ValueError:
        prev = event["prev"].encode()
    return hashlib.sha256(b"zhirong.event.v1" + numbers + prev + event["payload"].encode()).hexdigest()


def root_of(event):
    """The root that the proof of an event leads to (RFC 9162, 2.1.3.2), or None."""
    number, last = event["seq"] - 1, event["size"] - 1
    found = hashlib.sha256(b"\x00" + bytes.fromhex(event["hash"])).digest()
    for step in map(bytes.fromhex, event["path"]):
        if last == 0:
            return None
        if number & 1 or number == last:
            found = hashlib.sha256(b"\x01" + step + found).digest()
            while not number & 1 and number:
                number, last = number >> 1, last >> 1
        else:
            found = hashlib.sha256(b"\x01" + found + step).digest()
        number, last = number >> 1, last >> 1
    return found.hex() if last == 0 else None


def check_events(lines):
    """Hashes and proofs of the events; damages and what waits for a head."""
    damages, waiting = [], []
    head = lines[0]["head"]
    roots = {said["chain"]: said["root"] for said in json.loads(head["document"])["chains"]} if head else {}
    for event in lines[1:]:
        name = f"event {event['chain']}/{event['seq']}"
        if event_hash(event) != event["hash"]:
            damages.append(f"{name}: hash")
        elif event["path"] is None:
            waiting.append(name)
        elif root_of(event) != roots.get(event["chain"]):
            damages.append(f"{name}: proof")
    return damages, waiting


def check_signature(lines):
    """Whether the head's signature fits the key; None when openssl is missing."""
    head, openssl = lines[0]["head"], shutil.which("openssl")
    if head is None or openssl is None:
        return None
    with tempfile.TemporaryDirectory() as place:
        folder = pathlib.Path(place)
        (folder / "key.pem").write_text(lines[0]["key"])
        (folder / "document").write_bytes(head["document"].encode())
        (folder / "signature").write_bytes(bytes.fromhex(head["signature"]))
        done = subprocess.run(
            [openssl, "pkeyutl", "-verify", "-pubin", "-inkey", "key.pem", "-rawin", "-in", "document", "-sigfile", "signature"],
            cwd=folder, capture_output=True, check=False,
        )
    return done.returncode == 0


def main(folder):
    damages = check_files(folder)
    lines = [json.loads(line) for line in (folder / "events" / "events.jsonl").read_text("utf-8").splitlines() if line.strip()]
    broken, waiting = check_events(lines)
    damages += broken
    signed = check_signature(lines)
    if signed is False:
        damages.append("head: signature")
    for damage in damages:
        print("CHANGED", damage)
    for name in waiting:
        print("NOT CHECKED", name, "was written after the newest head")
    if signed is None:
        print("NOT CHECKED the head's signature: there is no head yet, or no openssl")
    print(f"{len(lines) - 1} events: {'changed' if damages else 'good'}")
    return 1 if damages else (2 if signed is None or waiting else 0)


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".")))
