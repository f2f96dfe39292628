"""Cases that counters know, of those that a reader may see: the others are counted one by one."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from services.portal.domain.derived import SCOPE
from services.portal.queries import Filter
from shared.kernel.visibility import Among, AnyOf, Every

HOLDERS = ("units", "client")
"""Fields of the register by whose values the tally is counted, too."""


@dataclass(frozen=True)
class Known:
    """`shown`: what the reader may see. `field` and `value`: the place at which counters count, one
    of HOLDERS and its id; all places without them."""

    shown: AnyOf
    field: str = ""
    value: str = ""

    @cached_property
    def cases(self) -> AnyOf:
        """Returns the conditions that ask for fields of the counters alone."""
        here = (self._here(each) for each in self.shown.conditions)
        return AnyOf(tuple(dict.fromkeys(each for each in here if each)))

    def elsewhere(self) -> Filter:
        """Returns the filter for visible cases outside of `cases`."""
        every = (self._beyond(each) for each in self.shown.conditions if not _is_scoped(each))
        rest = AnyOf(tuple(each for each in every if each))
        return {"$and": [rest.as_filter(), {"$nor": [self.cases.as_filter()]}]}

    def kept_back(self) -> Filter:
        """Returns the filter for those of `cases` that are not visible, since they are against the
        reader."""
        return self.shown.kept_back(self.cases)

    def _here(self, condition: Every) -> Every | None:
        if _is_scoped(condition):
            return condition.whomever_against
        at = _holding(condition, self.field)
        if at is None or self.value not in at.values or not _is_scoped(condition, self.field):
            return None
        one = Among(self.field, frozenset({self.value}))
        return _replaced(condition.whomever_against, at, one)

    def _beyond(self, condition: Every) -> Every | None:
        """Returns the condition without the place that counters count."""
        at = _holding(condition, self.field)
        if at is None or self._here(condition) is None:
            return condition
        others = at.values - {self.value}
        return _replaced(condition, at, Among(self.field, others)) if others else None


def places_of(shown: AnyOf) -> Iterator[Known]:
    """Yields the places at which counters may know cases of the reader: all of them for those who
    see whole kinds or agencies, else each unit of theirs, or the client."""
    if Known(shown).cases.conditions:
        yield Known(shown)
        return
    for field in HOLDERS:
        held = (_holding(condition, field) for condition in shown.conditions)
        values = frozenset[str]().union(*(at.values for at in held if at))
        yield from (Known(shown, field, value) for value in sorted(values))


def places_in(wanted: Every) -> frozenset[str]:
    """Returns the unit that a filter names."""
    at = _holding(wanted, "units")
    return at.values if at else frozenset()


def _is_scoped(condition: Every, *others: str) -> bool:
    return condition.whomever_against.fields <= {*SCOPE, *others}


def _holding(condition: Every, field: str) -> Among | None:
    parts = (part for part in condition.conditions if isinstance(part, Among))
    return next((part for part in parts if part.field == field), None)


def _replaced(condition: Every, part: Among, other: Among) -> Every:
    return Every(tuple(other if each is part else each for each in condition.conditions))
