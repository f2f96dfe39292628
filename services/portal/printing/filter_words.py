"""The filter of a ledger in words, as it stands on the paper."""

from collections.abc import Iterator, Mapping

from services.portal.printing.paper import Paper
from services.portal.queries import WITHOUT

Names = Mapping[str, str]
GROUPS: Mapping[str, str] = {
    "waiting_for": "waiting",
    "review": "review-state",
    "scheme": "charge-scheme",
}
"""Filters whose codes stand in a group of another name."""
CODED = frozenset(
    {
        "kind",
        "channel",
        "subject",
        "purpose",
        "particular",
        "review",
        "scheme",
        "status",
        "light",
        "measure",
        "waiting_for",
    }
)
NAMED = frozenset({"agency", "period", "region", "unit", "lead", "charge", "carrier"})
TICKED = frozenset(
    {"mine", "own", "waiting", "running", "by_unit", "beside_units", "unassigned", "unseen",
     "subtree", "batch", "case", "charged", "backlog"}
)  # fmt: skip
IDS = frozenset({"batch", "case"})
"""Filters by ids, which say nothing to a reader."""
ORDERED = ("q", *sorted(CODED | NAMED), "due_from", "due_to", *sorted(TICKED))
YES = frozenset({"true", "1", "on", "yes", "t", "y"})


def ids_in(query: Mapping[str, str]) -> set[str]:
    """Returns the units and regions that a filter names."""
    return {query[name] for name in NAMED if query.get(name)}


def filter_words(paper: Paper, query: Mapping[str, str], names: Names) -> str:
    """Returns the conditions of a worklist's query; "" where it has none. The route has checked
    their values."""
    separator = "；" if paper.lang == "zh" else "; "
    return separator.join(conditions(paper, query, names))


def conditions(paper: Paper, query: Mapping[str, str], names: Names) -> Iterator[str]:
    for name in ORDERED:
        value = query.get(name, "")
        title = paper.label("filter", name)
        if name in TICKED:
            if value and (name in IDS or value.lower() in YES):
                yield title
        elif value:
            yield paper.say("condition", title=title, value=value_of(paper, name, value, names))


def value_of(paper: Paper, name: str, value: str, names: Names) -> str:
    if value == WITHOUT and name in ("channel", "region", "subject"):
        return paper.say("not-stated")
    if name in CODED:
        return paper.label(GROUPS.get(name, name), value)
    return paper.say("direct") if (name, value) == ("region", "direct") else names.get(value, value)
