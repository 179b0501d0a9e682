"""Refusals: each has a stable code, a status, a sentence in both languages and the field it concerns.

``define`` is called once for each code; ``DomainError("CODE", field=…, detail=…)`` refuses. The subclasses only
name the kind of refusal for the reader; the status is the code's own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from exchange.core.text import Text, _


@dataclass(frozen=True)
class Code:
    """A refusal's name, HTTP status and sentence (named placeholders in braces)."""

    name: str
    status: int
    sentence: Text


CODES: dict[str, Code] = {}
CONSTRAINTS: dict[str, str] = {}


def define(name: str, status: int, sentence: Text) -> str:
    """Declare a code once; the same name twice is a defect."""
    known = CODES.get(name)
    if known is not None and known != Code(name, status, sentence):
        raise ValueError(f"error code {name} is defined twice")
    CODES[name] = Code(name, status, sentence)
    return name


def constraint(constraint_name: str, code: str) -> None:
    """A violated database constraint of this name is refused with ``code``."""
    CONSTRAINTS[constraint_name] = code


class DomainError(Exception):
    """A refusal with a stable code."""

    def __init__(self, code: str, *, field: str | None = None, **details: Any) -> None:
        self.code = CODES[code]
        self.field = field
        self.details: Mapping[str, Any] = details
        self.denied: Mapping[str, Any] | None = None
        super().__init__(code, field, details)

    @property
    def status(self) -> int:
        return self.code.status

    def __str__(self) -> str:
        return f"{self.code.name}({self.field or ''}) {dict(self.details)}"


class Invalid(DomainError):
    """A field, or the sum of the fields, does not hold (422)."""


class Conflict(DomainError):
    """Right in itself, but not now (409)."""


class Forbidden(DomainError):
    """Not for this actor (401, 403)."""

    def __init__(self, code: str = "FORBIDDEN", *, field: str | None = None, **details: Any) -> None:
        super().__init__(code, field=field, **details)


class NotFound(DomainError):
    """Not there, or not for this reader to know (404)."""

    def __init__(self, **details: Any) -> None:
        super().__init__("NOT_FOUND", **details)


class Unavailable(DomainError):
    """The house cannot answer now (503)."""


class Faults(DomainError):
    """Several refusals of one request at once, each with its field."""

    def __init__(self, faults: Sequence[DomainError]) -> None:
        if not faults:
            raise ValueError("faults need at least one refusal")
        first = faults[0]
        super().__init__(first.code.name, field=first.field, **first.details)
        self.faults = tuple(faults)


def faults_of(error: DomainError) -> tuple[DomainError, ...]:
    """The single refusals that ``error`` carries."""
    return error.faults if isinstance(error, Faults) else (error,)


