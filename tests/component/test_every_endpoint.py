"""No endpoint without a component test in which it grants what it was asked."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest
from fastapi.routing import APIRoute

from services.disclosure.settings import SiteSettings
from services.disclosure.site.feeds import feed_routes
from services.disclosure.site.pages import page_routes
from services.disclosure.site.rendering import Site
from services.portal.console import BEFORE_SIGN_IN, CALLS
from services.portal.my import ROUTES
from shared.mongo.read_models.live import LiveModels
from shared.ops.docgen.openapi import openapi_of
from shared.service.processes.registry import SERVICES
from tests.component.conftest import ANSWERED

HERE = Path(__file__).parent
Endpoint = tuple[str, str, str]
"""Host, method and the template of its path."""


def of_services() -> Iterator[Endpoint]:
    for name in SERVICES:
        for path, operations in openapi_of(name)["paths"].items():
            for method in operations:
                yield "duban.test", method.upper(), f"/{name}/v1{path}"


def of_console() -> Iterator[Endpoint]:
    """One method is enough where one function serves all of them."""
    yield from (("127.0.0.1", method, f"/console{CALLS}") for method in ("GET", "POST"))
    yield from (("127.0.0.1", method, "/console/session") for method in ("GET", "POST", "DELETE"))
    yield from (("127.0.0.1", "GET", path) for path in BEFORE_SIGN_IN)


def of_my_pages() -> Iterator[Endpoint]:
    yield from (("127.0.0.1", method, f"/my{path}") for method, path in ROUTES)


def of_site() -> Iterator[Endpoint]:
    site = Site(LiveModels(lambda projection: None), lambda: False, SiteSettings(), ())
    for route in (*page_routes(site).routes, *feed_routes(site).routes):
        yield "site.test", "GET", cast(APIRoute, route).path


def never_granted(endpoints: Iterator[Endpoint]) -> list[Endpoint]:
    return [each for each in endpoints if not any(asked(each, one) for one in ANSWERED)]


def asked(endpoint: Endpoint, answered: Endpoint) -> bool:
    """`{path}` may hold slashes, as the gateway's does."""
    host, method, template = endpoint
    parts = re.split(r"\{(\w+)[^}]*\}", template)
    wanted = "".join(
        ("(.+)" if part == "path" else "([^/]+)") if odd % 2 else re.escape(part)
        for odd, part in enumerate(parts)
    )
    return answered[:2] == (host, method) and re.fullmatch(wanted, answered[2]) is not None


@pytest.fixture
def all_ran(request: pytest.FixtureRequest) -> None:
    """Where only some were chosen, nothing can be said."""
    chosen = {item.path for item in request.session.items}
    if missing := {path for path in HERE.rglob("test_*.py")} - chosen:
        pytest.skip(f"{len(missing)} modules of component tests were not chosen")


@pytest.mark.usefixtures("all_ran")
def test_every_endpoint_of_the_services_is_asked_and_grants() -> None:
    assert never_granted(of_services()) == []


@pytest.mark.usefixtures("all_ran")
def test_every_endpoint_of_the_console_is_asked_and_grants() -> None:
    assert never_granted(of_console()) == []


@pytest.mark.usefixtures("all_ran")
def test_every_page_of_proposers_is_asked_and_grants() -> None:
    assert never_granted(of_my_pages()) == []


@pytest.mark.usefixtures("all_ran")
def test_every_page_of_the_site_is_asked_and_shown() -> None:
    endpoints = list(of_site())
    assert len(endpoints) > 5
    assert never_granted(iter(endpoints)) == []


def test_an_endpoint_is_told_from_its_neighbours() -> None:
    one = ("duban.test", "GET", "/intake/v1/cases/{case_id}")
    assert asked(one, ("duban.test", "GET", "/intake/v1/cases/c1"))
    assert not asked(one, ("duban.test", "GET", "/intake/v1/cases/c1/actions"))
    assert not asked(one, ("duban.test", "POST", "/intake/v1/cases/c1"))
