"""Reactions: facts of others become commands on a service's own streams."""

from collections.abc import Callable, Sequence

from shared.kernel.messages import Reaction, Recorded
from shared.mongo.inbox import Inbox
from shared.service.commands.recusal import reactions_to
from shared.service.definition import ServiceDefinition
from shared.service.reactions.dispatch import Dispatcher
from shared.service.subscriptions.ordered_effect import OrderedEffect
from shared.service.subscriptions.sandbox import pure

React = Callable[[Recorded], Sequence[Reaction]]


def reactions_of(definition: ServiceDefinition, fact: Recorded) -> Sequence[Reaction]:
    """Returns the reactions of the service, after that of the platform to a recusal."""
    kept = reactions_to(fact, definition.name, definition.keeps_away)
    return [*kept, *definition.react(fact)]


class Reactor(OrderedEffect):
    """Commands are in the log under derived ids before the inbox moves; after a crash in between
    the same commands are dispatched again and find their first outcome."""

    def __init__(
        self, service: str, react: React, dispatcher: Dispatcher[Recorded], inbox: Inbox
    ) -> None:
        super().__init__(service, "reactions", inbox)
        self._react = react
        self._dispatcher = dispatcher

    async def handle(self, fact: Recorded) -> bool:
        with pure():
            reactions = list(self._react(fact))
        for reaction in reactions:
            await self._dispatcher.dispatch(reaction, fact)
        return bool(reactions)