for _name, _status, _sentence in (
    ("CSRF", 400, _("The form was open too long or comes from elsewhere. Open the page again and send it once more.")),
    ("BAD_HOST", 400, _("This address does not belong to this installation.")),
    ("BAD_REQUEST", 400, _("The request cannot be read. Open the page again and send it once more.")),
    ("BAD_JSON", 400, _("The body is not readable JSON: {reason}.")),
    ("JSON_LIMIT", 400, _("The JSON body is too deep or too large.")),
    ("DUPLICATE_PARAMETER", 400, _("{name} was given more than once; give it once.")),
    ("IDEMPOTENCY_KEY_MISSING", 400, _("Send an Idempotency-Key header of 16 to 64 letters, digits, - or _.")),
    ("SIGN_IN_NEEDED", 401, _("Sign in to go on.")),
    ("SESSION_ENDED", 401, _("Your session has ended. Sign in again; nothing you typed is lost.")),
    ("STEP_UP_NEEDED", 401, _("This act needs a fresh confirmation of who you are.")),
    ("SECOND_FACTOR_NEEDED", 401, _("Set up or give your second factor to go on.")),
    ("SECOND_FACTOR_WRONG", 401, _("This code is not right now. Wait for the next one and type its six digits.")),
    ("CREDENTIALS_WRONG", 401, _("The address and the password do not belong together.")),
    ("FORBIDDEN", 403, _("Your role may not do this. The page of roles says who may.")),
    ("SECOND_PERSON_NEEDED", 403, _("Another person must confirm this.")),
    ("CASE_TWO_HATS", 403, _("You already act for another organisation on this matter.")),
    ("OWN_MATTER", 403, _("Your own organisation is a party here, or you decided this before.")),
    ("LIMIT_OF_AUTHORITY", 403, _("This is above your limit of {limit}; a member with a higher limit must confirm it.")),
    ("ORGANISATION_SUSPENDED", 403, _("Your organisation is suspended; ask the exchange why.")),
    ("TOKEN_SCOPE", 403, _("This token's scopes do not include {permission}.")),
    ("HTTPS_REQUIRED", 403, _("Use https for the API.")),
    ("NDA_REQUIRED", 403, _("Accept the confidentiality agreement first.")),
    ("GRANT_EXPIRED", 403, _("The grant by which you could read this has ended.")),
    ("NOT_FOUND", 404, _("There is nothing at this address that you may see.")),
    ("METHOD", 405, _("This address does not take this method.")),
    ("WRONG_STATE", 409, _("This is {state} now; possible are {actions}.")),
    ("STALE_VERSION", 409, _("Someone changed this in the meantime; compare and send again.")),
    ("IDEMPOTENCY_IN_PROGRESS", 409, _("The same request is still running; wait a moment and look.")),
    ("APPROVAL_STALE", 409, _("The matter changed after this was proposed; propose it again.")),
    ("APPROVAL_PENDING", 409, _("This already waits for a second person.")),
    ("DELETION_BLOCKED", 409, _("This cannot be deleted while obligations run: {reasons}.")),
    ("RESTORE_NOT_EMPTY", 409, _("The target is not empty.")),
    ("UPLOAD_TOO_LARGE", 413, _("The upload is too large; at most {limit} are taken.")),
    ("MEDIA_TYPE", 415, _("This address takes {expected}.")),
    ("BAD_TEXT", 422, _("Character {position} cannot be used here; remove it.")),
    ("UNKNOWN_FIELD", 422, _("There is no field of this name here.")),
    ("MISSING_FIELD", 422, _("Fill in this field.")),
    ("FIELD_MALFORMED", 422, _("This does not have the right form: {reason}")),
    ("TEXT_TOO_LONG", 422, _("At most {limit} characters.")),
    ("CHOICE_UNKNOWN", 422, _("Choose one of: {choices}.")),
    ("DATE_MALFORMED", 422, _("Write the date like 2026-11-25.")),
    ("DATE_ORDER", 422, _("{end} lies before {start}.")),
    ("NUMBER_OUT_OF_RANGE", 422, _("Give a number from {low} to {high}.")),
    ("NUMBER_UNREADABLE", 422, _("Write a number with plain digits, like {example}.")),
    ("NUMBER_MALFORMED", 422, _("{value} does not look like a {noun} number, for example {example}.")),
    ("AMOUNT_MALFORMED", 422, _("Write the amount like 1020000.00.")),
    ("AMOUNT_NEGATIVE", 422, _("The amount may not be negative.")),
    ("AMOUNT_TOO_LARGE", 422, _("The amount exceeds the limit.")),
    ("CURRENCY_MIXED", 422, _("Amounts of different currencies cannot be added.")),
    ("SHARES_SUM", 422, _("The shares add up to {sum} %, not 100 %.")),
    ("REASON_NEEDED", 422, _("Give a reason.")),
    ("IDEMPOTENCY_KEY_REUSED", 422, _("This key was used for a different request.")),
    ("CURSOR_UNKNOWN", 422, _("This page address is not valid any more; start from the first page.")),
    ("FILTER_UNKNOWN", 422, _("There is no such filter or order; possible are {allowed}.")),
    ("HELD_BY_ORDER", 423, _("An order of the authority holds this.")),
    ("TOO_MANY_REQUESTS", 429, _("Too many requests; try again in {seconds} seconds.")),
    ("UNEXPECTED", 500, _("Something went wrong on our side. Nothing was changed. Tell us the request number.")),
    ("UNAVAILABLE", 503, _("The service cannot answer now; try again in a minute.")),
    ("BUSY", 503, _("Many are writing at this moment; try again in a few seconds.")),
    ("CLOCK_UNSURE", 503, _("The clock cannot be trusted at this moment; acts that depend on time wait.")),
    ("CALENDAR_UNKNOWN", 503, _("The working days of {year} are not entered yet; the operator must enter them.")),
    ("MAINTENANCE", 503, _("The service is being maintained; try again later.")),
    ("STORAGE_FULL", 507, _("There is no room left to store this; tell the operator.")),
    ("CANCELLED", 409, _("This was cancelled.")),
    ("TIMED_OUT", 503, _("This took too long and was stopped.")),
    ("UNSAFE_CONFIGURATION", 500, _("The configuration is not safe for production: {causes}.")),
):
    define(_name, _status, _sentence)
