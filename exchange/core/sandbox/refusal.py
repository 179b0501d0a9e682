"""What the renderer child says no to, by code."""

from typing import Any


class Refusal(Exception):
    """A document or a file breaks a rule that has a code."""

    def __init__(self, code: str, **details: Any) -> None:
        super().__init__(code, details)
        self.code = code
        self.details = details


class RenderFailure(Refusal):
    """The renderer child could not give a whole document (`RENDER_FAILED`, `RENDER_LIMIT`, `REPORT_TOO_LARGE`)."""
