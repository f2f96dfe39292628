"""Origin of a request: pages of other sites are refused, whatever cookie the browser adds."""

from urllib.parse import urlsplit

from starlette.requests import Request

from shared.http.refused import Refused
from shared.http.wording import Title

ELSEWHERE = frozenset({"cross-site", "same-site"})
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
OTHER_ORIGIN = Refused(
    403,
    "other-origin",
    Title("请求来自其他网站，不予办理", "The request comes from another site"),
)


def follows_a_link(request: Request) -> bool:
    """Returns whether a page of another site, or a message, has led here. The browser then keeps
    the cookie of the session back, and sends it with the next request."""
    return request.method in SAFE and request.headers.get("sec-fetch-site") in ELSEWHERE


def refuse_other_origins(request: Request) -> None:
    """Raises Refused (403) for a request that a page of another site sends. Browsers say so in
    Sec-Fetch-Site (where the connection is safe) and in Origin; other programs say neither, and
    have no cookie of anybody."""
    site = request.headers.get("sec-fetch-site")
    typed = {"none"} if request.method in SAFE else set()
    if site is not None and site not in {"same-origin", *typed}:
        raise OTHER_ORIGIN
    origin = request.headers.get("origin")
    if origin is not None and host_of(origin) != request.headers.get("host", ""):
        raise OTHER_ORIGIN


def host_of(origin: str) -> str | None:
    """Returns host and port of an origin; None for one that is malformed."""
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return None
