"""No test reaches beyond this machine."""

import ipaddress
import socket


class BeyondLoopback(RuntimeError):
    """A test tried to reach another machine."""


def allow_loopback_only() -> None:
    """Let sockets connect to this machine alone."""
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex

    def guarded_connect(self: socket.socket, address: object) -> None:
        refuse_beyond(self.family, address)
        connect(self, address)  # type: ignore[arg-type]  # any address that the family takes

    def guarded_connect_ex(self: socket.socket, address: object) -> int:
        refuse_beyond(self.family, address)
        return connect_ex(self, address)  # type: ignore[arg-type]  # as above

    socket.socket.connect = guarded_connect  # type: ignore[method-assign,assignment]  # the point of this module
    socket.socket.connect_ex = guarded_connect_ex  # type: ignore[method-assign,assignment]  # the point of this module


def refuse_beyond(family: int, address: object) -> None:
    """Refuse an internet address that is not of this machine."""
    if family not in (socket.AF_INET, socket.AF_INET6) or not isinstance(address, tuple):
        return
    host = str(address[0])
    if host in ("localhost", ""):
        return
    try:
        local = ipaddress.ip_address(host).is_loopback
    except ValueError:
        local = False
    if not local:
        raise BeyondLoopback(f"tests reach this machine only, not {host}")
