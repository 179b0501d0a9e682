"""The organisations of the demonstration and the persons who act in them."""

from __future__ import annotations

import csv
import hashlib
from dataclasses import dataclass, field
from pathlib import Path

from exchange.core.access import SYSTEM, Actor
from exchange.core.database import add, flush, operation
from exchange.people.accounts.models import Member, Organisation, Person
from exchange.people.accounts.operations import hash_password
from exchange.people.accounts.queries import actor_of
from exchange.people.accounts.states import ORGANISATION

DATA = Path(__file__).parent / "data"
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN = ("芳", "伟", "敏", "静", "丽", "强", "磊", "洋", "艳", "勇", "军", "杰", "娟", "涛", "明", "超", "霞", "平", "刚", "桂英")
PINYIN = ("wang", "li", "zhang", "liu", "chen", "yang", "zhao", "huang", "zhou", "wu", "xu", "sun", "hu", "zhu", "gao", "lin", "he", "guo", "ma", "luo")
GRADES_OF_KIND = {
    "exchange": (
        ("officer", "registrar"), ("approver", "registrar"), ("officer", "clerk"), ("approver", "clerk"), ("officer", "finance"),
        ("approver", "finance"), ("officer", "auctioneer"), ("officer", "system"), ("officer", "security"), ("officer", "audit"),
    ),
    "appraiser": (("signatory", ""), ("signatory", ""), ("approver", ""), ("approver", ""), ("officer", "")),
}
PLAIN = (("officer", ""), ("approver", ""), ("signatory", ""), ("viewer", ""))
CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


@dataclass
class Cast:
    """Who acts in the story: organisations by their key, and the actors of each."""

    houses: dict[str, Organisation] = field(default_factory=dict)
    actors: dict[str, list[Actor]] = field(default_factory=dict)

    def who(self, key: str, grade: str, desk: str = "", *, number: int = 0) -> Actor:
        """The actor of an organisation by grade and desk."""
        found = [each for each in self.actors[key] if each.grade == grade and each.desk == desk]
        return found[number]

    def holders(self) -> list[str]:
        """The keys of the organisations that hold patents."""
        return [key for key, house in self.houses.items() if house.kind in ("enterprise", "research")]


def read_rows(name: str) -> list[dict[str, str]]:
    """The rows of a data file, its comments left out."""
    lines = [line for line in (DATA / name).read_text("utf-8").splitlines() if not line.startswith("#")]
    return list(csv.DictReader(lines))


def make_cast(password: str) -> Cast:
    """Every organisation with its members."""
    cast, hashed = Cast(), hash_password(password)
    for serial, row in enumerate(read_rows("organisations.csv")):
        house = make_house(row, serial)
        cast.houses[row["key"]] = house
        grades = GRADES_OF_KIND.get(row["kind"], PLAIN)
        cast.actors[row["key"]] = [
            actor_of(make_member(house, row["key"], grade, desk=desk, serial=serial * 20 + place, hashed=hashed), stepped_up=True)
            for place, (grade, desk) in enumerate(grades)]
    return cast


@operation
def make_house(row: dict[str, str], serial: int) -> Organisation:
    """One active organisation."""
    made = Organisation(
        kind=row["kind"], name=row["name"], name_en=row["name_en"], uscc=code_of(serial), district=row["district"],
        holder_kind=row["holder_kind"], industry=row["industry"], is_small=row["small"] == "1", foreign=row["foreign"] == "1",
        demonstration=True)
    with ORGANISATION.move(made, "apply", SYSTEM):
        add(made)
        flush()
    with ORGANISATION.move(made, "admit", SYSTEM):
        flush()
    return made


def code_of(serial: int) -> str:
    """A well-formed social credit code of an invented organisation."""
    from stdnum.cn import uscc

    body = f"91440300{serial:08d}D"
    return body + str(uscc.calc_check_digit(body))


@operation
def make_member(house: Organisation, key: str, grade: str, *, desk: str, serial: int, hashed: str) -> Member:
    """One person with a role; the address says which."""
    surname, given = serial % len(SURNAMES), (serial * 7) % len(GIVEN)
    address = "-".join(filter(None, (key, grade, desk, str(serial % 20)))) + "@demo.example"
    person = add(Person(
        email=address, name=SURNAMES[surname] + GIVEN[given], language="zh", password_hash=hashed, demonstration=True,
        identity=hashlib.sha256(f"demonstration {serial}".encode()).hexdigest()))
    flush()
    made: Member = add(Member(
        organisation_id=house.id, person_id=person.id, grade=grade, desk=desk, administrator=grade == "signatory",
        publisher=house.kind == "regulator" and grade == "approver"))
    flush()
    return made
