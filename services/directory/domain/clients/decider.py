"""Decisions about partner clients."""

from collections.abc import Sequence

from services.directory.domain.clients import commands, state
from services.directory.domain.entry import Unknown
from shared.contracts import directory as facts
from shared.contracts.directory import PartnerClient
from shared.kernel.decider import routed
from shared.kernel.eligible import check_agency
from shared.kernel.errors import RuleViolated


def register(
    command: commands.RegisterClient, client: PartnerClient | Unknown
) -> Sequence[facts.ClientEvent]:
    check_agency(command.directory, command.agency)
    if isinstance(client, Unknown):
        return [facts.ClientRegistered(at=command.at, **command.fields(PartnerClient))]
    if command.fields(PartnerClient) == client.fields(PartnerClient):
        return []
    raise RuleViolated("client-exists", "该客户端编号已登记", "client")


DECIDER = routed(
    state.UNREGISTERED,
    commands.ClientCommand,
    facts.ClientEvent,
    decide={commands.RegisterClient: register},
    evolve={facts.ClientRegistered: state.registered},
)
