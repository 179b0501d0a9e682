"""Frames on a pipe between the server and the renderer child: eight bytes of length, then that many bytes."""

import json
import struct
from collections.abc import Mapping
from typing import Any, BinaryIO

LENGTH = struct.Struct(">Q")
LARGEST_FRAME = 256 * 1024 * 1024


class WireBroken(Exception):
    """The other end of the pipe is gone or speaks nonsense."""


def write_frame(pipe: BinaryIO, body: bytes) -> None:
    """One frame is written whole."""
    pipe.write(LENGTH.pack(len(body)))
    pipe.write(body)


def read_exactly(pipe: BinaryIO, size: int) -> bytes:
    """Exactly so many bytes come back, or the wire is broken."""
    parts: list[bytes] = []
    while size:
        part = pipe.read(min(size, 1 << 20))
        if not part:
            raise WireBroken("the pipe ended early")
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def read_frame(pipe: BinaryIO) -> bytes:
    """One frame is read whole."""
    (size,) = LENGTH.unpack(read_exactly(pipe, LENGTH.size))
    if size > LARGEST_FRAME:
        raise WireBroken("the frame is too large")
    return read_exactly(pipe, size)


def write_message(pipe: BinaryIO, head: Mapping[str, Any], body: bytes = b"") -> None:
    """A message is a JSON head and a body of bytes."""
    write_frame(pipe, json.dumps(head, ensure_ascii=False).encode())
    write_frame(pipe, body)
    pipe.flush()


def read_message(pipe: BinaryIO) -> tuple[dict[str, Any], bytes]:
    """The head and the body of the next message."""
    head: dict[str, Any] = json.loads(read_frame(pipe))
    return head, read_frame(pipe)
