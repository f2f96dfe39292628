"""Cases that counters know: with those elsewhere, and without those kept back, all that is seen."""

from typing import Any

import pytest

from services.portal.domain.derived import SCOPE
from services.portal.known import Known, places_of
from shared.kernel.visibility import Among, AnyOf, Every, NoneOf

BOSS = NoneOf((Every((Among("against", frozenset({"p-boss"})),)),), "against")
PROPOSER = Every((Among("proposers", frozenset({"p-boss"})),))


def among(**named: set[str]) -> tuple[Among, ...]:
    return tuple(Among(field, frozenset(values)) for field, values in named.items())


def shown(*conditions: Every) -> AnyOf:
    return AnyOf((*conditions, PROPOSER))


UNIT = Every((*among(units={"u-fin", "u-hou"}), BOSS))
ORGAN = Every((*among(kind={"petition"}, channel={"letter"}), BOSS))
AGENCY = Every((*among(agency={"u-city"}), BOSS))
CLIENT = Every(among(agency={"u-city"}, client={"c-npc"}))
OPEN_ALONE = Every((*among(agency={"u-city"}, status={"handling"}), BOSS))
PLACES = (
    (shown(AGENCY, UNIT), [("", "")]),
    (shown(ORGAN), [("", "")]),
    (shown(UNIT), [("units", "u-fin"), ("units", "u-hou")]),
    (shown(CLIENT), [("client", "c-npc")]),
    (shown(OPEN_ALONE), []),
    (shown(), []),
)


@pytest.mark.parametrize(("seen", "places"), PLACES, ids=range(len(PLACES)))
def test_counters_are_read_at_the_places_that_a_reader_has(
    seen: AnyOf, places: list[tuple[str, str]]
) -> None:
    assert [(known.field, known.value) for known in places_of(seen)] == places


CASES: tuple[dict[str, Any], ...] = tuple(
    {"agency": agency, "kind": "petition", "channel": channel, "units": units, "client": client,
     "proposers": proposers, "against": against, "status": "handling"}
    for agency in ("u-city", "u-tow")
    for channel in ("letter", "visit")
    for units in ([], ["u-fin"], ["u-hou"], ["u-fin", "u-hou"], ["u-edu"])
    for client in (None, "c-npc")
    for proposers in ([], ["p-boss"])
    for against in (None, ["p-boss"])
)  # fmt: skip


@pytest.mark.parametrize("seen", [seen for seen, _ in PLACES], ids=range(len(PLACES)))
def test_what_counters_know_and_the_rest_are_all_that_is_seen(seen: AnyOf) -> None:
    for known in [*places_of(seen), Known(seen)]:
        assert all(each.fields <= {*SCOPE, known.field} for each in known.cases.conditions)
        for case in CASES:
            counted = known.cases.admits(case)
            elsewhere = holds(known.elsewhere(), case)
            kept_back = holds(known.kept_back(), case)
            assert counted + elsewhere - kept_back == seen.admits(case), (known, case)


def holds(filter_: dict[str, Any], case: dict[str, Any]) -> bool:
    """Returns whether a case passes a filter of the store, of the few kinds that are used here."""
    return all(passes(name, value, case) for name, value in filter_.items())


def passes(name: str, value: Any, case: dict[str, Any]) -> bool:
    match name:
        case "$and":
            return all(holds(each, case) for each in value)
        case "$or":
            return any(holds(each, case) for each in value)
        case "$nor":
            return not any(holds(each, case) for each in value)
        case _:
            members = case.get(name)
            every = members if isinstance(members, list) else [members]
            return any(member in value["$in"] for member in every)
