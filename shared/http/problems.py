"""Problem documents (RFC 9457): the one place that maps domain errors to HTTP."""

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict
from pydantic.config import JsonDict
from pymongo.errors import PyMongoError
from starlette.exceptions import HTTPException

from shared.http.faults import Fault, Named, fault, tells, unnamed
from shared.http.idempotency import Repeat
from shared.http.refused import Refused
from shared.http.request_telemetry import conversation
from shared.http.rules_in_english import in_english
from shared.http.wording import SENTENCES, TITLES
from shared.kernel.errors import (
    BeingRebuilt,
    ConcurrencyConflict,
    DomainError,
    KeyReused,
    NotAllowed,
    NotFound,
    NotYetKnown,
    RuleViolated,
    StaleMatch,
    Unavailable,
    Unstorable,
)
from shared.mongo.transient import is_transient

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER = {"Retry-After": "1"}
RETRY_HEADER = {
    "Retry-After": {"schema": {"type": "integer"}, "description": "多少秒后重试 (seconds)"}
}
REPLAYED = {"Idempotency-Replayed": "true"}
MOST_FAULTS = 20
"""In one answer: a body may have ten thousand of them."""
WITH_MODEL = 422
"""The one status that brings the schema of problems into an OpenAPI document, which all others
refer to (`describe_refusal`): the framework builds a validator for each model of each route."""

PROBLEM: JsonDict = {
    "type": "urn:duban:problem:signer-is-drafter",
    "title": "当前不能办理",
    "status": 409,
    "detail": "签发人不能是拟稿人",
    "rule": "signer-is-drafter",
}


class Problem(BaseModel):
    """RFC 9457; `rule` is the stable code, `detail` a sentence for the caller."""

    model_config = ConfigDict(json_schema_extra={"examples": [PROBLEM]})

    type: str
    title: str
    status: int
    detail: str
    rule: str
    field: str | None = None
    errors: list[Fault] | None = None
    instance: str | None = None


PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {
        "description": meaning,
        "content": {MEDIA_TYPE: {}},
        **({"model": Problem} if status == WITH_MODEL else {}),
        **({"headers": RETRY_HEADER} if status in (409, 429, 503) else {}),
    }
    for status, meaning in {
        400: "请求不完整 (a header or the address is malformed)",
        401: "未登录或令牌无效 (no valid token)",
        403: "无权办理 (no row of the access table allows it)",
        404: "未找到 (unknown here)",
        408: "内容提交超时 (the body did not arrive in time)",
        409: "当前状态不允许 (a rule forbids it, `not-yet-known`, `request-in-flight`)",
        412: "内容已被更新 (If-Match is stale)",
        413: "内容过大 (more than 1 MB)",
        421: "网址不是本系统的 (unknown host)",
        422: "填写有误 (fields and rules are named)",
        429: "请求过于频繁 (too many from one address; `Retry-After` says when)",
        431: "请求头过大 (more than 16 kB)",
        503: "请稍后用同一请求重试 (repeat the same request)",
    }.items()
}

# Domain error → status, rule (None: the error has its own), attribute that fills the sentence.
ANSWERS: dict[type[Exception], tuple[int, str | None, str | None]] = {
    RuleViolated: (409, None, None),
    NotAllowed: (403, None, None),
    NotFound: (404, "not-found", None),
    NotYetKnown: (409, "not-yet-known", "at_least"),
    StaleMatch: (412, "stale", "stream"),
    KeyReused: (422, "key-reused", None),
    Unavailable: (503, "unavailable", None),
    BeingRebuilt: (503, "being-rebuilt", "reason"),
    ConcurrencyConflict: (503, "unavailable", None),
    Unstorable: (422, "unstorable", "reason"),
}


def prefers_english(headers: Mapping[str, str]) -> bool:
    return headers.get("accept-language", "").lower().startswith("en")


