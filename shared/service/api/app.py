"""Applications of services, mounted at `/<service>/v1`."""

from collections.abc import Mapping, Sequence, Set
from importlib import import_module

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from fastapi_offline import FastAPIOffline

from shared.http.accepted import Accepted
from shared.http.bounds import Bounds
from shared.http.problems import add_problem_handlers
from shared.http.request_deadline import RequestDeadline
from shared.http.request_telemetry import Measure, RequestTelemetry
from shared.service.api import condition, consequences, pending_acts
from shared.service.api.action_links import links_of
from shared.service.api.authentication import Authentication
from shared.service.api.edge_route import add_routes
from shared.service.api.openapi_examples import add_examples
from shared.service.config.labels import standard_labels
from shared.service.definition import ServiceDefinition
from shared.service.observability.first_series import begin_http
from shared.service.observability.metrics import HTTP_SECONDS
from shared.version import VERSION

WAITS = {
    "description": "已提请，待另一人复核 (waits for a second person)",
    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Accepted"}}},
}
REMEMBERED = {"persistAuthorization": True}
"""The pages of all services share one token, which the browser keeps until it is logged out."""
METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})


def service_app(
    definition: ServiceDefinition, authentication: Authentication | None = None, charter: str = ""
) -> FastAPI:
    """Returns the application; `charter` is its description. Without authentication it only
    describes itself (OpenAPI)."""
    app = FastAPIOffline(
        title=f"督办 {definition.name}",
        version=VERSION,
        description=charter,
        docs_url="/docs",
        swagger_ui_parameters=REMEMBERED,
        redoc_url=None,
        redirect_slashes=False,
    )
    routers = routers_of(definition)
    app.state.authentication = authentication
    app.state.links = links_of(definition.name, routers)
    for router in routers:
        add_routes(app.router, router)
    add_problem_handlers(app, named)
    add_examples(app, definition.name)
    return app


def named(codes: Sequence[str], english: bool) -> list[str]:
    return standard_labels().named(codes, "en" if english else "zh")


def routers_of(definition: ServiceDefinition) -> tuple[APIRouter, ...]:
    """Returns the service's own routes, that of its condition and, where it `seconds` acts, those
    of pending acts; where it `foresees`, that of consequences."""
    own: APIRouter = import_module(definition.routes).router
    foresight = (consequences.router,) if definition.foresees else ()
    if not definition.seconds:
        return own, *foresight, condition.router
    for route in own.routes:
        if isinstance(route, APIRoute) and route.response_model is Accepted:
            route.responses[202] = WAITS
    return own, *foresight, pending_acts.router, condition.router


def root_app(apps: Mapping[str, FastAPI]) -> FastAPI:
    """Returns the application of a process, with the middlewares of all requests."""
    root = FastAPI(
        title="督办 Duban",
        version=VERSION,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
    )
    for name, app in apps.items():
        root.mount(f"/{name}/v1", app, name=name)
    add_problem_handlers(root)
    root.add_middleware(Bounds)
    root.add_middleware(RequestDeadline)
    root.add_middleware(RequestTelemetry, measure=measure_for(set(apps)))
    return root


def measure_for(services: Set[str], otherwise: str = "root") -> Measure:
    """Returns the observer of requests. Unknown services and methods share one label, so that
    callers cannot create series."""
    for name in (*sorted(services), otherwise):
        begin_http(name)

    def measure(service: str, method: str, status: int, seconds: float) -> None:
        name = service if service in services else otherwise
        verb = method if method in METHODS else "other"
        HTTP_SECONDS.labels(name, verb, f"{status // 100}xx").observe(seconds)

    return measure
