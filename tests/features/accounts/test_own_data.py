"""Everybody can take away what the house keeps about him, and nothing about others."""

import json
from typing import Any

from tests.features.accounts.people import address_of, member_with_password, sign_in


def test_ones_own_data_is_one_file(client: Any, database: Any) -> None:
    member, other = member_with_password(), member_with_password()
    sign_in(client, address_of(member))
    client.post("/demands/new", data={"title": "电池隔膜", "_draft": "1"})
    answer = client.get("/settings/my-data")
    found = answer.get_json()
    assert answer.headers["Content-Disposition"] == 'attachment; filename="zhirong-my-data.json"'
    assert found["person"]["email"] == address_of(member)
    assert [row["grade"] for row in found["memberships"]] == ["officer"]
    assert len(found["sessions"]) == 1
    assert [row["typed"]["title"] for row in found["drafts"]] == ["电池隔膜"]
    assert "person.sign_in" in {row["act"] for row in found["acts"]}
    text = json.dumps(found)
    assert address_of(other) not in text
    assert member.person.password_hash not in text
    assert member.person.identity not in text