def answer(
    request: Request, problem: Problem, headers: Mapping[str, str] | None = None
) -> JSONResponse:
    problem.instance = request.url.path
    return JSONResponse(
        problem.model_dump(exclude_none=True), problem.status, dict(headers or {}), MEDIA_TYPE
    )


def problem(status: int, rule: str, detail: str, english: bool, **more: Any) -> Problem:
    title = TITLES.get(status, TITLES[500 if status >= 500 else 400])[english]  # noqa: PLR2004
    return Problem(
        type=f"urn:duban:problem:{rule}",
        title=title,
        status=status,
        detail=detail,
        rule=rule,
        **more,
    )


def domain_problem(error: DomainError, english: bool) -> Problem:
    status, rule, names = next(ANSWERS[kind] for kind in type(error).__mro__ if kind in ANSWERS)
    if rule is None:
        own: Any = error
        detail = in_english(own.rule) if english else own.message
        return problem(status, own.rule, detail, english, field=getattr(error, "field", None))
    detail = SENTENCES[rule][english].format(getattr(error, names) if names else "")
    return problem(status, rule, detail, english)


def validation_problem(
    errors: Sequence[Mapping[str, Any]], english: bool, named: Named = unnamed
) -> Problem:
    first_ones = [*filter(tells, errors)][:MOST_FAULTS]
    faults = [fault(error, english, named) for error in first_ones]
    detail = SENTENCES["validation"][english]
    first = faults[0].field if faults else None
    return problem(422, "validation", detail, english, field=first, errors=faults)


async def on_domain_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, DomainError)
    document = domain_problem(error, prefers_english(request.headers))
    return answer(request, document, RETRY_AFTER if document.status == 503 else None)  # noqa: PLR2004


async def on_invalid(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    english, named = prefers_english(request.headers), request.app.state.named
    return answer(request, validation_problem(error.errors(), english, named))


async def on_refused(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, Refused)
    english = prefers_english(request.headers)
    document = problem(error.status, error.rule, error.sentence[english], english)
    return answer(request, document, error.headers)


async def on_repeat(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, Repeat)
    headers = {**error.answer.headers, **REPLAYED}
    body = {**error.answer.body, "repeated": True}
    return JSONResponse(body, error.answer.status, headers)


async def on_http_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    english = prefers_english(request.headers)
    title = TITLES.get(error.status_code, TITLES[400])
    document = problem(error.status_code, f"http-{error.status_code}", title[english], english)
    return answer(request, document, error.headers)


async def on_store_error(request: Request, error: Exception) -> JSONResponse:
    """Answers 503 while the store does not respond: the request may be repeated."""
    if not is_transient(error):
        return await on_anything(request, error)
    log.warning("%s %s: %r", request.method, route_of(request), error, extra=conversation(request))
    return await on_domain_error(request, Unavailable(str(error)))


async def on_anything(request: Request, error: Exception) -> JSONResponse:
    extra, english = conversation(request), prefers_english(request.headers)
    log.error("%s %s failed", request.method, route_of(request), exc_info=error, extra=extra)
    return answer(request, problem(500, "unexpected", SENTENCES["unexpected"][english], english))


def route_of(request: Request) -> str:
    """Returns the route's template: the address itself may hold typed text."""
    route = request.scope.get("route")
    return f"{request.scope.get('root_path', '')}{getattr(route, 'path', ' (no route)')}"


def add_problem_handlers(app: FastAPI, named: Named = unnamed) -> None:
    """`named` gives the codes that a field may have their names."""
    app.state.named = named
    app.add_exception_handler(DomainError, on_domain_error)
    app.add_exception_handler(RequestValidationError, on_invalid)
    app.add_exception_handler(Refused, on_refused)
    app.add_exception_handler(Repeat, on_repeat)
    app.add_exception_handler(HTTPException, on_http_error)
    app.add_exception_handler(PyMongoError, on_store_error)
    app.add_exception_handler(Exception, on_anything)
