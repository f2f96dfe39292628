"""Commands of people that are sent again with one field changed: each gives a fact or a refusal,
and nobody is told yes to what was not recorded."""

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from shared.kernel.calendar import business_day
from shared.kernel.decider import Decider
from shared.kernel.errors import DomainError
from shared.kernel.messages import Command
from shared.service.config.access_tables import load_access
from shared.testing.variation import others

POLICIES = Path("deploy/policies")
LOOKED_UP = "looked up beside the command; nobody sends it"
STREAM = "names the stream: another one is another unit, person, case or register"
READ = "names the edition that was read, and changes nothing in it"
MAY_BE_SILENT: Mapping[str, str] = {
    "accept-case.concluded": LOOKED_UP,
    "accept-case.edition": READ,
    "accept-case.holder": LOOKED_UP,
    "accept-case.parts": LOOKED_UP,
    "accept-case.purpose": "absent, the registered one holds",
    "accept-case.whole": LOOKED_UP,
    "amend-wording.likeness": LOOKED_UP,
    "arbitrate-objection.scope": "absent, the share stays, as it must",
    "change-unit.unit": STREAM,
    "correct-post.unit": STREAM,
    "decide-disclosure.form": "of a reply that is published; another mode has none",
    "decide-with-exemptions.exemptions": "excerpts are looked up; the rest is compared",
    "decline-case.concluded": LOOKED_UP,
    "decline-case.edition": READ,
    "decline-case.parts": LOOKED_UP,
    "dissolve-unit.unit": STREAM,
    "divert-case.concluded": LOOKED_UP,
    "divert-case.edition": READ,
    "divert-case.holder": LOOKED_UP,
    "divert-case.parts": LOOKED_UP,
    "fill-post.unit": STREAM,
    "link-case.known": LOOKED_UP,
    "merge-case.assigned": LOOKED_UP,
    "merge-case.master": LOOKED_UP,
    "name-against.agency": LOOKED_UP,
    "note-particulars.known": LOOKED_UP,
    "pass-on-case.concluded": LOOKED_UP,
    "pass-on-case.edition": READ,
    "pass-on-case.parts": LOOKED_UP,
    "rate-by-proxy.overall": "absent, it is the worse of the two other answers",
    "rate-reply.overall": "absent, it is the worse of the two other answers",
    "register-deputy.person": STREAM,
    "register-deputy.phone": "an empty one keeps the phone that is known",
    "register-person.person": STREAM,
    "register-person.phone": "an empty one keeps the phone that is known",
    "resubmit-paper.holder": LOOKED_UP,
    "resubmit-paper.likeness": LOOKED_UP,
    "send-back-case.concluded": LOOKED_UP,
    "send-back-case.edition": READ,
    "send-back-case.parts": LOOKED_UP,
    "split-case.known": LOOKED_UP,
    "vacate-post.unit": STREAM,
    "void-number.agency": STREAM,
    "void-number.channel": LOOKED_UP,
    "void-number.kind": LOOKED_UP,
    "void-number.unit": STREAM,
    "void-number.unsigned": LOOKED_UP,
    "withdraw-case.all_cosigners_agree": "admits the act, and is no part of the fact",
}
"""Fields that change nothing in an act which is on record, and why."""


def unheard(decider: Decider[Any, Any, Any], state: Any, command: Any) -> list[str]:
    """Returns the fields of a command that was decided which may be sent otherwise, and get neither
    a fact nor a refusal."""
    facts = [] if command.name not in actions() else decider.decide(command, state)
    if not facts:
        return []
    for fact in facts:
        state = decider.evolve(state, fact)
    silent = {name for name, other in changed(command) if is_silent(decider, state, other)}
    return sorted({f"{command.name}.{name}" for name in silent} - MAY_BE_SILENT.keys())


@cache
def actions() -> frozenset[str]:
    """Returns the names of the commands that people send."""
    services = [path.stem for path in (POLICIES / "access").glob("*.yaml")]
    return frozenset().union(*(load_access(POLICIES, name).actions for name in services))


def changed(command: Command) -> Iterator[tuple[str, Command]]:
    """Yields the command with one field changed, by the name of the field. An act without a day is
    one of the day of its entry."""
    fields, today = type(command).model_fields, business_day(command.at)
    for name in fields.keys() - Command.model_fields.keys():
        if not fields[name].exclude:
            value = getattr(command, name)
            for other in others(fields[name].annotation, value, today):
                if {value, other} != {None, today}:
                    yield name, command.model_copy(update={name: other})


def is_silent(decider: Decider[Any, Any, Any], state: Any, command: Command) -> bool:
    """Returns whether a command that the edge lets through changes nothing, and is not refused."""
    try:
        type(command).model_validate(dict(command))
        return not decider.decide(command, state)
    except (DomainError, ValidationError, LookupError, ValueError):
        return False
