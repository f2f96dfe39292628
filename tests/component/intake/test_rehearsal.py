"""A registration that is only checked: the answers of the registration, and nothing recorded."""

from typing import Any

import pytest

from shared.testing.service import ServiceUnderTest
from tests.component.intake.test_api import PETITION, SUGGESTION, intake, refused

__all__ = ["intake"]
CHECK = "/cases?check=true"
ROW = SUGGESTION | {"serial": "17"}


@pytest.mark.parametrize("body", [SUGGESTION, PETITION, ROW])
async def test_a_check_that_passes_records_nothing(
    intake: ServiceUnderTest, body: dict[str, Any]
) -> None:
    before = len(intake.store.documents)
    answer = await intake.post(CHECK, body, "p-reg", key="k1")
    assert (answer.status_code, answer.json()["version"]) == (200, 0), answer.text
    assert (answer.json()["facts"], answer.json()["repeated"]) == ([], False)
    assert len(intake.store.documents) == before
    assert not intake.vault_store.texts
    assert not [key for key in intake.vault_store.keys if not key.startswith("service-")]
    assert (await intake.post("/cases", body, "p-reg", key="k1")).status_code == 201


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": " "}, {"subject": "astronomy"}, {"wanted_unit": "u-far"}, {"channel": "mailbox"},
        {"received_on": "2030-01-01"}, {"proposers": [{"person": "p-c1", "part": "lead"}]},
        {"session": None}, {"consent": False}, {"agency": "u-c01"}, {"serial": "x y"},
    ],
)  # fmt: skip
async def test_a_check_is_refused_as_the_registration_is(
    intake: ServiceUnderTest, wrong: dict[str, Any]
) -> None:
    checked = await intake.post(CHECK, ROW | wrong, "p-reg")
    sent = await intake.post("/cases", ROW | wrong, "p-reg")
    assert sent.status_code >= 400
    assert checked.status_code == sent.status_code
    assert checked.json()["rule"] == sent.json()["rule"]
    assert checked.json().get("field") == sent.json().get("field")


@pytest.mark.parametrize("who", ["p-audit", "p-hou", "p-fin", "p-n2"])
async def test_only_those_who_register_may_check(intake: ServiceUnderTest, who: str) -> None:
    checked = await intake.post(CHECK, ROW, who)
    sent = await intake.post("/cases", ROW, who)
    assert checked.status_code == sent.status_code
    assert checked.status_code >= 400


async def test_a_row_that_was_imported_is_said_to_be_known_or_changed(
    intake: ServiceUnderTest,
) -> None:
    await intake.post("/cases", ROW, "p-reg")
    known = await intake.post(CHECK, ROW, "p-office")
    assert (known.status_code, known.json()["repeated"]) == (200, True)
    refused(await intake.post(CHECK, ROW | {"title": "改过的案由"}, "p-reg"), 422, "key-reused")
