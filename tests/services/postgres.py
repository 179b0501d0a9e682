"""A private PostgreSQL cluster on a Unix socket, owned by an unprivileged user and reachable by no network.

Tests use a throw-away one (durability off, in a temporary folder, gone with its starter). `./dev run --db postgresql` keeps one in a
folder of the checkout: `python -m tests.services.postgres start DIR` prints its address, `stop DIR` ends it.
"""

import contextlib
import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

SUPERUSER = "zhirong"
REMEDY = "PostgreSQL is missing: apt-get install postgresql, or run the tests with --db sqlite."
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off", "shared_buffers=64MB", "max_connections=120")
KEPT = ("max_connections=60",)
STARTED_WITHIN_SECONDS = 30


class PostgresMissing(RuntimeError):
    """No PostgreSQL server is installed on this machine."""


@dataclass(frozen=True)
class Cluster:
    """A running cluster: where its socket is and who serves it."""

    folder: Path
    server: "subprocess.Popen[bytes]"

    @property
    def address(self) -> str:
        """Name the cluster without a database: `address_of(address, name)` adds one."""
        return str(self.folder)

    def stop(self) -> None:
        """End the server at once and remove all it kept."""
        self.server.send_signal(signal.SIGQUIT)
        self.server.wait(timeout=STARTED_WITHIN_SECONDS)
        shutil.rmtree(self.folder, ignore_errors=True)


def binaries() -> Path:
    """Find the newest installed server."""
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/postgres") if (path.parent / "initdb").exists()]
    if found:
        return max(found, key=lambda path: float(path.parent.name))
    on_path = shutil.which("postgres")
    if on_path is None:
        raise PostgresMissing(REMEDY)
    return Path(on_path).resolve().parent


def start() -> Cluster:
    """Start a throw-away cluster that dies with this process."""
    tools, owner = binaries(), _owner()
    folder = Path(tempfile.mkdtemp(prefix="zhirong-pg-", dir="/tmp"))
    _give(folder, owner)
    _initialise(tools, folder / "data", owner)
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(
            [tools / "postgres", "-D", folder / "data", *_options(folder, FAST)],
            stdout=log, stderr=log, cwd=folder, preexec_fn=_die_with_parent, **_as(owner),
        )
    cluster = Cluster(folder, server)
    try:
        _await_start(folder)
    except BaseException:
        print((folder / "log").read_text(errors="replace"), file=sys.stderr)
        cluster.stop()
        raise
    return cluster


def address_of(cluster: str, database: str) -> str:
    """Build SQLAlchemy's address of one database of the cluster."""
    return f"postgresql+psycopg://{SUPERUSER}@/{database}?host={cluster}&port=5432"


def create_database(cluster: str, name: str, *, template: str = "template0") -> str:
    """Make a database anew from a template and return its address."""
    with _maintenance(cluster) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template)))
    return address_of(cluster, name)


def rename_database(cluster: str, name: str, to: str) -> None:
    """Give a database that nobody uses another name."""
    with _maintenance(cluster) as connection:
        connection.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(name), sql.Identifier(to)))


def drop_database(cluster: str, name: str) -> None:
    """Remove a database and whoever still uses it."""
    with _maintenance(cluster) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def database_exists(cluster: str, name: str) -> bool:
    """Tell whether the cluster has a database of that name."""
    with _maintenance(cluster) as connection:
        return connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is not None


def _maintenance(cluster: str) -> "psycopg.Connection[tuple[object, ...]]":
    return psycopg.connect(host=cluster, port=5432, user=SUPERUSER, dbname="postgres", autocommit=True)


def _owner() -> pwd.struct_passwd | None:
    """PostgreSQL refuses to run as root: name the user who does instead."""
    if os.getuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise PostgresMissing("PostgreSQL does not run as root, and there is neither a user postgres nor nobody.")


def _as(owner: pwd.struct_passwd | None) -> dict[str, object]:
    return {} if owner is None else {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}


