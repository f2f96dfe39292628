"""Names of the units in the course of a case: those of the day of each act."""

from collections.abc import Mapping

from services.portal import queries
from services.portal.case_page import CasePage
from shared.mongo.read_models.reader import ReadCollection


async def name_acts(page: CasePage, actors: ReadCollection, today: Mapping[str, str]) -> None:
    """Adds to each line of the timeline the names that its units had on its day, where they differ
    from those of `today`."""
    acts = [(entry.day, [*entry.units()]) for entry in page.timeline]
    for entry, then in zip(page.timeline, await queries.names_then(actors, acts), strict=True):
        entry.names = {unit: name for unit, name in then.items() if name != today.get(unit)}
