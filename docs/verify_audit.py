#!/usr/bin/env python3
"""Verify an export of Zhirong's event history with nothing but Python's standard library.

    python3 verify_audit.py EXPORT.jsonl [--heads HEADS.jsonl] [--key head.pub.pem]

Checked are the numbers, the links, the hashes, the Merkle roots and the signatures of every head (through the
``openssl`` command). Heads and key that you kept yourself count for more than those in the export: give them.
Exit 0: good. 1: tampered; each damage is named. 2: something could not be checked.
"""

import argparse
import base64
import hashlib
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

GENESIS = hashlib.sha256(b"zhirong.event.v1 genesis").hexdigest()


def event_hash(event):
    numbers = event["chain"].to_bytes(8, "big") + event["seq"].to_bytes(8, "big")
    try:
        prev = bytes.fromhex(event["prev"])
    except ValueError:
        prev = event["prev"].encode()
    return hashlib.sha256(b"zhirong.event.v1" + numbers + prev + event["payload"].encode()).hexdigest()


def roots(hashes, sizes):
    """The Merkle root (RFC 6962) over the first n hashes, for each n in sizes."""
    wanted, stack, found = set(sizes), [], {0: hashlib.sha256(b"").hexdigest()}
    for number, each in enumerate(hashes, 1):
        node, weight = hashlib.sha256(b"\x00" + bytes.fromhex(each)).digest(), 1
        while stack and stack[-1][1] == weight:
            left, _ = stack.pop()
            node, weight = hashlib.sha256(b"\x01" + left + node).digest(), weight * 2
        stack.append((node, weight))
        if number in wanted:
            total = stack[-1][0]
            for left, _ in reversed(stack[:-1]):
                total = hashlib.sha256(b"\x01" + left + total).digest()
            found[number] = total.hex()
    return found


def check_chain(events, first, damages):
    """Numbers, links and hashes; the computed hashes come back by chain."""
    hashes, last = {}, {}
    for event in events:
        chain, seq = event["chain"], event["seq"]
        before, prev = last.get(chain, (0, GENESIS) if first <= 1 else (seq - 1, event["prev"]))
        if seq > before + 1:
            damages.append(f"chain {chain} seq {before + 1}: MISSING up to {seq - 1}")
        elif seq <= before:
            damages.append(f"chain {chain} seq {seq}: ORDER")
        if event["prev"] != prev:
            damages.append(f"chain {chain} seq {seq}: LINK")
        computed = event_hash(event)
        if computed != event["hash"]:
            damages.append(f"chain {chain} seq {seq}: HASH")
        last[chain] = (seq, event["hash"])
        hashes.setdefault(chain, []).append(computed)
    return hashes


def check_heads(heads, hashes, whole, damages):
    """Links between heads, and the root that each states for each chain."""
    said = []
    for number, head in enumerate(heads, 1):
        try:
            said.append((number, head["document"].encode(), json.loads(head["document"])))
        except (ValueError, KeyError, AttributeError):
            damages.append(f"head {number}: HEAD_UNREADABLE")
    for (_, before, _a), (number, _b, after) in zip(said, said[1:], strict=False):
        if after["previous"] != hashlib.sha256(before).hexdigest():
            damages.append(f"head {number}: HEAD_LINK")
    if not whole:
        return
    stated = [(number, chain) for number, _c, document in said for chain in document["chains"]]
    for name in {chain["chain"] for _, chain in stated}:
        of_chain = [(number, chain) for number, chain in stated if chain["chain"] == name]
        found = roots(hashes.get(name, []), [chain["size"] for _, chain in of_chain])
        for number, chain in of_chain:
            if chain["size"] not in found:
                damages.append(f"chain {name} seq {len(hashes.get(name, [])) + 1}: TRUNCATED, head {number} knows {chain['size']}")
            elif found[chain["size"]] != chain["root"]:
                damages.append(f"chain {name} seq {chain['size']}: ROOT of head {number}, the history was rewritten")


def check_signatures(heads, key, damages, unable):
    """Every head's signature, through the openssl command."""
    openssl = shutil.which("openssl")
    if openssl is None or key is None:
        unable.append("signatures of heads: " + ("no public key" if openssl else "no openssl command"))
        return
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "key").write_text(key)
        for number, head in enumerate(heads, 1):
            try:
                (folder / "document").write_bytes(head["document"].encode())
                (folder / "signature").write_bytes(bytes.fromhex(head["signature"]))
            except (ValueError, KeyError, AttributeError):
                damages.append(f"head {number}: HEAD_SIGNATURE")
                continue
            files = ["-inkey", folder / "key", "-in", folder / "document", "-sigfile", folder / "signature"]
            done = subprocess.run([openssl, "pkeyutl", "-verify", "-pubin", "-rawin", *files], capture_output=True, check=False)
            text = (done.stdout + done.stderr).lower()
            if done.returncode == 0 and b"verified successfully" in text:
                continue
            if b"signature verification failure" in text:
                damages.append(f"head {number}: HEAD_SIGNATURE")
            else:
                unable.append(f"signature of head {number}: {text.decode(errors='replace').strip()[:200]}")


def read_lines(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip()]


def key_fingerprint(pem):
    """The beginning of the digest of an Ed25519 public key, as heads name it."""
    body = "".join(line for line in pem.splitlines() if line and not line.startswith("-"))
    return hashlib.sha256(base64.b64decode(body)[-32:]).hexdigest()[:16]


def verify(export, heads_path=None, key_path=None):
    """What is damaged and what could not be checked."""
    damages, unable = [], []
    try:
        entries = read_lines(export)
        about = next(entry for entry in entries if entry["kind"] == "export")
        events = [entry for entry in entries if entry["kind"] == "event"]
        heads = read_lines(heads_path) if heads_path else [entry for entry in entries if entry["kind"] == "head"]
        key = pathlib.Path(key_path).read_text() if key_path else about["key"]
        hashes = check_chain(events, about["from"], damages)
    except (OSError, ValueError, KeyError, TypeError, StopIteration, OverflowError) as error:
        return damages, [f"the files cannot be read: {error!r}"]
    if about["from"] > 1 or about["to"] is not None:
        unable.append("the export is a part: roots of heads were not compared")
    check_heads(heads, hashes, about["from"] <= 1 and about["to"] is None, damages)
    check_signatures(heads, key, damages, unable)
    if not heads:
        unable.append("there are no heads: a history rewritten from its beginning would not be noticed")
    if not (heads_path and key_path):
        print(f"note: heads or key come from the export itself (key {key_fingerprint(key)}); compare with what was published")
    print(f"{len(events)} events, {len(heads)} heads")
    return damages, unable


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("export")
    parser.add_argument("--heads")
    parser.add_argument("--key")
    chosen = parser.parse_args()
    damages, unable = verify(chosen.export, chosen.heads, chosen.key)
    for line in damages:
        print("TAMPERED", line)
    for line in unable:
        print("NOT CHECKED", line)
    print("good" if not damages and not unable else f"{len(damages)} damages, {len(unable)} not checked")
    return 1 if damages else 2 if unable else 0


if __name__ == "__main__":
    sys.exit(main())
