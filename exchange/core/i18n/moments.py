"""Dates and times: kept in UTC, shown in Beijing time."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from exchange.core import clock
from exchange.core.i18n.language import Language, current

MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def day(value: date, *, lang: Language | None = None) -> str:
    """2026年11月23日, 23 Nov 2026."""
    if isinstance(value, datetime):
        value = clock.day_of(value)
    if (lang or current()) == "zh":
        return f"{value.year}年{value.month}月{value.day}日"
    return f"{value.day} {MONTHS[value.month - 1]} {value.year}"


def clock_time(value: datetime, *, lang: Language | None = None, zone: ZoneInfo | None = None) -> str:
    """14:03(北京时间), with the viewer's own time behind it when that is another."""
    language = lang or current()
    beijing = value.astimezone(clock.SHANGHAI)
    name = "（北京时间）" if language == "zh" else " (Beijing, UTC+8)"
    shown = f"{beijing:%H:%M}{name}"
    local = value.astimezone(zone) if zone else beijing
    if local.utcoffset() == beijing.utcoffset():
        return shown
    return f"{shown} · {day_and_minute(local, beijing, language)}{'（' if language == 'zh' else ' ('}{zone}{'）' if language == 'zh' else ')'}"


def day_and_minute(local: datetime, beijing: datetime, language: Language) -> str:
    """The viewer's own time, with its day when that is another day."""
    if local.date() == beijing.date():
        return f"{local:%H:%M}"
    return f"{day(local.date(), lang=language)} {local:%H:%M}"


def moment(value: datetime, *, lang: Language | None = None, zone: ZoneInfo | None = None) -> str:
    """Day and time of an instant."""
    language = lang or current()
    between = " " if language == "zh" else ", "
    return f"{day(clock.day_of(value), lang=language)}{between}{clock_time(value, lang=language, zone=zone)}"


def deadline(value: date, working_days_left: int, *, lang: Language | None = None) -> str:
    """截止 2026年12月1日 24:00，还剩 5 个工作日; due end of 1 Dec 2026, 5 working days left."""
    if (lang or current()) == "zh":
        return f"截止 {day(value, lang='zh')} 24:00，{left_zh(working_days_left)}"
    return f"due end of {day(value, lang='en')}, {left_en(working_days_left)}"


def left_zh(days: int) -> str:
    """What remains of a deadline, in Chinese."""
    if days < 0:
        return f"已逾期 {-days} 个工作日"
    return f"还剩 {days} 个工作日" if days else "今日到期"


def left_en(days: int) -> str:
    """What remains of a deadline, in English."""
    size = abs(days)
    noun = "working day" if size == 1 else "working days"
    if days < 0:
        return f"{size} {noun} overdue"
    return f"{size} {noun} left" if days else "ends today"


def due_moment(value: datetime, *, lang: Language | None = None) -> str:
    """A deadline in the middle of a day; the end of a day is said as 24:00 of the day before it."""
    language = lang or current()
    beijing = value.astimezone(clock.SHANGHAI)
    if (beijing.hour, beijing.minute) == (0, 0):
        before = day(beijing.date() - timedelta(days=1), lang=language)
        return f"截止 {before} 24:00" if language == "zh" else f"due end of {before}"
    return f"截止 {moment(value, lang='zh')}" if language == "zh" else f"due {moment(value, lang='en')}"


STEPS: Final = ((86400, "天", "d"), (3600, "小时", "h"), (60, "分钟", "min"))


def relative(value: datetime, *, at: datetime | None = None, lang: Language | None = None) -> str:
    """3 分钟前, 3 min ago; only beside the absolute moment."""
    language = lang or current()
    seconds = int(((at or clock.now()) - value.astimezone(UTC)).total_seconds())
    for size, zh, en in STEPS:
        number = abs(seconds) // size
        if number and language == "zh":
            return f"{number} {zh}{'前' if seconds > 0 else '后'}"
        if number:
            return f"{number} {en} ago" if seconds > 0 else f"in {number} {en}"
    return "刚刚" if language == "zh" else "just now"
