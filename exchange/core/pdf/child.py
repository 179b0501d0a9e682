"""The renderer child: started as ``python -I child.py ROOT TEMPLATES SCRATCH`` with an empty environment.

It serves one request after another from its standard input until that ends. It holds no key and no address of a
database, cannot open a network where the kernel lets it give that up, and dies of its own limits.
"""

import contextlib
import ctypes
import gc
import os
import resource
import sys
import tempfile
from typing import Any, BinaryIO

CPU_SECONDS = 60
FILE_BYTES = 100 * 1024 * 1024
ADDRESS_BYTES = 1536 * 1024 * 1024
DESCRIPTORS = 64
CLONE_NEWUSER = 0x10000000
CLONE_NEWNET = 0x40000000


def limit_process() -> None:
    """Memory, file size and descriptors are bounded for good."""
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_BYTES, ADDRESS_BYTES))
    resource.setrlimit(resource.RLIMIT_FSIZE, (FILE_BYTES, FILE_BYTES))
    resource.setrlimit(resource.RLIMIT_NOFILE, (DESCRIPTORS, DESCRIPTORS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def allow_cpu_time() -> None:
    """Each request may use so many more seconds of processor time."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(usage.ru_utime + usage.ru_stime) + CPU_SECONDS + 1, hard))


def leave_network() -> bool:
    """The process moves to a network namespace without interfaces; False where the kernel forbids it."""
    libc = ctypes.CDLL(None, use_errno=True)
    return any(libc.unshare(flags) == 0 for flags in (CLONE_NEWUSER | CLONE_NEWNET, CLONE_NEWNET))


def open_pipes() -> tuple[BinaryIO, BinaryIO]:
    """The two pipes to the parent; stray prints go nowhere."""
    requests = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 0)
    os.dup2(nowhere, 1)
    return requests, answers


def answer(request: dict[str, Any], body: bytes) -> tuple[dict[str, Any], bytes]:
    """One request is carried out; a refusal or an error becomes a code."""
    from exchange.core.pdf import inspection, typesetting
    from exchange.core.sandbox.refusal import Refusal

    acts = {**typesetting.ACTS, **inspection.ACTS}
    try:
        return acts[request.pop("act")](request, body)
    except Refusal as refusal:
        return {"code": refusal.code, "details": refusal.details}, b""
    except MemoryError:
        return {"code": "RENDER_LIMIT", "details": {"limit": "memory"}}, b""
    except BaseException as error:  # forbidden addresses raise above Exception; the parent ends this process after it
        return {"code": "RENDER_FAILED", "details": {"error": f"{type(error).__name__}: {error}"[:2000]}}, b""


def main(root: str, templates: str, scratch: str) -> None:
    """Requests are answered one by one until the parent closes the pipe."""
    requests, answers = open_pipes()
    os.chdir(scratch)
    tempfile.tempdir = scratch
    sys.path.insert(0, root)
    isolated = leave_network()
    limit_process()

    from exchange.core.pdf import typesetting
    from exchange.core.sandbox import wire

    typesetting.prepare(templates.split(os.pathsep))
    gc.freeze()
    gc.disable()  # a document is short; what it leaves is collected after its answer
    wire.write_message(answers, {"isolated": isolated})
    with contextlib.suppress(wire.WireBroken):
        while True:
            request, body = wire.read_message(requests)
            allow_cpu_time()
            head, result = answer(request, body)
            wire.write_message(answers, head, result)
            gc.collect()


if __name__ == "__main__":
    main(*sys.argv[1:4])
