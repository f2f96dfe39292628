"""Requests made from the OpenAPI document of a service, by a seeded chance: some as it wants them,
most with something that it did not expect."""

import base64
import json
from collections.abc import Mapping
from copy import deepcopy
from random import Random
from typing import Any
from urllib.parse import quote

from tests.component.access.least import Schema, least

HOSTILE: tuple[Any, ...] = (
    None, True, 0, -1, 2**31, 2**63, 10**400, 1.5, 1e308, "", " ", "x" * 30_000, "\x00", "\x1b[31m",
    "\ud800", "\u202e", "\u200b", "\ufffe", "１２", "2025-13-45", "0000-00-00", "9999-12-31",
    "2025-03-03T01:00:00", "u-city", "p-1", "c-npc", "../..", "//evil", "$where", "'\"<script>",
    [], {}, [None], [[[[]]]], {"$gt": ""}, {"": ""}, ["u-city"] * 500, "a" * 80 + "!",
)  # fmt: skip
RAW = (
    b"", b"{", b"[]", b"null", b"1", b'"x"', b"NaN", b'{"a":Infinity}', b"\xff\xfe", b"[" * 40,
    b"[" * 100_000, b'{"a":' * 33 + b'"\\', b'"' * 20_001, b"{}" * 2, b"\xef\xbb\xbf{}", b"-",
    b"1" * 5_000, b'{"a":1,"a":2}', b"x" * 1_048_577,
)  # fmt: skip
CURSORS: tuple[Any, ...] = (
    [], [1], [None, None], ["a", {}], [{}, []], ["9" * 300, ""], {"a": 1}, "x", 1, [1e308, 2**70],
    ["\ud800", "\x00"], [["a"], "b"], [True, False], ["a", "b", "c"],
)  # fmt: skip

LONGEST = 4_000
"""Characters of a parameter: the client itself sends no address beyond 64 KiB."""


class Chance:
    """Requests to one operation, the same for the same seed."""

    def __init__(self, seed: str) -> None:
        self.random = Random(seed)

    def value(self) -> Any:
        return deepcopy(self.random.choice(HOSTILE))

    def text(self) -> str:
        """Returns a parameter: any value as text, or a mark of a place in a list."""
        if self.random.random() < 0.3:
            mark = json.dumps(self.random.choice(CURSORS)).encode()
            return base64.urlsafe_b64encode(mark).decode()
        value = self.value()
        return value if isinstance(value, str) else str(value)[:500]

    def body(self, schema: Schema, named: Mapping[str, Schema]) -> bytes:
        if self.random.random() < 0.2:
            return self.random.choice(RAW)
        wanted = least(schema, named)
        for _ in range(self.random.choice((0, 1, 1, 2, 5))):
            wanted = self.changed(wanted)
        return json.dumps(wanted).encode()

    def changed(self, value: Any) -> Any:
        """Returns the value with one place changed, left out or added."""
        if isinstance(value, dict) and self.random.random() < 0.9:
            key = self.random.choice([*value, "unknown", "$set", "\u202e"])
            if key in value and self.random.random() < 0.2:
                return {name: inside for name, inside in value.items() if name != key}
            return {**value, key: self.changed(value[key]) if key in value else self.value()}
        if isinstance(value, list) and value and self.random.random() < 0.7:
            return [self.changed(value[0]), *value[1:], *value[:1]]
        return self.value()

    def path(self, template: str, known: Mapping[str, str]) -> str:
        """Returns the path of this operation: one with dots or slashes is that of another."""
        strange = {name: self.segment() for name in known}
        chosen = strange if self.random.random() < 0.2 else known
        return template.format_map(chosen)

    def segment(self) -> str:
        text = self.text()[:300].replace("/", "").replace(".", "") or "x"
        return quote(text.encode("utf-8", "replace"))

    def query(self, operation: Schema) -> list[tuple[str, str]]:
        names = [one["name"] for one in operation.get("parameters", ()) if one["in"] == "query"]
        chosen = [name for name in names if self.random.random() < 0.5]
        texts = (self.text().encode("utf-8", "replace").decode() for _ in chosen)
        return [(name, text[:LONGEST]) for name, text in zip(chosen, texts, strict=True)]

    def headers(self) -> dict[str, bytes]:
        found = {
            "Content-Type": self.random.choice((b"application/json",) * 8 + (b"text/plain", b"x"))
        }
        for name in ("Idempotency-Key", "If-Match", "Accept-Language", "traceparent"):
            if self.random.random() < 0.2:
                text = self.random.choice(('"1"', "k-1", "*", 'W/"x"', "\x80", "en", "0" * 300))
                found[name] = text.encode("latin-1")
        return found
