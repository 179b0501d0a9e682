"""Settings of a deployment: one frozen value read from ``ZHIRONG_…``; unknown names and unreadable values stop the start."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

PREFIX = "ZHIRONG_"
LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
Environment = Literal["demo", "test", "production"]


class SettingsError(Exception):
    """A setting is unknown or does not parse."""


@dataclass(frozen=True)
class Settings:
    """Everything a deployment may choose; business defaults are dated rows of ``parameter``."""

    ENV: Environment = "demo"
    DATA_DIR: Path = Path("var")
    DATABASE_URL: str = ""
    PUBLIC_URL: str = "http://localhost:8000"
    TRUSTED_HOSTS: tuple[str, ...] = ()
    PROXY_HOPS: int = 0
    BUSY_TIMEOUT: timedelta = timedelta(seconds=5)
    SECRET_KEY_FILE: Path | None = None
    HEAD_KEY_FILE: Path | None = None
    SEAL_KEY_FILE: Path | None = None
    MASTER_KEY_FILE: Path | None = None
    SESSION_IDLE: timedelta = timedelta(minutes=30)
    SESSION_ABSOLUTE: timedelta = timedelta(hours=12)
    STEP_UP: timedelta = timedelta(minutes=5)
    PASSWORD_POLICY: Literal["asvs", "mlps3"] = "asvs"  # noqa: S105  # the name of a policy, no secret
    MFA_REQUIRED: Literal["all", "staff", "none", ""] = ""
    MFA_GRACE_DAYS: int = 14
    LIMITER_URL: str = ""
    HUEY_URL: str = ""
    WORKERS: int = 1
    WEB_WORKERS: int = 1
    WEB_THREADS: int = 8
    SMTP_URL: str = ""
    PDF_FONT: str = "Noto Sans CJK SC"
    HASH_ALG: Literal["sha256"] = "sha256"
    AUDIT_CHAINS: int = 1
    HEAD_EVERY: timedelta = timedelta(hours=1)
    QUOTA_BYTES: int = 5 * 1024**3
    SIM_MAX_PATHS: int = 100_000
    SIM_MAX_YEARS: int = 30
    FAILPOINT: str = ""

    @property
    def database_url(self) -> str:
        """The database's address; an SQLite file in the data folder unless told otherwise."""
        return self.DATABASE_URL or f"sqlite:///{(self.DATA_DIR / 'zhirong.sqlite').resolve()}"

    @property
    def second_factor(self) -> Literal["all", "staff", "none"]:
        """Whom the house asks for a second factor: everybody, unless told otherwise or in the demonstration."""
        return self.MFA_REQUIRED or ("none" if self.is_demonstration else "all")

    @property
    def trusted_hosts(self) -> tuple[str, ...]:
        """The host names that the house answers to; empty: any, which only a demonstration opened to others may be."""
        own = _host_of(self.PUBLIC_URL)
        if self.TRUSTED_HOSTS or self.is_production:
            return self.TRUSTED_HOSTS or (own,)
        return LOOPBACK if own in LOOPBACK else ()

    @property
    def cookie_name(self) -> str:
        """The session cookie's name; where there is https, one that browsers take from this host alone."""
        return "__Host-zhirong" if self.is_production else "zhirong_session"

    def key_files(self) -> list[Path]:
        """Where this house's secret keys lie."""
        named = [self.SECRET_KEY_FILE, self.HEAD_KEY_FILE, self.SEAL_KEY_FILE, self.MASTER_KEY_FILE]
        kept = (self.DATA_DIR / "keys").glob("*key*")
        return sorted({*(path for path in named if path is not None), *kept})

    @property
    def is_production(self) -> bool:
        return self.ENV == "production"

    @property
    def is_demonstration(self) -> bool:
        return self.ENV == "demo"


def _host_of(address: str) -> str:
    """The host of an address, an IPv6 one in brackets."""
    host = urlsplit(address).hostname or ""
    return f"[{host}]" if ":" in host else host


def duration(text: str) -> timedelta:
    """Read ``5s``, ``30min``, ``12h`` or ``7d``."""
    match = re.fullmatch(r"([0-9]+)(s|min|h|d)", text)
    if not match:
        raise ValueError("a duration like 30min")
    unit = {"s": "seconds", "min": "minutes", "h": "hours", "d": "days"}[match[2]]
    return timedelta(**{unit: int(match[1])})


def size(text: str) -> int:
    """Read ``5GiB``, ``64MiB``, ``1KiB`` or plain bytes."""
    match = re.fullmatch(r"([0-9]+)(KiB|MiB|GiB)?", text)
    if not match:
        raise ValueError("a size like 5GiB")
    return int(match[1]) * {None: 1, "KiB": 1024, "MiB": 1024**2, "GiB": 1024**3}[match[2]]


def one_of(*choices: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in choices:
            raise ValueError("one of " + ", ".join(choices))
        return text

    return read


READERS: Mapping[str, Callable[[str], Any]] = {
    "ENV": one_of("demo", "test", "production"),
    "PASSWORD_POLICY": one_of("asvs", "mlps3"),
    "MFA_REQUIRED": one_of("all", "staff", "none"),
    "HASH_ALG": one_of("sha256"),
    "QUOTA_BYTES": size,
    "TRUSTED_HOSTS": lambda text: tuple(filter(None, text.split(","))),
}


def reader_of(name: str, default: object) -> Callable[[str], Any]:
    """How the value of a setting is read."""
    if name in READERS:
        return READERS[name]
    if isinstance(default, timedelta):
        return duration
    if isinstance(default, int):
        return int
    if isinstance(default, Path) or name.endswith("_FILE"):
        return Path
    return str


def read_settings(environment: Mapping[str, str] | None = None, **chosen: Any) -> Settings:
    """The settings of this process; ``chosen`` values win over the environment."""
    source = os.environ if environment is None else environment
    values: dict[str, Any] = {}
    defaults = {field.name: field.default for field in fields(Settings)}
    for key, text in source.items():
        if not key.startswith(PREFIX):
            continue
        name = key.removeprefix(PREFIX)
        if name not in defaults:
            raise SettingsError(f"{key} is not a setting of this programme")
        try:
            values[name] = reader_of(name, defaults[name])(text)
        except ValueError as problem:
            raise SettingsError(f"{key}={text!r} is not readable; it takes {problem}") from problem
    return Settings(**(values | chosen))
