"""Routes of services: the token is checked first, then every text that was sent, then the body is
validated."""

from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from inspect import get_annotations
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from fastapi.security.utils import get_authorization_scheme_param

from shared.http.accepted import Accepted
from shared.http.auth import Tokens
from shared.http.gateway import Admission
from shared.http.json_body import parsed
from shared.http.problems import MOST_FAULTS, PROBLEMS
from shared.http.unfinished import whole_body
from shared.kernel.characters import Flaw, flaws_in, without_invisible
from shared.kernel.shape import Shape
from shared.service.api.request_trace import Auditor, RequestTrace


class CheckedRequest(Request):
    """A request whose JSON body is parsed and checked before the route reads it."""

    _checked: Any = None
    _whole: bytes = b""

    async def body(self) -> bytes:
        return self._whole

    async def json(self) -> Any:
        return self._checked

    async def check(self) -> None:
        """Raises RequestValidationError for JSON that is none and for texts with flaws, Refused for
        a body beyond its bounds."""
        refuse_flaws(flaws_of("query", list(self.query_params.multi_items())))
        refuse_flaws(flaws_of("path", list(self.path_params.items())))
        self._whole = await whole_body(self, self.state.subject)
        if self._whole:
            value = parsed(self._whole) if is_json(self.headers.get("content-type", "")) else None
            refuse_flaws(error_of(("body", *path), flaw) for path, flaw in flaws_in(value))
            self._checked = without_invisible(value)


def is_json(content_type: str) -> bool:
    subtype = content_type.partition(";")[0].strip().lower()
    return subtype.startswith("application/") and subtype.endswith(("/json", "+json"))


def flaws_of(place: str, parameters: list[tuple[str, str]]) -> Iterator[dict[str, Any]]:
    for name, value in parameters:
        for _, flaw in flaws_in([name, value]):
            yield error_of((place, name), flaw)


def error_of(path: tuple[str, ...], flaw: Flaw) -> dict[str, Any]:
    """Returns the flaw in the form of pydantic's errors; names with flaws are left out of paths."""
    shown = tuple(part for part in path if not list(flaws_in(part)))
    context = {"sentence": flaw.message, "english": flaw.english}
    return {"type": flaw.rule, "loc": shown, "msg": flaw.message, "input": None, "ctx": context}


def refuse_flaws(errors: Iterator[dict[str, Any]]) -> None:
    """Raises RequestValidationError with the first `MOST_FAULTS` errors, if there is one."""
    if first := [error for error, _ in zip(errors, range(MOST_FAULTS), strict=False)]:
        raise RequestValidationError(first)


class EdgeRoute(APIRoute):
    """A route of a service, whose authentication stands in `app.state`. One that takes a command
    names its action in the OpenAPI document."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        build_bodies(endpoint)
        super().__init__(path, endpoint, **options)
        if takes_command(self):
            self.openapi_extra = {"x-action": action_of(self)}

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        answer = super().get_route_handler()

        async def checked(request: Request) -> Response:
            whole = CheckedRequest(request.scope, request.receive)
            with traced(whole) as trace:
                await identify(whole, trace)
                await whole.check()
                return await answer(whole)

        return checked


def build_bodies(endpoint: Callable[..., Any]) -> None:
    """Has the bodies of a route built at once, so that no request waits for it."""
    for annotation in get_annotations(endpoint, eval_str=True).values():
        if isinstance(annotation, type) and issubclass(annotation, Shape):
            annotation.model_config["defer_build"] = False


def takes_command(route: APIRoute) -> bool:
    return "POST" in (route.methods or ()) and route.response_model is Accepted


def action_of(route: APIRoute) -> str:
    """Returns the action that a route takes: the name of its function."""
    return route.name.replace("_", "-")


@contextmanager
def traced(request: Request) -> Iterator[RequestTrace]:
    """Keeps the trace of the request in its state, and how it is turned away in the audit trail."""
    trace: RequestTrace = request.app.state.authentication.auditor.of(request)
    request.state.trace = trace
    with trace.watched():
        yield trace


async def identify(request: Request, trace: RequestTrace) -> None:
    """Keeps the subject of the token in the request's state. Raises Refused (401)."""
    given = token_in(request)
    request.state.subject = await request.app.state.authentication.tokens.subject(given)
    trace.admitted(request.state.subject, given)


def token_in(request: Request) -> str | None:
    scheme, token = get_authorization_scheme_param(request.headers.get("authorization"))
    return token if scheme.lower() == "bearer" else None


def admission_of(tokens: Tokens, auditor: Auditor) -> Admission:
    """Returns the admission of requests that another process answers; a refusal is noted here,
    because that process never sees the request."""

    async def admitted(request: Request) -> str:
        with auditor.of(request).watched():
            return await tokens.subject(token_in(request))

    return admitted


def add_routes(to: APIRouter, router: APIRouter) -> None:
    """Adds the routes of another router as they are. `include_router` would build each of them
    again for every application (some 3 ms), and look twice for the route of every request."""
    to.routes.extend(router.routes)


def edge_router(tag: str | None = None) -> APIRouter:
    """Returns the router of a service; `tag` is its heading in the API's pages."""
    return APIRouter(tags=[tag] if tag else [], responses=PROBLEMS, route_class=EdgeRoute)
