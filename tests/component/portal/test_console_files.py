"""Files of the console: history mode, caching, headers, and no way out of the folder."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from shared.service.api.app import service_app
from shared.service.processes.api import root_with_gateway
from shared.service.processes.registry import definition_of
from tests.component.portal.desk import Desk, open_desk

INDEX = "<!doctype html><title>index</title>"


@pytest_asyncio.fixture
async def desk(mongo_url: str, tmp_path: Path) -> AsyncIterator[Desk]:
    async with open_desk(mongo_url, tmp_path) as made:
        yield made


async def test_the_short_address_leads_to_the_pages(desk: Desk) -> None:
    async with desk.browser() as browser:
        answer = await browser.get("/console")
    assert (answer.status_code, answer.headers["location"]) == (303, "/console/")


@pytest.mark.parametrize(("service", "home"), [("portal", "/console/"), ("intake", "/docs")])
async def test_the_address_of_the_host_leads_to_the_console(service: str, home: str) -> None:
    root = root_with_gateway({service: service_app(definition_of(service))})
    transport = httpx.ASGITransport(root)
    async with httpx.AsyncClient(transport=transport, base_url="http://duban.test") as browser:
        answer = await browser.get("/")
    await root.state.gateway.close()
    assert (answer.status_code, answer.headers["location"]) == (303, home)


async def test_where_nothing_is_built_a_page_says_what_to_do(desk: Desk) -> None:
    async with desk.browser() as browser:
        answer = await browser.get("/console/")
        assert answer.status_code == 503
        assert "make console" in answer.text
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        desk.build(index_html=INDEX)
        assert (await browser.get("/console/")).text == INDEX


@pytest.mark.parametrize("path", ["", "cases", "cases/123?tab=reply", "index.html", "a/b/c"])
async def test_every_address_of_a_page_is_the_index_and_never_kept(desk: Desk, path: str) -> None:
    desk.build(index_html=INDEX)
    async with desk.browser() as browser:
        answer = await browser.get(f"/console/{path}")
        head = await browser.head(f"/console/{path}")
    assert (answer.status_code, answer.text) == (200, INDEX)
    assert answer.headers["cache-control"] == "no-store"
    assert (head.status_code, head.text) == (200, "")


async def test_assets_are_kept_for_ever_and_missing_ones_are_missing(desk: Desk) -> None:
    desk.build(assets__app_js="x" * 5000)
    async with desk.browser() as browser:
        answer = await browser.get("/console/assets/app.js")
        kept = {"If-None-Match": answer.headers["etag"]}
        again = await browser.get("/console/assets/app.js", headers=kept)
        gone = await browser.get("/console/assets/gone.js")
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["content-type"].startswith("text/javascript")
    assert again.status_code == 304
    assert (gone.status_code, "doctype" in gone.text) == (404, False)


async def test_other_files_are_asked_for_again_each_time(desk: Desk) -> None:
    desk.build(icon_svg="<svg/>")
    async with desk.browser() as browser:
        answer = await browser.get("/console/icon.svg")
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-cache")


async def test_pages_run_their_own_scripts_only_and_stand_in_no_frame(desk: Desk) -> None:
    desk.build()
    async with desk.browser() as browser:
        answer = await browser.get("/console/")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'; script-src 'self';" in policy
    assert "unsafe-eval" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["referrer-policy"] == "same-origin"


@pytest.mark.parametrize(
    "path",
    [
        "../people.json", "%2e%2e/people.json", "assets/..%2f..%2fpeople.json",
        "assets/%2e%2e/%2e%2e/people.json", ".vite/manifest.json", "link.json",
        "%2e%2e%5cpeople.json",
    ],
)  # fmt: skip
async def test_nothing_beside_the_folder_is_read(desk: Desk, path: str) -> None:
    desk.build(**{"_vite__manifest_json": "secret"})
    (desk.folder / "build" / "link.json").symlink_to(desk.folder / "people.json")
    async with desk.browser() as browser:
        answer = await browser.get(f"/console/{path}")
    assert "p-reg-1" not in answer.text
    assert "secret" not in answer.text


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
async def test_pages_are_only_read(desk: Desk, method: str) -> None:
    desk.build()
    async with desk.browser() as browser:
        answer = await browser.request(method, "/console/cases")
    assert answer.status_code == 405


async def test_an_address_of_no_service_is_no_page(desk: Desk) -> None:
    desk.build()
    async with desk.browser() as browser:
        assert (await browser.get("/console/api/")).status_code == 404
