"""The cookie of a session: read and written by the name that fits the address of the request."""

from starlette.requests import Request
from starlette.responses import Response

from services.portal.console.secret import Secret
from shared.http.front import is_loopback, name_in

PLAIN, PREFIXED = "duban_session", "__Host-duban_session"
"""Browsers take the second only over TLS, for the whole of one host, and from that host itself."""


def is_local(request: Request) -> bool:
    return is_loopback(name_in(request.headers.get("host", "")))


def secret_in(request: Request) -> Secret | None:
    value = request.cookies.get(PLAIN if is_local(request) else PREFIXED)
    return Secret.read(value) if value else None


def put_secret(request: Request, response: Response, secret: Secret) -> None:
    """Sets a cookie that ends with the browser: how long the session lasts is for its record."""
    local = is_local(request)
    response.set_cookie(
        PLAIN if local else PREFIXED,
        secret.cookie,
        path="/",
        secure=not local,
        httponly=True,
        samesite="strict",
    )


def remove_secret(request: Request, response: Response) -> None:
    local = is_local(request)
    name = PLAIN if local else PREFIXED
    response.delete_cookie(name, path="/", secure=not local, httponly=True, samesite="strict")
