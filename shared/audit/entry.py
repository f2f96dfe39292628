"""Entries of the audit trail: ids and codes, never texts."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any, Literal, get_args

from shared.kernel.commit import sha256_of
from shared.kernel.moment import stamp
from shared.kernel.storable import canonical

Kind = Literal[
    "login", "logout", "refusal", "denial", "read", "export", "import", "administration",
    "inspection", "process",
]  # fmt: skip
"""login: a sign-in, or the first use of a token · logout: a session of a browser ended ·
refusal: the identity layer let nobody in · denial:
the access table or the state of the case forbade it · read: sealed texts opened · import: rows
of a ledger registered · inspection: the trail itself read · process: a process started, with
the policies that it loaded."""
KINDS: tuple[Kind, ...] = get_args(Kind)

Result = Literal["asked", "done", "refused", "failed", "lost"]
"""asked: written before the work begins. lost: entries that could not be kept, as a number."""

PLAIN = re.compile(r"[A-Za-z0-9._:@/+*,=-]{1,120}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry. `count` beyond 1: a summary of as many, the last of them at `until`.

    `case_id` is the id of a case or of another subject of the vault; `target` an id or a code.
    """

    at: datetime
    kind: Kind
    action: str
    result: Result
    service: str | None = None
    subject: str | None = None
    on_behalf_of: str | None = None
    client: str | None = None
    address: str | None = None
    reason: str | None = None
    case_id: str | None = None
    target: str | None = None
    request: str | None = None
    count: int = 1
    until: datetime | None = None

    def summary(self, count: int, until: datetime) -> "Entry":
        """Returns the entry that stands for `count` like this one. Its case and request were those
        of the first."""
        return replace(self, count=count, until=until, case_id=None, target=None, request=None)


NAMES = tuple(each.name for each in fields(Entry))


def masked(value: str) -> str:
    """Returns an id or code as it is; of anything else, which may be typed text, a digest."""
    if PLAIN.fullmatch(value):
        return value
    return f"?{sha256_of(value.encode('utf-8', 'replace'))[:16]}"


def body_of(entry: Entry) -> dict[str, Any]:
    """Returns the fields to store: moments in their text form, absent ones left out."""
    body: dict[str, Any] = {}
    for name in NAMES:
        value = getattr(entry, name)
        if isinstance(value, datetime):
            body[name] = stamp(value)
        elif isinstance(value, str):
            body[name] = masked(value)
        elif value is not None:
            body[name] = value
    return body


def digest(document: Mapping[str, Any]) -> str:
    """Returns SHA-256, in hexadecimal, of the canonical form (RFC 8785) without the hash itself."""
    sealed = {name: value for name, value in document.items() if name != "hash"}
    return sha256_of(canonical(sealed))


def chained(body: Mapping[str, Any], number: int, previous: str) -> dict[str, Any]:
    """Returns the document of an entry behind the one with the hash `previous`."""
    document = {"_id": number, "previous": previous, **body}
    return {**document, "hash": digest(document)}
