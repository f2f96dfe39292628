"""Bounds: no input makes a fact larger than the log takes (ADR 13). The largest fact of each
type is built from the bounds of the forms, in the widest characters."""

import re
from collections import Counter
from typing import Any

import pytest
from pydantic_core import to_json

from services.assignment.domain.hand_out.rules import MOST_UNITS
from services.disclosure.domain.rendition import MOST_NAMED
from services.intake.domain.accused import MOST_BELOW
from services.intake.domain.merging.rules import MOST_MEMBERS, MOST_PEOPLE
from services.intake.domain.registration.rules import MOST_AWAITED
from services.intake.linking import MOST_PARTS
from services.intake.registering import MOST_PETITIONERS
from services.intake.schemas import MOST_EARLIER, NewCase
from shared.contracts.catalogue import FACT_OF
from shared.contracts.charges import MOST_MILESTONES
from shared.contracts.handling import TaskOpened
from shared.contracts.intake import CaseRegistered
from shared.http.bounds import LARGEST_BODY_BYTES
from shared.kernel.check_rules import MOST_CHECKS
from shared.kernel.codes import LONGEST_WORDS
from shared.kernel.paper_rules import MOST_ASKS
from shared.kernel.storable import LARGEST_COMMIT, LARGEST_FACT
from shared.service.processes.registry import SERVICES
from tests.architecture.schemas import Schema, bodies, fields, inner, is_text, resolved, strings

WIDEST = "\x01"  # six bytes in JSON; where a form keeps it out, a rare character has four
RARE, CHINESE, LATIN = "𠮷", "督", "a"
MOST_TASKS = 10 * MOST_UNITS
"""Tasks of one case that are not answered; one that is moved has ended."""
PEOPLE = next(
    m.max_length for m in NewCase.model_fields["proposers"].metadata if hasattr(m, "max_length")
)
MOST = {
    "proposers": PEOPLE, "recipients": PEOPLE, "raters": PEOPLE, "names": PEOPLE,
    "tasks": MOST_UNITS, "people": 50, "plan": 20, "kinds": 5, "opens": 8, "roles": 20,
    "awaited": MOST_AWAITED, "silent": MOST_AWAITED,
    "exemptions": MOST_NAMED, "checks": MOST_CHECKS,
    "delegates": 20, "letter_words": 20, "without_opinion": MOST_UNITS,
    "stayed": 6, "units": 20, "persons": 20, "below": MOST_BELOW, "misplaced": MOST_TASKS,
    "earlier": MOST_EARLIER, "petitioners": MOST_PETITIONERS, "withheld": MOST_UNITS,
    "asks": MOST_ASKS, "answers": MOST_ASKS, "seats": 4, "approvers": 4,
    "members": MOST_MEMBERS, "parts": MOST_PARTS,
    "milestones": MOST_MILESTONES, "stages": MOST_MILESTONES, "dropped": MOST_MILESTONES, "met": 1,
}  # fmt: skip
"""How long the lists of facts become; a ladder is a row of the policy."""
FORMS = {"date-time": "2026-01-02T03:04:05.678Z", "date": "2026-01-02"}
"""Strings of one length: moments and days are written in one form."""
ALWAYS_SEALED = {"contact", "phone", "note", "directed"}
"""Texts that no command opens."""
COUNTED_WITH_TEXT = {"asks", "answers"}
"""Lists whose words share the bound of the text beside them (`require_listed`, `check_length`), and
are open or sealed with it."""


def typed() -> Counter[str]:
    """The longest that people may type into a field of this name, at any service."""
    found: Counter[str] = Counter()
    for service in SERVICES:
        for _, schema, parts in bodies(service):
            for place, said in strings(schema, parts, ""):
                name = place.rpartition(".")[2]
                found[name] = max(found[name], said.get("maxLength", 0))
    return found


TYPED = typed()
COPIES = {"public_text": "text"}


def widest(schema: Schema) -> str:
    form = re.compile(schema.get("pattern", ""), re.ASCII)
    if "pattern" not in schema:
        return WIDEST
    return next((c for c in (RARE, CHINESE) if form.search(c)), LATIN)


