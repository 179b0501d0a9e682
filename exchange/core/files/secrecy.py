"""Files at rest under a key of their own, which the master key wraps; without it the bytes are noise for good.

A data room's files are kept so. Closing the room destroys the wrapped keys (``shred``), not the bytes.
"""

import base64
import os
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from exchange.core.errors import Invalid, Unavailable
from exchange.core.settings import Settings

KEY_BYTES, NONCE_BYTES = 32, 12


def master_key(settings: Settings) -> bytes:
    """The key that wraps; a demonstration or test makes its own, production brings it."""
    path = settings.MASTER_KEY_FILE or settings.DATA_DIR / "keys" / "master.key"
    if not path.exists():
        if settings.is_production:
            raise Unavailable("UNAVAILABLE")
        make_master_key(path)
    key = path.read_bytes()
    if len(key) != KEY_BYTES:
        raise ValueError(f"{path} does not hold {KEY_BYTES} bytes")
    return key


def make_master_key(path: Path) -> None:
    """A new key lies in the file, which only its owner can read; a key that is there stays."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    partial = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(secrets.token_bytes(KEY_BYTES))
    try:
        os.link(partial, path)
    except FileExistsError:
        return
    finally:
        partial.unlink()


def lock_bytes(content: bytes, key: bytes, purpose: bytes) -> bytes:
    """The content under a key, bound to its purpose."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, content, purpose)


def unlock_bytes(locked: bytes, key: bytes, purpose: bytes) -> bytes:
    """The content behind locked bytes; any change of them is refused."""
    try:
        return AESGCM(key).decrypt(locked[:NONCE_BYTES], locked[NONCE_BYTES:], purpose)
    except InvalidTag:
        raise Invalid("FILE_DAMAGED") from None


def encrypt(content: bytes, master: bytes) -> tuple[bytes, str]:
    """The content under a new key, and that key wrapped by the master key."""
    key = AESGCM.generate_key(KEY_BYTES * 8)
    wrapped = lock_bytes(key, master, b"zhirong file key")
    return lock_bytes(content, key, b"zhirong file"), base64.b64encode(wrapped).decode()


def decrypt(locked: bytes, wrapped: str, master: bytes) -> bytes:
    """The content behind locked bytes and their wrapped key."""
    key = unlock_bytes(base64.b64decode(wrapped), master, b"zhirong file key")
    return unlock_bytes(locked, key, b"zhirong file")