def _give(folder: Path, owner: pwd.struct_passwd | None) -> None:
    if owner is not None:
        os.chown(folder, owner.pw_uid, owner.pw_gid)


def _initialise(tools: Path, data: Path, owner: pwd.struct_passwd | None) -> None:
    command = [tools / "initdb", "-D", data, "-U", SUPERUSER, "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"]
    done = subprocess.run(command, cwd=data.parent, capture_output=True, text=True, check=False, **_as(owner))  # type: ignore[call-overload]  # the keywords are subprocess.run's own
    if done.returncode:
        raise RuntimeError(f"initdb failed: {done.stderr or done.stdout}")


def _options(folder: Path, settings: Sequence[str]) -> list[str]:
    fixed = ("listen_addresses=", f"unix_socket_directories={folder}", "unix_socket_permissions=0777", "port=5432", "timezone=UTC")
    return [part for setting in (*fixed, *settings) for part in ("-c", setting)]


def _await_start(folder: Path) -> None:
    until = time.monotonic() + STARTED_WITHIN_SECONDS
    while True:
        try:
            _maintenance(str(folder)).close()
        except psycopg.OperationalError:
            if time.monotonic() > until:
                raise
            time.sleep(0.03)
        else:
            return


def _die_with_parent() -> None:
    """Ask the kernel for SIGQUIT, PostgreSQL's immediate shutdown, when the starter is gone."""
    ctypes.CDLL(None).prctl(1, signal.SIGQUIT)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGQUIT])
    os.setpgrp()


def keep(folder: Path) -> str:
    """Start (or find running) the kept cluster of a folder and return the address of its database."""
    tools, owner = binaries(), _owner()
    folder.mkdir(parents=True, exist_ok=True)
    _give(folder, owner)
    if not (folder / "PG_VERSION").exists():
        _initialise_kept(tools, folder, owner)
    sockets = Path(tempfile.gettempdir()) / f"zhirong-{os.getuid()}-{hash_of(folder):x}"
    sockets.mkdir(exist_ok=True)
    _give(sockets, owner)
    running = subprocess.run([tools / "pg_ctl", "status", "-D", folder], cwd="/", capture_output=True, check=False, **_as(owner))  # type: ignore[call-overload]  # as above
    if running.returncode:
        options = " ".join(f"-c '{setting}'" for setting in _options(sockets, KEPT)[1::2])
        log = folder / "server.log"
        subprocess.run([tools / "pg_ctl", "start", "-w", "-D", folder, "-l", log, "-o", options], cwd="/", check=True, stdout=subprocess.DEVNULL, **_as(owner))  # type: ignore[call-overload]  # as above
    if not database_exists(str(sockets), "zhirong"):
        create_database(str(sockets), "zhirong")
    return address_of(str(sockets), "zhirong")


def _initialise_kept(tools: Path, folder: Path, owner: pwd.struct_passwd | None) -> None:
    probe = subprocess.run(["test", "-w", folder], cwd="/", check=False, **_as(owner))  # type: ignore[call-overload]  # as above
    if probe.returncode and owner is not None:
        raise RuntimeError(f"The user {owner.pw_name} cannot reach {folder}; put the checkout where it can, or start as another user than root.")
    _initialise(tools, folder, owner)


def hash_of(folder: Path) -> int:
    """Number a folder, the same in every process."""
    return zlib.crc32(str(folder.resolve()).encode())


def stop_kept(folder: Path) -> None:
    """Stop the kept cluster of a folder; its data stay."""
    subprocess.run([binaries() / "pg_ctl", "stop", "-m", "fast", "-D", folder], cwd="/", check=False, stdout=subprocess.DEVNULL, **_as(_owner()))  # type: ignore[call-overload]  # as above


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["start", where]:
            print(keep(Path(where)))
        case ["stop", where]:
            stop_kept(Path(where))
        case _:
            raise SystemExit("usage: python -m tests.services.postgres start|stop DIR")
