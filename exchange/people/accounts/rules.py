"""When an account, a code or a password is right."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Literal

from exchange.core.errors import Invalid, define
from exchange.core.text import _

Policy = Literal["asvs", "mlps3"]
Required = Literal["all", "staff", "none"]
STAFF = frozenset({"exchange", "regulator", "auditor"})
FREE_FAILURES, LONGEST_WAIT = 5, timedelta(minutes=15)

define("USCC_TAKEN", 409, _("An organisation with this social credit code is registered already."))
define("USCC_MALFORMED", 422, _("A social credit code has 18 characters and its last one checks the others; look for a typing error."))
define("PASSWORD_WEAK", 422, _("Use a password of 12 to 128 characters that is not built from your name, address or organisation."))
define("PASSWORD_KNOWN", 422, _("This password is on a list of common ones; choose another."))
define("PASSWORD_PLAIN", 422, _("Use three of these in the password: small letters, capital letters, digits, other characters."))
define("EMAIL_TAKEN", 409, _("This address already has an account."))


def check_uscc(code: str, *, field: str = "uscc") -> str:
    """The 统一社会信用代码 in its compact form, when its check character is right (GB 32100-2015)."""
    from stdnum.cn import uscc
    from stdnum.exceptions import ValidationError

    try:
        return str(uscc.validate(code))
    except ValidationError:
        raise Invalid("USCC_MALFORMED", field=field) from None


define("LINK_ENDED", 422, _("This link is unknown, used already, or too old. Ask for a new one."))
define("LAST_ADMINISTRATOR", 409, _("The last administrator cannot leave; name another one first."))
define("DESK_NOT_HERE", 422, _("Only the exchange has desks."))
define("DESK_NEEDED", 422, _("At the exchange every member has a desk."))

SHORTEST, LONGEST = 12, 128
COMMON = frozenset((
    "123456789012", "password1234", "passwordpassword", "qwertyuiop12", "qwertyuiopas", "1qaz2wsx3edc", "111111111111",
    "000000000000", "iloveyou1234", "admin1234567", "letmein12345", "welcome12345", "abcdefghijkl", "abc123abc123",
    "zhirong12345", "zhirongzhirong", "aa123456789012", "woaini1314520", "qazwsxedcrfv", "1234567890ab",
))


def check_password(password: str, *, about: Iterable[str], policy: Policy = "asvs") -> None:
    """Refuse a password that is short, common, a repetition, or built from what is known of its owner.

    The policy ``mlps3`` (等保三级) asks besides for three of: lower case, upper case, digit, other.
    """
    if not SHORTEST <= len(password) <= LONGEST or len(set(password)) < 5:
        raise Invalid("PASSWORD_WEAK", field="password")
    folded = password.casefold()
    if folded in COMMON or _is_run(folded):
        raise Invalid("PASSWORD_KNOWN", field="password")
    if policy == "mlps3" and _classes(password) < 3:
        raise Invalid("PASSWORD_PLAIN", field="password")
    known = [word.casefold() for word in about if len(word) >= 4]
    if any(word in folded and len(folded) - len(word) < 6 for word in known):
        raise Invalid("PASSWORD_WEAK", field="password")


def _classes(password: str) -> int:
    """How many of the four kinds of characters occur."""
    tests = (str.islower, str.isupper, str.isdigit, lambda each: not each.isalnum())
    return sum(any(test(each) for each in password) for test in tests)


def _is_run(text: str) -> bool:
    """Whether each character follows the one before (abcdef…, 123456…) or the text repeats a part of at most four."""
    steps = {ord(second) - ord(first) for first, second in pairwise(text)}
    return steps in ({1}, {-1}) or any(text == (text[:size] * len(text))[: len(text)] for size in (1, 2, 3, 4))


def check_grant(kind: str, *, desk: str) -> None:
    """Desks are the exchange's: there each member has one, elsewhere nobody."""
    if kind == "exchange" and not desk:
        raise Invalid("DESK_NEEDED", field="desk")
    if kind != "exchange" and desk:
        raise Invalid("DESK_NOT_HERE", field="desk")


def wait_after(failures: int, *, policy: Policy = "asvs") -> timedelta:
    """How long a sign-in waits after so many failures in a row: from the fifth on 1 s, doubled each time, at most 15 minutes."""
    if failures < FREE_FAILURES:
        return timedelta(0)
    if policy == "mlps3":
        return LONGEST_WAIT
    return min(timedelta(seconds=2 ** min(failures - FREE_FAILURES, 20)), LONGEST_WAIT)


def factor_asked(kind: str, *, required: Required) -> bool:
    """Whether members of an organisation of this kind must have a second factor."""
    return required == "all" or (required == "staff" and kind in STAFF)


def must_enrol(kind: str, *, required: Required, since: datetime, now: datetime, grace: timedelta) -> bool:
    """Whether somebody without a second factor may go no further: staff at once, others when the grace is over."""
    return factor_asked(kind, required=required) and (kind in STAFF or now - since >= grace)
