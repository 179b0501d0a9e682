"""Why a configuration is not fit for production: all causes at once, so that nobody mends them one by one."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

from exchange.core.settings import Settings

SHORTEST_SECRET = 32
LEAST_WEASYPRINT = (70,)


def causes(settings: Settings) -> list[str]:
    """What speaks against serving this configuration to the world, in one line each."""
    return [*_addresses(settings), *_keys(settings), *_processes(settings), *_leftovers(settings), *_renderer()]


def _addresses(settings: Settings) -> Iterator[str]:
    if not settings.PUBLIC_URL.startswith("https://"):
        yield "ZHIRONG_PUBLIC_URL must begin with https://"
    if not settings.TRUSTED_HOSTS:
        yield "ZHIRONG_TRUSTED_HOSTS must name the hosts that the house answers to"
    if settings.PROXY_HOPS < 1:
        yield "ZHIRONG_PROXY_HOPS must count the proxies that speak https in front of the house"
    if not settings.SMTP_URL:
        yield "ZHIRONG_SMTP_URL must say how mail leaves the house"


def _keys(settings: Settings) -> Iterator[str]:
    for name in ("SECRET_KEY_FILE", "MASTER_KEY_FILE", "HEAD_KEY_FILE", "SEAL_KEY_FILE"):
        path: Path | None = getattr(settings, name)
        if path is None or not path.is_file():
            yield f"ZHIRONG_{name} must name a key file that is there"
        elif stat.S_IMODE(path.stat().st_mode) & 0o077:
            yield f"{path} must be readable by its owner alone (mode 0600)"
        elif path.stat().st_size < SHORTEST_SECRET:
            yield f"{path} must hold at least {SHORTEST_SECRET} bytes"


def _processes(settings: Settings) -> Iterator[str]:
    if settings.WEB_WORKERS > 1 and not settings.LIMITER_URL:
        yield "ZHIRONG_LIMITER_URL must name the store of limits that several processes share"


def _leftovers(settings: Settings) -> Iterator[str]:
    if settings.second_factor == "none":
        yield "ZHIRONG_MFA_REQUIRED=none is for demonstrations"
    if settings.FAILPOINT:
        yield "ZHIRONG_FAILPOINT is for tests"


def _renderer() -> Iterator[str]:
    if tuple(int(part) for part in version("weasyprint").split(".")[:1]) < LEAST_WEASYPRINT:
        yield "WeasyPrint must be 70 or newer (CVE-2026-55073)"
