"""Obligations as data of facts: which of them a fact opens, meets, withdraws, pauses, resumes or
extends. Reminder reads this trait and no other detail of a foreign fact."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, ClassVar, Literal, Self, get_args

from pydantic import TypeAdapter, ValidationError

from shared.kernel.calendar import midnight_after
from shared.kernel.codes import Code, Id
from shared.kernel.messages import Event
from shared.kernel.moment import MILLISECOND
from shared.kernel.policy import Due, Policy
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
Page = Literal["appears", "disappears"]
"""Fate of a page of the public site."""


class Obligation(Shape):
    """Something owed until a due moment: about which task, evaluation or case, by which unit or
    person. `due.rule` is its name in the policy rows."""

    subject: Id
    due: Due
    unit: Id | None = None
    person: Id | None = None


class Change(Shape):
    """Effect of a fact on running obligations.

    It concerns those named `rules` (empty: all) about `subject` (None: about every subject). `why`
    is the code of the reason; `due` the new due moment of an extension, or of one that goes on.
    """

    verb: Verb
    rules: tuple[Code, ...]
    subject: Id | None
    why: Code
    due: Due | None = None

    @property
    def ends_case(self) -> bool:
        """Returns whether no obligation of the case is owed any more."""
        return self.verb == "withdraw" and not self.rules and self.subject is None

    def concerns(self, rule: str, subject: str) -> bool:
        """Returns whether the obligation of this name, about this subject, is concerned."""
        return (not self.rules or rule in self.rules) and self.subject in (None, subject)


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
Foreseen = tuple[tuple[Obligation, ...], tuple[Change, ...]]


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


def meets(*rules: str, why: str, subject: str = "task", when: Conditions = ALWAYS) -> Effect:
    """Declares that the fact fulfils these obligations.

    It must be recorded in the stream whose facts open them, so that it never comes first.
    """
    return Effect("meet", rules, subject, why, when=when)


def withdraws(*rules: str, why: str, subject: str = "task", when: Conditions = ALWAYS) -> Effect:
    """Declares that these obligations are not owed any more; without rules: none of the case."""
    return Effect("withdraw", rules, subject, why, when=when)


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


class Obliging(Event):
    """A fact with effects on obligations.

    `opens` records the obligations whose due moments were computed by the policy row; the others
    follow from the fields that the declarations name. `counts_on` names the field with the day on
    which the matter took place, where that is not the moment of entry. `entails` declares effects
    of the facts that follow elsewhere: clocks go by those facts, foresight by this, and by the
    policy row where a declaration has no `due`. `page`: what happens to a page of the public site.
    """

    obligations: ClassVar[Effects] = ()
    entails: ClassVar[Effects] = ()
    counts_on: ClassVar[str | None] = None
    page: ClassVar[Page | None] = None

    opens: tuple[Obligation, ...] | None = None

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        """Raises TypeError when a declaration names something that the fact does not have."""
        super().__pydantic_init_subclass__(**kwargs)
        for effect in (*cls.obligations, *cls.entails):
            if slips := [*effect.slips(cls)]:
                raise TypeError(f"{cls.__name__}.obligations: {'; '.join(slips)}")

    def happened(self) -> datetime:
        """Returns when the matter took place: on the day `counts_on`, until its last moment, as
        periods last until 24:00; never after the entry, and at its moment where no day is given."""
        day = getattr(self, self.counts_on) if self.counts_on else None
        return min(self.at, last_moment(day)) if day else self.at

    def opened(self, case: str) -> tuple[Obligation, ...]:
        """Returns the obligations that the fact opens in the case."""
        return (*self._recorded(self.obligations, case), *(self.opens or ()))

    def changes(self, case: str) -> tuple[Change, ...]:
        """Returns the effects on obligations that run, in the order of their declaration."""
        return tuple(self._changing(self.obligations, case))

    def foreseen(self, case: str, policy: Policy) -> Foreseen:
        """Returns the openings and the changes of the fact and of those that it entails. These are
        recorded at once, so what the policy row dates is due from the entry, or from `since`."""
        dated = self._by(policy, self.entails, case, self.at)
        entailed = (*self._recorded(self.entails, case), *dated)
        changes = (*self.changes(case), *self._changing(self.entails, case))
        return (*self.opened(case), *entailed), changes

    def _recorded(self, effects: Effects, case: str) -> Iterator[Obligation]:
        """Yields the obligations whose due moments stand in fields of the fact."""
        for effect, part in self._parts(effects, "open"):
            due = getattr(part, effect.due) if effect.due else None
            if due and due.rule in effect.rules:
                yield _obligation(effect, part, case, due)

    def _changing(self, effects: Effects, case: str) -> Iterator[Change]:
        for effect in effects:
            if effect.verb != "open" and self._holds(effect):
                yield Change(
                    verb=effect.verb,
                    rules=effect.rules,
                    subject=None if effect.subject == EVERY else _subject(effect, self, case),
                    why=effect.why,
                    due=getattr(self, effect.due) if effect.due else None,
                )

    def owes_by_policy(self) -> bool:
        """Returns whether a due moment is still to be computed by the policy row."""
        return any(effect.verb == "open" and not effect.due for effect in self.obligations)

    def with_due(self, policy: Policy, case: str) -> Self:
        """Returns the fact with the obligations that it opens and the policy row has, each due from
        the day on which the fact counts."""
        opens = tuple(self._by(policy, self.obligations, case, self.happened()))
        return self.model_copy(update={"opens": opens or None})

    def _by(
        self, policy: Policy, effects: Effects, case: str, at: datetime
    ) -> Iterator[Obligation]:
        """Yields the obligations that the policy row dates, counted from `at`."""
        for effect, part in self._parts(effects, "open"):
            day = getattr(self, effect.since) if effect.since else None
            start = min(at, last_moment(day)) if day else at
            for rule in effect.rules if effect.due is None else ():
                if policy.has(rule):
                    yield _obligation(effect, part, case, policy.due(rule, start))

    def _parts(self, effects: Effects, verb: str) -> Iterator[tuple[Effect, Any]]:
        """Yields each declaration of the verb with the fact, or with each part that it names."""
        for effect in effects:
            if effect.verb == verb and self._holds(effect):
                part = getattr(self, effect.each) if effect.each else self
                parts = part if isinstance(part, Sequence) else (part,)
                yield from ((effect, each) for each in parts)

    def _holds(self, effect: Effect) -> bool:
        return all(getattr(self, name) in values for name, values in effect.when.items())


def last_moment(day: date) -> datetime:
    """Returns the last millisecond of a day: what was done on the day was done until then."""
    return midnight_after(day) - MILLISECOND


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


def _obligation(effect: Effect, part: Any, case: str, due: Due) -> Obligation:
    return Obligation(
        subject=_subject(effect, part, case),
        due=due,
        unit=getattr(part, "unit", None) if effect.of_unit and not effect.person else None,
        person=_named(part, effect.person) if effect.person else None,
    )


def _subject(effect: Effect, part: Any, case: str) -> str:
    return case if effect.subject == CASE else _named(part, effect.subject)


def _named(part: Any, name: str) -> str:
    return str(part if name == PART else getattr(part, name))
