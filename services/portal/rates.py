"""Answers of statistics: counts and rates by group, each with the list that it counts."""

from collections.abc import Mapping
from urllib.parse import urlencode

from pydantic import BaseModel, Field

from services.portal.domain.breakdown import (
    ALL,
    NOWHERE,
    OTHER_KINDS,
    Counted,
    Path,
    alone,
    in_order,
    spread,
)
from services.portal.domain.derived import RATES, Rate
from services.portal.queries import WITHOUT
from shared.kernel.rate import exact_percent

Counts = Mapping[tuple[str, str], Mapping[str, int]]
"""(group, value) → {measure: n}."""


class Share(BaseModel):
    """A rate with its numerator and denominator; `percent` is null for an empty denominator.
    Both are counts of a measure, which is a filter of the worklist."""

    rate: str
    numerator: int
    denominator: int
    percent: str | None = Field(examples=["96.11"])
    numerator_measure: str = Field(examples=["closed"])
    denominator_measure: str = Field(examples=["registered"])

    @classmethod
    def of(cls, rate: Rate, numerator: int, denominator: int) -> "Share":
        return cls(
            rate=rate.code,
            numerator=numerator,
            denominator=denominator,
            percent=exact_percent(numerator, denominator),
            numerator_measure=rate.numerator,
            denominator_measure=rate.denominator,
        )


PART = Rate("share", "registered", "registered")
"""The part of a group in all cases of a selection."""


class Group(BaseModel):
    """`share` is this group's part of all registered cases of the selection. `depth`: how far a
    unit stands below the highest one of the tree. Rows of units end with `-` (no unit answers) and
    `other-kinds` (kinds that are not counted by unit for the reader): they add up to the whole."""

    group: str
    value: str
    depth: int = 0
    counts: dict[str, int]
    opened: dict[str, int] = Field(
        default={},
        description="各项数量中本人可以查看的件数；没有的为零",
        examples=[{"registered": 12, "closed": 9}],
    )
    query: str = Field(
        default="",
        description="列出其中可以查看的办件的台账查询；数量以 measure 另行指定",
        examples=["agency=u-city&period=2025&lead=u-hou&subtree=true"],
    )
    rates: list[Share]
    share: Share

    @classmethod
    def of(cls, place: tuple[str, str], counts: Mapping[str, int], everything: int) -> "Group":
        n = {measure: number for measure, number in sorted(counts.items()) if number}
        rates = [Share.of(r, n.get(r.numerator, 0), n.get(r.denominator, 0)) for r in RATES]
        share = Share.of(PART, n.get("registered", 0), everything)
        return cls(group=place[0], value=place[1], counts=n, rates=rates, share=share)


class Statistics(BaseModel):
    """`names`: of the units in it."""

    agency: str
    period: str
    kind: str | None
    groups: list[Group]
    names: dict[str, str] = Field(default={}, examples=[{"u-hou": "市住建局"}])

    @classmethod
    def of(
        cls, counts: Counts, opened: Counts, group: str, path: Path, **selection: str | None
    ) -> "Statistics":
        """The whole selection first, then every value of the group: the most frequent first, and
        below each unit those that belong to it by its `path`. `opened`: how many of the counts the
        caller may open."""
        values, openable = (values_of(each, group, path) for each in (counts, opened))
        whole, route = counts.get(ALL), path if group == "unit" else alone
        everything = (whole or {}).get("registered", 0)
        groups = [Group.of(ALL, whole, everything)] if whole else []
        for value in in_order(values, lambda v: values.get(v, {}).get("registered", 0), route):
            made = Group.of((group, value), values[value], everything)
            groups += [made.model_copy(update={"depth": len(route(value)) - 1})]
        for each in groups:
            own = opened.get(ALL, {}) if each.group == "all" else openable.get(each.value, {})
            each.opened = {measure: n for measure, n in sorted(own.items()) if n}
            each.query = query_of(each, selection, is_tree=path is not alone)
        return cls.model_validate({**selection, "groups": groups})


def values_of(counts: Counts, group: str, path: Path) -> Counted:
    """Returns the counts of the values of the group; of units by the `path` of each."""
    values = {key[1]: n for key, n in counts.items() if key[0] == group and key != ALL}
    return spread(values, path) if group == "unit" else values


def query_of(shown: Group, selection: Mapping[str, str | None], is_tree: bool) -> str:
    """Returns the query of the worklist for the cases that a row of statistics counts."""
    value = WITHOUT if shown.value == NOWHERE else shown.value
    places = {"all": {}, "unit": query_of_unit(shown.value, is_tree)}
    named = {**selection, **places.get(shown.group, {shown.group: value})}
    return urlencode({name: code for name, code in named.items() if code})


def query_of_unit(unit: str, is_tree: bool) -> dict[str, str]:
    if unit == OTHER_KINDS:
        return {"beside_units": "true"}
    if unit == NOWHERE:
        return {"unassigned": "true", "by_unit": "true"}
    return {"lead": unit, "by_unit": "true"} | ({"subtree": "true"} if is_tree else {})