def largest(schema: Schema, parts: Schema, name: str, *, shared: bool = False) -> Any:
    """The longest value that there can be; texts that are `shared` have one character."""
    schema = resolved(schema, parts)
    if shared and is_text(schema):
        return WIDEST
    if options := schema.get("anyOf"):
        kept = options[1:] if is_text(schema) and name in ALWAYS_SEALED else options
        return max((largest(one, parts, name, shared=shared) for one in kept), key=size)
    match schema.get("type"):
        case "object":
            inside = schema["properties"].items()
            return {n: largest(s, parts, n, shared=shared) for n, s in inside}
        case "array":
            with_text = shared or name in COUNTED_WITH_TEXT
            return [largest(schema["items"], parts, name, shared=with_text)] * MOST[name]
        case "string":
            return largest_string(schema, COPIES.get(name, name))
    return False if schema.get("type") == "boolean" else 2**53


def largest_string(schema: Schema, name: str) -> str:
    if "enum" in schema:
        return str(max(schema["enum"], key=len))
    if schema.get("format") in FORMS:
        return FORMS[schema["format"]]
    bound = min(schema.get("maxLength", 40), TYPED[name] or LONGEST_WORDS)
    return widest(schema) * int(bound)


def size(value: Any) -> int:
    return len(to_json(value))


INSTEAD: dict[tuple[str, str], str] = {(CaseRegistered.type, "batch"): "receiver"}
"""Fields that exclude another one of their fact: what a ledger brings, nobody took."""


def size_of(wire: str) -> int:
    sizes = {
        name: size({name: largest(schema, parts, name)}) + more_openings(wire, name, schema, parts)
        for name, schema, parts in fields(FACT_OF[wire])
    }
    either = [(one, other) for (of, one), other in INSTEAD.items() if of == wire]
    spared = (min(sizes[name] - size({name: None}) for name in pair) for pair in either)
    return sum(sizes.values()) - sum(spared)


def more_openings(wire: str, name: str, schema: Schema, parts: Schema) -> int:
    """Bytes of the obligations of the co-signers of a paper, beyond those that any fact opens."""
    if (wire, name) != (CaseRegistered.type, "opens"):
        return 0
    each = size(largest(schema, parts, name)) // MOST["opens"]
    return each * (MOST_AWAITED - MOST["opens"])


def test_a_reply_reaches_no_more_people_than_a_paper_may_name() -> None:
    assert MOST_PEOPLE == PEOPLE


@pytest.mark.parametrize("wire", sorted(FACT_OF))
def test_the_largest_fact_of_a_type_is_one_that_the_log_takes(wire: str) -> None:
    assert size_of(wire) <= LARGEST_FACT


def test_all_tasks_of_the_largest_assignment_begin_in_one_commit() -> None:
    assert MOST_UNITS * size_of(TaskOpened.type) <= LARGEST_COMMIT


@pytest.mark.parametrize("service", SERVICES)
def test_the_largest_body_in_chinese_is_one_that_the_edge_reads(service: str) -> None:
    for path, schema, parts in bodies(service):
        assert in_chinese(schema, parts) <= LARGEST_BODY_BYTES, path


def in_chinese(schema: Schema, parts: Schema) -> int:
    """Bytes of a body whose every field is as long as it may be."""
    schema = resolved(schema, parts)
    if schema.get("type") == "string":
        wide = widest(schema) in (WIDEST, RARE, CHINESE)
        return int(schema.get("maxLength", 40)) * (len(CHINESE.encode()) if wide else 1)
    if schema.get("type") == "array":
        return int(schema["maxItems"]) * in_chinese(schema["items"], parts)
    names = sum(len(name) + 4 for name in schema.get("properties", {}))
    steps = list(inner(schema))
    sizes = [in_chinese(inside, parts) for _, inside in steps]
    return names + (max(sizes, default=0) if "anyOf" in schema else sum(sizes))
