"""A small read model for tests of projections: the texts of each case, counters over cases."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from shared.contracts.handling import ProgressReported
from shared.kernel.messages import Recorded
from shared.kernel.projection import ModelDocument, Projection
from shared.testing.stories import Story


def told(part: ModelDocument, fact: Recorded) -> ModelDocument:
    if isinstance(fact.event, ProgressReported) and fact.event.text == "breaks":
        raise KeyError("not in this version")
    return {"types": [*part.get("types", ()), fact.event.type]}


def sized(document: ModelDocument) -> ModelDocument:
    return {"size": sum(len(document.get(owner, {}).get("types", ())) for owner in OWNERS)}


def by_size(document: ModelDocument) -> dict[str, int]:
    """Counts each case in `all` and under its present size, which changes."""
    return {"cases": 1, f"size/{sized(document)['size']}": 1, "facts": sized(document)["size"]}


OWNERS = ("handling", "intake")
TALLIES = Projection(
    name="tallies",
    topic="case-events",
    parts=dict.fromkeys(OWNERS, told),
    derive=sized,
    count=by_size,
    indexes=((("size", 1),),),
)


def expected_totals(stories: Iterable[Story]) -> dict[str, int]:
    """Returns the expected counters after all facts of the streams were folded once."""
    sizes: Counter[str] = Counter()
    for story in stories:
        sizes[story.stream.partition("-")[2]] += story.documents[-1]["last"]
    totals: Counter[str] = Counter(f"size/{size}" for size in sizes.values())
    return {**totals, "cases": len(sizes), "facts": sum(sizes.values())}


def without_revision(document: dict[str, Any]) -> dict[str, Any]:
    """Returns the document without its revision, which depends on the batches."""
    return {name: value for name, value in document.items() if name != "rev"}
