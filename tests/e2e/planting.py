"""Plants a word in every text field of every form, as OpenAPI has the forms: also in fields that a
test does not know yet."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, cast

from shared.ledger_import.client import Api
from shared.service.processes.registry import SERVICES
from tests.architecture.schemas import Schema, bodies, inner, resolved
from tests.e2e.traces import Secrets
from tests.e2e.world import World

Place = tuple[str, str, str]
"""Service, template of the path, and field: `proposers[].name`."""
PROBES = {"word": "因abcdefghijkl", "phone": "13900001111"}
"""A field is text when it takes one of these: neither is a code, an id, a number or a day."""

PUBLIC_NAME = "names of the directory are public: of offices and their holders, deputies, platforms"
OF_KIND: Mapping[Place, str] = {("intake", "/cases", "directed"): "petition"}
"""Fields that papers of one kind alone have."""
NOT_PLANTED: Mapping[Place, str] = {
    ("directory", "/clients", "title"): PUBLIC_NAME,
    ("directory", "/deputies", "delegation"): PUBLIC_NAME,
    ("directory", "/deputies", "title"): PUBLIC_NAME,
    ("directory", "/persons", "title"): PUBLIC_NAME,
    ("directory", "/persons/{person}/name", "title"): PUBLIC_NAME,
    ("directory", "/units", "short"): PUBLIC_NAME,
    ("directory", "/units", "title"): PUBLIC_NAME,
    ("directory", "/units/{unit}/changes", "short"): PUBLIC_NAME,
    ("directory", "/units/{unit}/changes", "title"): PUBLIC_NAME,
    ("portal", "/preferences", "views[].query"): "an address; sealed with the name of its view",
}
"""Text fields whose words may stand anywhere, each with its reason."""


def takes(schema: Schema) -> str | None:
    """Returns which probe the string takes, or None for a string that is no text."""
    if schema.get("type") != "string" or {"enum", "const", "format"} & schema.keys():
        return None
    form, longest = schema.get("pattern", ""), schema.get("maxLength", 10_000)
    fits = (kind for kind, probe in PROBES.items() if len(probe) <= longest)
    return next((kind for kind in fits if re.search(form, PROBES[kind])), None)


def texts(schema: Schema, parts: Schema, at: str = "") -> Iterator[tuple[str, str]]:
    """Yields the place of every text of a form, with its probe."""
    schema = resolved(schema, parts)
    if kind := takes(schema):
        yield at.lstrip("."), kind
    for step, inside in inner(schema):
        yield from texts(inside, parts, f"{at}{step}")


@cache
def forms() -> Mapping[tuple[str, str], Mapping[str, str]]:
    """Returns the text fields of every form: (service, template) → field → probe."""
    return {
        (service, template): dict(texts(schema, parts))
        for service in SERVICES
        for template, schema, parts in bodies(service)
    }


def every_text() -> set[Place]:
    return {(*form, name) for form, fields in forms().items() for name in fields}


def form_at(path: str) -> tuple[str, str]:
    """Returns service and template of a path. Raises LookupError where OpenAPI has no such form."""
    for service, template in forms():
        wanted = re.sub(r"\{\w+\}", "[^/]+", f"/{service}/v1{template}")
        if re.fullmatch(wanted, path.partition("?")[0]):
            return service, template
    raise LookupError(path)


@dataclass
class Planting:
    """Stands before the API and fills every text field of every body that is sent."""

    api: Api
    secrets: Secrets = field(default_factory=Secrets)
    planted: set[Place] = field(default_factory=set)
    left_out: frozenset[str] = frozenset()
    """Fields that a rule forbids in what a test sends next."""

    async def get(self, path: str, who: str, **params: Any) -> Any:
        return await self.api.get(path, who, **params)

    async def post(
        self, path: str, who: str, body: Mapping[str, Any], key: str | None = None
    ) -> Any:
        sent = self.filled(path, body)
        return await self.api.post(path, who, sent, key=key)

    def filled(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        try:
            form = form_at(path)
        except LookupError:
            return dict(body)  # no body at all
        filled: dict[str, Any] = dict(body)
        for name, kind in forms()[form].items():
            place = (*form, name)
            if self._takes(place, body):
                filled = put(
                    filled, name.split("."), lambda place=place, kind=kind: self._word(place, kind)
                )
        return filled

    def _takes(self, place: Place, body: Mapping[str, Any]) -> bool:
        is_of_kind = OF_KIND.get(place, body.get("kind")) == body.get("kind")
        return is_of_kind and place not in NOT_PLANTED and place[-1] not in self.left_out

    def _word(self, place: Place, kind: str) -> str:
        self.planted.add(place)
        name = f"{' '.join(place)} {len(self.secrets)}"
        return self.secrets.plant(f"{name} {kind}", "" if kind == "phone" else "因")

    def those(self, *names: str) -> Secrets:
        """Returns what was planted in these fields so far: `intake /cases title`."""
        found = {what: word for what, word in self.secrets.items() if what.startswith(names)}
        return cast(Secrets, Secrets(found))


def put(body: Any, steps: list[str], word: Any) -> Any:
    """Returns the body with a word at the place; in a list, one for each of its items."""
    step, *rest = steps
    name = step.removesuffix("[]")
    inside = body.get(name)
    if step.endswith("[]"):
        return {**body, name: [put(each, rest, word) if rest else word() for each in inside or []]}
    if not rest:
        return {**body, name: word()}
    return {**body, name: put(inside, rest, word)} if inside is not None else body


def planting_in(world: World) -> tuple[World, Planting]:
    """Returns the world whose forms are all filled, and what was planted in them."""
    planting = Planting(world.api)
    return replace(world, api=cast(Api, planting)), planting
