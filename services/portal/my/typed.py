"""Fields that a reader typed into a form of a page."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from fastapi import Request

from shared.http.refused import Refused
from shared.http.unfinished import whole_body
from shared.http.wording import Title
from shared.kernel.items import items_of

MOST_FIELDS = 40
OWN = frozenset({"csrf", "key", "person", "next", "form", "step"})
"""Fields of the page itself; all others are the reader's. `form` names the act that it is about,
`step` the button that was pressed."""
ILLEGIBLE = Refused(400, "form", Title("提交的内容无法识别，请返回重试", "The form cannot be read"))
Typed = Mapping[str, str]


async def typed_in(request: Request, person: str = "") -> Typed:
    """Returns the fields of the form that the person of a session, or a stranger, has sent; the
    last of a name counts. A form is read once. Raises Refused."""
    body = await whole_body(request, person)
    try:
        pairs = parse_qsl(
            body.decode("utf-8"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=MOST_FIELDS,
        )
    except ValueError:
        raise ILLEGIBLE from None
    return dict(pairs)


def with_items(words: Mapping[str, Any]) -> dict[str, Any]:
    """Returns the words, with the items of `asks`, which are typed one a line, as a list."""
    if "asks" not in words:
        return {**words}
    return {**words, "asks": items_of(words["asks"])}


def words_of(typed: Typed) -> dict[str, str]:
    """Returns what the reader typed, without what was left empty."""
    lines = {name: text.replace("\r\n", "\n") for name, text in typed.items() if name not in OWN}
    return {name: text for name, text in lines.items() if text.strip()}
