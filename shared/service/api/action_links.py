"""Links of actions: how a client takes up what a service offers."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from string import Formatter
from typing import Any, get_args
from urllib.parse import quote

from fastapi import APIRouter
from fastapi.routing import APIRoute
from pydantic import BaseModel

from shared.http.actions import Action
from shared.kernel.access import Offer
from shared.service.api.edge_route import action_of, takes_command


@dataclass(frozen=True)
class Link:
    """The route whose function has the name of the action. `path` has `{case_id}` and at most one
    place for the target."""

    service: str
    path: str
    form: type[BaseModel] | None
    endpoint: Callable[..., Awaitable[Any]]

    @property
    def schema(self) -> str | None:
        """Returns the name of the body's schema in the OpenAPI document of the service."""
        return self.form.__name__ if self.form else None

    def action(self, offer: Offer, case_id: str) -> Action:
        base = f"/{self.service}/v1"
        return Action(
            action=offer.action,
            target=offer.target,
            method="POST",
            href=base + self._filled(case_id, offer.target),
            body=self.schema and f"{base}/openapi.json#/components/schemas/{self.schema}",
        )

    def place(self, case_id: str, target: str | None) -> dict[str, str]:
        """Returns the values of the places in the path."""
        names = [name for _, name, _, _ in Formatter().parse(self.path) if name]
        return {name: case_id if name == "case_id" else target or "" for name in names}

    def _filled(self, case_id: str, target: str | None) -> str:
        values = self.place(case_id, target).items()
        return self.path.format(**{name: quote(value, safe="") for name, value in values})


def links_of(service: str, routers: Iterable[APIRouter]) -> Mapping[str, Link]:
    """Returns the link of each action that a route takes."""
    routes = [route for router in routers for route in router.routes]
    return {
        action_of(route): Link(service, route.path, form_of(route), route.endpoint)
        for route in routes
        if isinstance(route, APIRoute) and takes_command(route)
    }


def form_of(route: APIRoute) -> type[BaseModel] | None:
    """Returns the form of the body, also of one that may be left out."""
    annotation: Any = route.body_field.field_info.annotation if route.body_field else None
    shapes = get_args(annotation) or (annotation,)
    forms = (each for each in shapes if isinstance(each, type) and issubclass(each, BaseModel))
    return next(forms, None)


def linked(links: Mapping[str, Link], offer: Offer, case_id: str) -> Action:
    """Returns the action with its link; without one where no route of this service takes it."""
    link = links.get(offer.action)
    return link.action(offer, case_id) if link else Action(action=offer.action, target=offer.target)
