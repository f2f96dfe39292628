"""Cases that a request names beside the one of its path."""

from typing import Any

from shared.service.api.request_context import ServiceEdge


async def known_state(stream: str, action: str, edge: ServiceEdge) -> Any:
    """Returns the state of another case; None where the actor may not take the action there,
    whether it exists or not. In the case of the path the actor stays who he is, whomever the other
    one is against."""
    handler = edge.runtime.handler
    loaded, kind = await handler.loaded(stream), handler.kind_of(stream)
    if not loaded.version:
        return None
    relations = kind.relations(edge.actor.kept_from(loaded.against.ids), None, loaded.state)
    situation = kind.situation(None, loaded.state)
    return loaded.state if edge.allows(action, relations, situation) else None


async def situation_in(stream: str, edge: ServiceEdge) -> str:
    """Returns the situation of another case, for a rule that holds whoever may know the case."""
    handler = edge.runtime.handler
    loaded = await handler.loaded(stream)
    return handler.kind_of(stream).situation(None, loaded.state)
