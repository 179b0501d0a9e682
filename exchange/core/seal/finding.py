"""What one signature of a document is worth; apart from what finds it out, which is slow to load."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What one signature of a document is worth."""

    field: str
    name: str
    organisation: str
    signed_at: datetime | None
    stamped_at: datetime | None
    intact: bool
    trusted: bool
    unchanged: bool
    covers_all: bool
    is_seal: bool

    @property
    def good(self) -> bool:
        """Whether nothing is wrong with it."""
        return self.intact and self.trusted and self.unchanged

    def as_json(self) -> dict[str, Any]:
        """The finding for a page, a certificate or the API."""
        times = {name: moment.isoformat() if moment else None for name, moment in (("signed_at", self.signed_at), ("stamped_at", self.stamped_at))}  # fmt: skip
        return {**self.__dict__, **times, "good": self.good}
