"""The description of the APIs: what is refused has its schema and example, what is offered its
address."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from shared.demo.people import put_people
from shared.http.problems import MEDIA_TYPE, Problem
from shared.kernel.access import Offer
from shared.ops.docgen.openapi import openapi_of
from shared.service.api.action_links import linked
from shared.service.api.app import service_app
from shared.service.api.catalogue import escaped
from shared.service.processes.api import root_with_gateway
from shared.service.processes.registry import SERVICES, definition_of

APPS = {name: service_app(definition_of(name)) for name in SERVICES}
NO_CONTENT = 204
CASE_ID = "56fa9635caf355c1b7bdf0735026de16"


def refusals(service: str) -> Iterator[tuple[int, dict[str, Any]]]:
    for operations in openapi_of(service)["paths"].values():
        for operation in operations.values():
            for status, response in operation["responses"].items():
                if int(status) >= 400:
                    yield int(status), response


@pytest.mark.parametrize("service", SERVICES)
def test_a_refusal_has_one_media_type_with_schema_and_example(service: str) -> None:
    found = list(refusals(service))
    assert found
    for status, response in found:
        assert list(response["content"]) == [MEDIA_TYPE]
        content = response["content"][MEDIA_TYPE]
        assert content["schema"] == {"$ref": "#/components/schemas/Problem"}
        example = Problem.model_validate(content["example"])
        assert example.status == status
        assert example.type.endswith(example.rule)


@pytest.mark.parametrize("service", SERVICES)
def test_every_answer_says_what_it_carries(service: str) -> None:
    """A generated client cannot guess a file."""
    silent = [
        (path, method, status)
        for path, operations in APPS[service].openapi()["paths"].items()
        for method, operation in operations.items()
        for status, response in operation["responses"].items()
        if 200 <= int(status) < 300 and int(status) != NO_CONTENT and not response.get("content")
    ]
    assert silent == []


def whole_numbers(part: Any) -> Iterator[dict[str, Any]]:
    if isinstance(part, dict) and part.get("type") == "integer":
        yield part
    for inside in part.values() if isinstance(part, dict) else part:
        if isinstance(inside, dict | list):
            yield from whole_numbers(inside)


@pytest.mark.parametrize("service", SERVICES)
def test_a_whole_number_that_is_sent_fits_into_the_store(service: str) -> None:
    """Beyond eight bytes the store's driver refuses with an error of its own."""
    document = openapi_of(service)
    sent = [
        [operation.get("parameters", []), operation.get("requestBody", {})]
        for operations in document["paths"].values()
        for operation in operations.values()
    ]
    text, known = json.dumps(sent), document["components"]["schemas"]
    named: set[str] = set()
    while new := set(re.findall(r"#/components/schemas/(\w+)", text)) - named:
        named |= new
        sent += [known[name] for name in new]
        text = json.dumps(sent)
    assert [number for number in whole_numbers(sent) if number.get("maximum", 2**63) >= 2**63] == []


ACTIONS = [
    (name, action.name)
    for name in SERVICES
    for action in definition_of(name).actions
    if not isinstance(action, str)
]


@pytest.mark.parametrize(("service", "action"), ACTIONS)
def test_an_action_has_a_method_an_address_and_the_schema_of_its_body(
    service: str, action: str
) -> None:
    offer = Offer(action, {}, "any", "t1")
    shown = linked(APPS[service].state.links, offer, CASE_ID)
    assert shown.method == "POST"
    assert shown.href is not None
    assert shown.href.startswith(f"/{service}/v1/")
    assert "{" not in shown.href
    document = openapi_of(service)
    assert shown.body is not None
    assert shown.body.startswith(f"/{service}/v1/openapi.json#/components/schemas/")
    assert shown.body.rpartition("/")[2] in document["components"]["schemas"]


async def test_one_description_has_every_route_of_every_service() -> None:
    root = root_with_gateway(APPS)
    transport = httpx.ASGITransport(root)
    async with httpx.AsyncClient(transport=transport, base_url="http://duban.test") as client:
        document = (await client.get("/docs/all/openapi.json")).json()
        page = await client.get("/docs/all/")
    await root.state.gateway.close()
    assert page.status_code == 200
    for name, app in APPS.items():
        own = app.openapi()["paths"]
        assert {f"/{name}/v1{path}" for path in own} <= set(document["paths"])
    references = set(re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(document)))
    assert references <= set(document["components"]["schemas"])
    operations = [one for methods in document["paths"].values() for one in methods.values()]
    names = [operation["operationId"] for operation in operations]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("is_there", [True, False])
async def test_the_catalogue_shows_services_and_the_people_of_a_sample(
    tmp_path: Path, is_there: bool
) -> None:
    file = tmp_path / "people.json"
    if is_there:
        put_people(file)
    root = root_with_gateway(APPS, people=file)
    transport = httpx.ASGITransport(root)
    async with httpx.AsyncClient(transport=transport, base_url="http://duban.test") as client:
        page = (await client.get("/docs")).text
    await root.state.gateway.close()
    assert all(f'href="/{name}/v1/docs"' in page for name in APPS)
    assert "portal 综合查询" in page
    assert ("<code>p-office-1</code>" in page, "示例人员" in page) == (is_there, is_there)


def test_names_of_people_are_no_markup_on_a_page() -> None:
    assert escaped({"name": "<b>王</b>"}) == {"name": "&lt;b&gt;王&lt;/b&gt;"}
