"""Numbers of cases for operators, who may read no title: 2025年第1号建议 beside the id."""

from collections.abc import Collection, Mapping

from shared.mongo.read_models.generations import Generations
from shared.service.processes.registry import definition_of
from shared.service.resources.connections import Connections

PORTAL, REGISTER = "portal", "case_register"


async def numbers_of(connections: Connections, cases: Collection[str]) -> Mapping[str, str]:
    """Returns the printed number of each case that has one; a case before its acceptance has
    none."""
    (register,) = (one for one in definition_of(PORTAL).projections if one.name == REGISTER)
    database = connections.database_of(PORTAL, register)
    pointer = await Generations(database).pointer(register.name, register.version)
    wanted = {"_id": {"$in": list(cases)}, "label": {"$type": "string"}}
    rows = database[pointer.live_collection].find(wanted, {"label": 1})
    return {row["_id"]: row["label"] async for row in rows}
