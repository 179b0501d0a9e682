"""The tests' own house: each test begins on an empty database of either kind."""

from typing import Any

import pytest
import sqlalchemy as sa

from exchange.core.database import WroteOutsideOperation
from tests import factories


@pytest.mark.parametrize("turn", [1, 2])
def test_each_test_begins_on_an_empty_database(turn: int, database: Any) -> None:
    assert database.session.scalar(sa.text("SELECT count(*) FROM organisation")) == 0
    factories.organisation("bank", name="Bank of the Bay")
    assert database.session.scalar(sa.text("SELECT count(*) FROM organisation")) == 1


def test_the_database_is_of_the_kind_asked_for(database: Any, database_kind: str) -> None:
    assert database.engine.dialect.name == database_kind


def test_writing_outside_an_operation_is_refused(database: Any) -> None:
    made = factories.organisation("bank")
    made.name = "Another"
    with pytest.raises(WroteOutsideOperation):
        database.session.commit()
    database.session.rollback()


def test_somebody_signed_in_is_known(act_as: Any) -> None:
    client = act_as("bank approver")
    assert client.actor.kind == "bank"
    assert client.actor.grade == "approver"
