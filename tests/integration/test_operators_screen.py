"""Cases that are set aside, as operators see them: the printed number, words, and the ids that the
next command takes; never its title."""

import asyncio
import json
from typing import Any

import pytest
from typer.testing import CliRunner

from shared.mongo.clock_store import real_time
from shared.mongo.parking import Parking
from shared.ops.cli.app import app
from shared.ops.cli.parked_cases import listed
from shared.service.resources.connections import Connections

CASE, UNNUMBERED = "0" * 31 + "1", "0" * 31 + "2"
NUMBER, TITLE = "2025年第1号建议", "关于改造站前片区雨水管网的建议"


@pytest.fixture
async def aside(
    here: Connections, mongo_url: str, space: str, monkeypatch: pytest.MonkeyPatch
) -> str:
    """Sets two cases aside, one of them numbered; returns the short name of that one."""
    monkeypatch.setenv("MONGO_URL", mongo_url)
    monkeypatch.setenv("DUBAN_SPACE", space)
    register = here.database("portal")["case_register_g1"]
    rows: list[dict[str, Any]] = [{"_id": CASE, "label": NUMBER, "title": TITLE}]
    await register.insert_many([*rows, {"_id": UNNUMBERED, "label": None, "title": TITLE}])
    parking = Parking(here.database("handling"), real_time)
    for case, state in ((CASE, "parked"), (UNNUMBERED, "held")):
        await parking.open("handling-reactions", case, [], state, "exception", "KeyError")
    return (await listed(here, ["handling"]))[0].id


async def said(*words: str) -> str:
    result = await asyncio.to_thread(CliRunner().invoke, app, list(words))
    assert result.exit_code == 0, result.output
    return result.output


async def test_people_read_numbers_and_words_beside_the_ids(aside: str) -> None:
    shown = await said("parked", "list")
    for words in (NUMBER, CASE, UNNUMBERED, aside, "办理 handling", "已搁置", "等待前序事实"):
        assert words in shown
    assert TITLE not in shown


async def test_scripts_read_codes_ids_and_moments(aside: str) -> None:
    first, second = map(json.loads, (await said("parked", "list", "--json")).splitlines())
    assert (first["id"], first["number"], first["key"]) == (aside, NUMBER, CASE)
    assert (first["state"], first["service"]) == ("parked", "handling")
    assert (second["number"], second["key"], second["state"]) == ("", UNNUMBERED, "held")
