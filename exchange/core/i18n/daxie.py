"""大写: amounts in words after 支付结算办法 附件一 (正确填写票据和结算凭证的基本规定)."""

from __future__ import annotations

from typing import Final

from exchange.core.errors import Invalid
from exchange.core.money import Money

DIGITS: Final = "零壹贰叁肆伍陆柒捌玖"
PLACES: Final = ((1000, "仟"), (100, "佰"), (10, "拾"))
GROUPS: Final = ((10**8, "亿"), (10**4, "万"))


def daxie(value: Money) -> str:
    """A renminbi amount in the capital characters that contracts and bills need."""
    if value.currency != "CNY":
        raise Invalid("CURRENCY_MIXED", currency=value.currency)
    yuan, cents = divmod(abs(value.minor), 100)
    sign = "负" if value.minor < 0 else ""
    return f"人民币{sign}{whole_part(yuan, cents)}{small_part(yuan, cents)}"


def whole_part(yuan: int, cents: int) -> str:
    """The yuan, left out when only 角 and 分 follow."""
    return f"{words(yuan)}元" if yuan or not cents else ""


def small_part(yuan: int, cents: int) -> str:
    """角 and 分; 整 where nothing follows."""
    tenths, hundredths = divmod(cents, 10)
    if not cents:
        return "整"
    if not hundredths:
        return f"{DIGITS[tenths]}角整"
    lead = f"{DIGITS[tenths]}角" if tenths else ("零" if yuan else "")
    return f"{lead}{DIGITS[hundredths]}分"


def words(number: int) -> str:
    """A whole number in capital characters, groups of 万 and 亿 from the largest down."""
    for size, name in GROUPS:
        if number >= size:
            high, low = divmod(number, size)
            return f"{words(high)}{name}{joined(low, size)}"
    return below_ten_thousand(number)


def joined(low: int, size: int) -> str:
    """What follows a group: one 零 when its highest place is empty, nothing when all are."""
    if not low:
        return ""
    return ("零" if low < size // 10 else "") + words(low)


def below_ten_thousand(number: int) -> str:
    """Up to four digits; any run of zeros inside is one 零, none stands at the end."""
    if number < 10:
        return DIGITS[number]
    for size, name in PLACES:
        if number >= size:
            high, low = divmod(number, size)
            return f"{DIGITS[high]}{name}{joined(low, size)}"
    raise AssertionError("a number of ten or more has a place")
