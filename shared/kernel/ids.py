"""Derived ids: computed from the thing that they name, so that a repetition gets the same id."""

import hashlib
import re
from uuid import UUID

from pydantic_core import to_json

NAMESPACE = UUID("98031356-323b-5628-bb63-53a804e740e8")
CASE_ID = re.compile(r"[0-9a-f]{32}")
SERIES = frozenset({"series", "letters"})
"""Prefixes of streams that are no case's: numbers of cases, numbers of letters."""
STREAM_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)+")


def derived(*parts: str | int) -> UUID:
    """Returns UUID 5 of the JSON array of the parts.

    As joined text, ("p-1", "1-k") would equal ("p-11", "-k").
    """
    named = hashlib.sha1(NAMESPACE.bytes + to_json(parts), usedforsecurity=False)
    return UUID(bytes=named.digest()[:16], version=5)


def http_command(principal: str, key: str) -> str:
    """Returns the command id of a request: the same for a repetition under its Idempotency-Key."""
    return str(derived("http", principal, key))


def ledger_command(agency: str, kind: str, period: str, serial: str) -> str:
    """Returns the command id of a row of a paper ledger.

    It does not depend on the importer: the same row imported by two clerks is one case.
    """
    return str(derived("ledger", agency, kind, period, serial))


def paper_command(claim: str, turn: int) -> str:
    """Returns the command id of a paper with an external number: whoever registers the number
    again meets the same case. `turn` counts the papers of this number that are over."""
    return str(derived("paper", claim, turn))


def reaction_command(
    fact_id: str, service: str, command_type: str, target: str = "new", semantic: str = ""
) -> str:
    """Returns the command id of a reaction to a fact.

    `semantic` is a task or a rule, never a position in a list: a row inserted into a table must
    not give the id of one reaction to another.
    """
    return str(derived("react", fact_id, service, command_type, target, semantic))


def delivery(fact_id: str, channel: str, to: str, semantic: str = "") -> str:
    """An effect outside; the receiver gets this id, so that it can tell a repetition."""
    return str(derived("deliver", fact_id, channel, to, semantic))


def case_id(command_id: str) -> str:
    return derived("case", command_id).hex


def fact_id(stream: str, version: int, command_id: str) -> str:
    return str(derived("fact", stream, version, command_id))


def entity_id(opening_fact_id: str, rule: str) -> str:
    """Returns the id of a task, clock, evaluation or commitment, from the fact and the rule that
    opened it."""
    return derived(opening_fact_id, rule).hex[:12]


def stream_key(stream: str) -> str:
    """Returns the subject of a stream, the key of bus, inbox and read models.

    `handling-<case>` → the case, `unit-u-city` → `u-city`, `series-u-city-petition-2025` → itself.
    Raises ValueError for a malformed name.
    """
    if not STREAM_NAME.fullmatch(stream):
        raise ValueError(f"{stream!r} is not the name of a stream")
    prefix, _, rest = stream.partition("-")
    return stream if prefix in SERIES else rest
