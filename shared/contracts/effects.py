"""Effects: declarations at a fact class of what it does to obligations."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal, get_args

from pydantic import TypeAdapter, ValidationError

from shared.kernel.shape import Shape

EVERY = "*"
"""Subject of an effect that concerns the obligations about every subject of the case."""
CASE = "@case"
"""Subject of an obligation that concerns the case as a whole."""
PART = "@part"
"""Name for a part itself, where the parts of a fact are ids and no shapes."""

Verb = Literal["meet", "withdraw", "pause", "resume", "extend"]
Conditions = Mapping[str, tuple[object, ...]]
"""Values of fields of the fact for which an effect holds."""
ALWAYS: Conditions = MappingProxyType({})


@dataclass(frozen=True)
class Effect:
    """Declaration at a fact class. `subject`, `person` and `due` name fields of the fact, or of its
    part or parts `each`. What a person owes is owed by no unit; else the unit is the field `unit`,
    but for `of_unit` False: an organ owes it, whose ladder says which.

    An opening without `due` is computed by the policy row of the case when the fact is recorded;
    an entailed one from the day in the field `since`.
    The effect holds only where every field in `when` has one of the values given there.
    """

    verb: Verb | Literal["open"]
    rules: tuple[str, ...]
    subject: str = "task"
    why: str = ""
    person: str | None = None
    due: str | None = None
    each: str | None = None
    when: Conditions = field(default_factory=lambda: ALWAYS)
    of_unit: bool = True
    since: str | None = None

    def slips(self, fact: type[Shape]) -> Iterator[str]:
        """Yields a clause for each name or value that the fields of the fact class do not have."""
        if self.verb == "open" and self.subject == EVERY:
            yield "no obligation is opened about every subject"
        yield from _unknown(fact, self.each, self.since, *self.when)
        named = {self.subject, self.person, self.due} - {EVERY, CASE, PART}
        part = fact.model_fields.get(self.each) if self.each else None
        for owner in _classes(part.annotation) if part else (fact,):
            yield from _unknown(owner, *named)
        for name in self.when.keys() & fact.model_fields.keys():
            yield from _impossible(fact, name, self.when[name])


Effects = tuple[Effect, ...]


def opens(
    *rules: str,
    due: str | None = None,
    subject: str = "task",
    person: str | None = None,
    each: str | None = None,
    when: Conditions = ALWAYS,
    of_unit: bool = True,
) -> Effect:
    """Declares that the fact opens these obligations, each where the policy row has it."""
    return Effect(
        "open", rules, subject, person=person, due=due, each=each, when=when, of_unit=of_unit
    )


def meets(
    *rules: str,
    why: str,
    subject: str = "task",
    each: str | None = None,
    when: Conditions = ALWAYS,
) -> Effect:
    """Declares that the fact fulfils these obligations.

    It must be recorded in the stream whose facts open them, so that it never comes first.
    """
    return Effect("meet", rules, subject, why, each=each, when=when)


def withdraws(
    *rules: str,
    why: str,
    subject: str = "task",
    each: str | None = None,
    when: Conditions = ALWAYS,
) -> Effect:
    """Declares that these obligations are not owed any more; without rules: none of the case."""
    return Effect("withdraw", rules, subject, why, each=each, when=when)


def pauses(*rules: str, why: str, subject: str = "task", when: Conditions = ALWAYS) -> Effect:
    """Declares that the time of these obligations stands still from the fact on."""
    return Effect("pause", rules, subject, why, when=when)


def resumes(
    *rules: str,
    why: str,
    due: str | None = None,
    subject: str = "task",
    when: Conditions = ALWAYS,
) -> Effect:
    """Declares that the time of these obligations runs again: until the moment that the field `due`
    records, or else with the budget that was left."""
    return Effect("resume", rules, subject, why, due=due, when=when)


def extends(
    *rules: str, why: str, due: str, subject: str = "task", when: Conditions = ALWAYS
) -> Effect:
    """Declares that these obligations are due at the moment that the field `due` records."""
    return Effect("extend", rules, subject, why, due=due, when=when)


def _unknown(owner: type[Shape], *names: str | None) -> Iterator[str]:
    if missing := sorted({name for name in names if name} - owner.model_fields.keys()):
        yield f"no field {missing} in {owner.__name__}"


def _impossible(fact: type[Shape], name: str, values: Iterable[object]) -> Iterator[str]:
    """Yields a clause for each value that the field of the fact class can never have."""
    annotation: Any = fact.model_fields[name].annotation
    field_type = TypeAdapter(annotation)
    for value in values:
        try:
            field_type.validate_python(value, strict=True)
        except ValidationError:
            yield f"{name} is never {value!r}"


def _classes(annotation: Any) -> Iterator[type[Shape]]:
    """Yields the classes of the part or parts that a field of this type holds."""
    if isinstance(annotation, type) and issubclass(annotation, Shape):
        yield annotation
    for inner in get_args(annotation):
        yield from _classes(inner)
