"""The blob store: bytes under their own digest, written whole or not at all."""

import hashlib
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, Protocol

from exchange.core.database import failpoint
from exchange.core.errors import DomainError

PART = 1024 * 1024
DIGEST = re.compile(r"[0-9a-f]{64}")


class BlobStore(Protocol):
    """Where bytes lie; S3 or a folder."""

    def put(self, source: BinaryIO, *, limit: int | None = None) -> tuple[str, int]:
        """Keep all bytes of a stream; their digest and number come back."""

    def open(self, sha256: str) -> BinaryIO:
        """Read the bytes of a digest."""

    def delete(self, sha256: str) -> None:
        """Forget the bytes of a digest."""

    def list(self) -> Iterator[str]:
        """Every digest kept."""


class TooLong(Exception):
    """The stream holds more than the limit."""


def fsync_folder(folder: Path) -> None:
    """The folder's own entries are on the disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class FolderStore:
    """Blobs as files ``ab/cd/<sha256>`` of one folder outside the web root."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.partial = folder / "partial"

    def path_of(self, sha256: str) -> Path:
        """Where the bytes of a digest lie."""
        if not DIGEST.fullmatch(sha256):
            raise ValueError("not a digest")
        return self.folder / sha256[:2] / sha256[2:4] / sha256

    def put(self, source: BinaryIO, *, limit: int | None = None) -> tuple[str, int]:
        """Keep all bytes of a stream: temporary file, flush to disk, rename, flush the folder."""
        self.partial.mkdir(parents=True, exist_ok=True, mode=0o700)
        partial = self.partial / secrets.token_hex(16)
        try:
            digest, size = self._write(source, partial, limit)
            failpoint("blob.synced")
            self._place(partial, digest)
        except OSError as error:
            raise DomainError("STORAGE_FULL") if error.errno == 28 else error from error
        finally:
            partial.unlink(missing_ok=True)
        return digest, size

    def _write(self, source: BinaryIO, partial: Path, limit: int | None) -> tuple[str, int]:
        total, size = hashlib.sha256(), 0
        with partial.open("xb") as file:
            while part := source.read(PART):
                size += len(part)
                if limit is not None and size > limit:
                    raise TooLong
                total.update(part)
                file.write(part)
            failpoint("blob.temporary")
            file.flush()
            os.fsync(file.fileno())
        return total.hexdigest(), size

    def _place(self, partial: Path, digest: str) -> None:
        target = self.path_of(digest)
        if target.exists():
            os.utime(target)
            return
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        partial.replace(target)
        failpoint("blob.renamed")
        fsync_folder(target.parent)
        fsync_folder(target.parent.parent)
        fsync_folder(self.folder)

    def open(self, sha256: str) -> BinaryIO:
        """Read the bytes of a digest."""
        return self.path_of(sha256).open("rb")

    def delete(self, sha256: str) -> None:
        """Forget the bytes of a digest."""
        with suppress(FileNotFoundError):
            self.path_of(sha256).unlink()

    def list(self) -> Iterator[str]:
        """Every digest kept."""
        for path in self.folder.glob("??/??/*"):
            if DIGEST.fullmatch(path.name):
                yield path.name

    def age(self, sha256: str, now: float) -> float:
        """Seconds since the bytes were last put."""
        return now - self.path_of(sha256).stat().st_mtime
