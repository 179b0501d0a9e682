"""When an account, a code or a password is right."""

from __future__ import annotations

from exchange.core.errors import Invalid, define
from exchange.core.text import _

define("USCC_TAKEN", 409, _("An organisation with this social credit code is registered already."))
define("USCC_MALFORMED", 422, _("A social credit code has 18 characters and its last one checks the others; look for a typing error."))
define("PASSWORD_WEAK", 422, _("Use a password of 12 to 128 characters that is not built from your name, address or organisation."))
define("PASSWORD_KNOWN", 422, _("This password is on a list of common ones; choose another."))
define("EMAIL_TAKEN", 409, _("This address already has an account."))


def check_uscc(code: str, *, field: str = "uscc") -> str:
    """The 统一社会信用代码 in its compact form, when its check character is right (GB 32100-2015)."""
    from stdnum.cn import uscc
    from stdnum.exceptions import ValidationError

    try:
        return str(uscc.validate(code))
    except ValidationError:
        raise Invalid("USCC_MALFORMED", field=field) from None
