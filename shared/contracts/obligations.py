"""Obligations as data of facts: which of them a fact opens, meets, withdraws, pauses, resumes or
extends. Reminder reads this trait and no other detail of a foreign fact."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any, ClassVar, Literal, Self

from shared.contracts.effects import CASE, EVERY, PART, Effect, Effects, Verb
from shared.kernel.calendar import midnight_after
from shared.kernel.codes import Code, Id
from shared.kernel.messages import Event
from shared.kernel.moment import MILLISECOND
from shared.kernel.policy import Due, Policy
from shared.kernel.shape import Shape

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


Foreseen = tuple[tuple[Obligation, ...], tuple[Change, ...]]


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
        for effect, part in self._parts(effects):
            due = getattr(part, effect.due) if effect.due and effect.verb == "open" else None
            if due and due.rule in effect.rules:
                yield _obligation(effect, part, case, due)

    def _changing(self, effects: Effects, case: str) -> Iterator[Change]:
        for effect, part in self._parts(effects):
            if effect.verb != "open":
                yield Change(
                    verb=effect.verb,
                    rules=effect.rules,
                    subject=None if effect.subject == EVERY else _subject(effect, part, case),
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
        for effect, part in self._parts(effects):
            day = getattr(self, effect.since) if effect.since else None
            start = min(at, last_moment(day)) if day else at
            dated = effect.verb != "open" or effect.due
            for rule in () if dated else effect.rules:
                if policy.has(rule):
                    yield _obligation(effect, part, case, policy.due(rule, start))

    def _parts(self, effects: Effects) -> Iterator[tuple[Effect, Any]]:
        """Yields each declaration that holds with the fact, or with each part that it names."""
        for effect in effects:
            if self._holds(effect):
                part = getattr(self, effect.each) if effect.each else self
                parts = part if isinstance(part, Sequence) else (part,)
                yield from ((effect, each) for each in parts)

    def _holds(self, effect: Effect) -> bool:
        return all(getattr(self, name) in values for name, values in effect.when.items())


def last_moment(day: date) -> datetime:
    """Returns the last millisecond of a day: what was done on the day was done until then."""
    return midnight_after(day) - MILLISECOND


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
