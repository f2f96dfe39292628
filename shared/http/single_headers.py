"""Headers that a request has once: of two, one would count and the other be passed over unheard."""

from collections import Counter

from starlette.types import Scope

from shared.http.refused import Refused
from shared.http.wording import Title

ONCE = (
    b"authorization", b"content-type", b"idempotency-key", b"if-match", b"if-none-match", b"origin",
    b"x-csrf-token",
)  # fmt: skip
"""Two hosts, or two lengths, are no request of HTTP: the connection ends them."""


def twice(scope: Scope) -> Refused | None:
    """Returns the refusal, with the name, of a header that came more than once."""
    times = Counter(name.lower() for name, _ in scope["headers"])
    name = next((each.decode() for each in ONCE if times[each] > 1), None)
    if name is None:
        return None
    shown = name.title()
    sentence = Title(f"请求头 {shown} 只能有一个", f"The header {shown} is sent more than once")
    return Refused(400, "header-twice", sentence)
