"""The lists of the directory, read from a real MongoDB: units as a tree, deputies in office."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from typing import Any

import pytest

from services.directory.app import SERVICE
from services.directory.domain.projections import REGISTER
from shared.contracts.clients import ClientNarrowed, ClientRegistered, ClientRevoked
from shared.kernel.actor import Actor, Post
from shared.mongo.read_models.reader import connect_reader
from shared.testing.fold import folded
from shared.testing.service import ServiceUnderTest
from tests.unit.directory.people import (
    bureau,
    deputy,
    dissolved,
    filled,
    official,
    renamed,
    vacated,
)

CITY = bureau.model_copy(
    update={"unit": "u-city", "title": "临江市人民政府", "level": "city", "parent": None}
)


SUMMER = date(2025, 7, 1)
NOW = datetime(2025, 3, 3, tzinfo=UTC)


class Listing(ServiceUnderTest):
    """Its read models lie in MongoDB, where lists are asked for."""

    database: Any = None

    async def collection(self, projection: str) -> Any:
        read_model = self.database[projection]
        for key, document in folded(REGISTER, self._own()).items():
            await read_model.replace_one({"_id": key}, document, upsert=True)
        return read_model


@pytest.fixture
async def directory(mongo_url: str, space: str) -> AsyncIterator[Listing]:
    client: Any = connect_reader(mongo_url)
    service = Listing(SERVICE, Actor("p-1"))
    service.database = client[f"{space}_directory"]
    await service.given("unit-u-city", CITY)
    await service.given("unit-u-edu", bureau, filled(), vacated(), filled(person="p-2"), renamed)
    await service.given("person-p-1", official)
    await service.given("person-p-n1", deputy)
    yield service
    await client.drop_database(service.database.name)
    client.close()


async def test_the_tree_is_that_of_today(directory: Listing) -> None:
    (city,) = (await directory.get("/units", "p-1")).json()
    (below,) = city["units"]
    assert (city["unit"], below["title"]) == ("u-city", "市教育体育局")
    assert [post["person"] for post in below["posts"]] == ["p-2"]


async def test_the_tree_of_an_earlier_day_is_still_known(directory: Listing) -> None:
    (city,) = (await directory.get("/units", "p-1", on="2024-06-01")).json()
    (below,) = city["units"]
    assert below["title"] == "市教育局"
    names = {post["person"]: post["name"] for post in below["posts"]}
    assert names == {"p-1": "王芳", "p-2": ""}
    assert (await directory.get("/units", "p-1", on="2023-06-01")).json() == []


async def test_a_unit_leaves_the_tree_on_the_day_it_is_dissolved(directory: Listing) -> None:
    await directory.given("unit-u-edu", dissolved.model_copy(update={"valid_to": SUMMER}))
    (before,) = (await directory.get("/units", "p-1", on="2025-06-30")).json()
    (after,) = (await directory.get("/units", "p-1", on="2025-07-01")).json()
    assert [unit["unit"] for unit in before["units"]] == ["u-edu"]
    assert after["units"] == []


async def test_deputies_in_office_are_listed_without_their_phones(directory: Listing) -> None:
    (found,) = (await directory.get("/deputies", "p-1")).json()
    assert (found["person"], found["number"], found["title"]) == ("p-n1", "D0001", "李四")
    assert "phone" not in found
    assert (await directory.get("/deputies", "p-1", on="2027-01-01")).json() == []


async def test_who_the_directory_does_not_know_reads_nothing(directory: Listing) -> None:
    assert (await directory.get("/units", "p-stranger")).status_code == 403


async def found(directory: Listing, what: str, q: str, **query: Any) -> list[str]:
    answer = await directory.get(f"/{what}", "p-1", q=q, **query)
    assert answer.status_code == 200, answer.text
    return [each["unit" if what == "units" else "person"] for each in answer.json()]


async def test_a_unit_is_found_by_the_name_that_it_has_on_the_day(directory: Listing) -> None:
    assert await found(directory, "units", "体育") == ["u-edu"]
    assert await found(directory, "units", "体育", on="2024-06-01") == []
    assert await found(directory, "units", "教育 市教", on="2024-06-01") == ["u-edu"]
    assert await found(directory, "units", "体育", on="2023-06-01") == []
    assert await found(directory, "units", "u-edu") == ["u-edu"]
    (unit,) = (await directory.get("/units", "p-1", q="体育")).json()
    assert (unit["above"], unit["units"]) == (CITY.short, [])


async def test_names_are_compared_in_their_folded_form(directory: Listing) -> None:
    await directory.given("unit-u-it", bureau.model_copy(
        update={"unit": "u-it", "title": "市ＩＴ（数据）中心", "short": "IT中心"}
    ))  # fmt: skip
    assert await found(directory, "units", "it(数据)") == ["u-it"]
    assert await found(directory, "units", ".*") == []


async def test_names_that_begin_with_the_text_come_first_and_the_list_is_bounded(
    directory: Listing,
) -> None:
    for number in range(12):
        unit = {"unit": f"u-c-{number:02}", "title": f"区市政{number}处", "short": "市政"}
        await directory.given(f"unit-u-c-{number:02}", bureau.model_copy(update=unit))
    last = {"unit": "u-z", "title": "市政园林局", "short": "园林局"}
    await directory.given("unit-u-z", bureau.model_copy(update=last))
    units = await found(directory, "units", "市政园")
    assert units == ["u-z"]
    assert len(await found(directory, "units", "市政")) == 10
    assert len(await found(directory, "units", "市政", limit=50)) == 13


async def test_people_are_found_while_they_are_in_office(directory: Listing) -> None:
    assert await found(directory, "people", "王芳", on="2024-06-01") == ["p-1"]
    assert await found(directory, "people", "王芳", on="2025-12-01") == []
    (person,) = (await directory.get("/people", "p-1", q="王", on="2024-06-01")).json()
    assert [post["unit"] for post in person["posts"]] == ["u-edu"]
    assert set(person) == {"person", "title", "posts", "mandates"}


async def test_who_appoints_finds_people_without_a_post_and_nobody_else_does(
    directory: Listing,
) -> None:
    admin = Actor("p-admin", (Post("system-admin", "u-city", ("u-city",)),))
    asked = {"q": "王芳", "on": "2025-12-01"}
    people = (await directory.get("/people", admin, **asked, registered=True)).json()
    [person] = [each for each in people if each["person"] == "p-1"]
    assert (person["posts"], person["mandates"]) == ([], [])
    assert (await directory.get("/people", "p-1", **asked, registered=True)).status_code == 403


async def test_deputies_are_found_within_their_term(directory: Listing) -> None:
    name, day = deputy.title, deputy.term_from.isoformat()
    assert await found(directory, "people", name, on=day) == ["p-n1"]
    assert await found(directory, "people", name, on="1999-01-01") == []
    assert await found(directory, "people", "p-n1", on=day) == ["p-n1"]


async def test_clients_are_listed_with_the_kinds_that_they_have_left(directory: Listing) -> None:
    entry = {"client": "c-npc", "title": "履职平台", "agency": "u-city"}
    both = ClientRegistered(at=NOW, **entry, kinds=("suggestion", "motion"))
    fewer = ClientNarrowed(at=NOW, client="c-npc", kinds=("motion",))
    await directory.given("client-c-npc", both, fewer)
    other = {**entry, "client": "c-a", "title": "旧平台"}
    await directory.given(
        "client-c-a", ClientRegistered(at=NOW, **other), ClientRevoked(at=NOW, client="c-a")
    )
    listed = (await directory.get("/clients", "p-1")).json()
    assert listed == [
        {**entry, "kinds": ["motion"], "revoked": False}, {**other, "kinds": [], "revoked": True},
    ]  # fmt: skip
    people = (await directory.get("/people", "p-1", q="平台")).json()
    units = (await directory.get("/units", "p-1", q="平台")).json()
    assert (people, units) == ([], [])
