"""Decisions about partner clients."""

from collections.abc import Sequence

from services.directory.domain.clients import commands, state
from services.directory.domain.clients.state import Client
from services.directory.domain.entry import Unknown, after_registration, for_registered
from shared.contracts import clients as facts
from shared.contracts.clients import PartnerClient
from shared.kernel.decider import routed
from shared.kernel.eligible import check_agency
from shared.kernel.errors import RuleViolated

Facts = Sequence[facts.ClientEvent]


def register(command: commands.RegisterClient, client: Client | Unknown) -> Facts:
    check_agency(command.directory, command.agency)
    if isinstance(client, Unknown):
        return [facts.ClientRegistered(at=command.at, **command.fields(PartnerClient))]
    if client.revoked or command.fields(PartnerClient) != client.entry.fields(PartnerClient):
        raise RuleViolated("client-exists", "该客户端编号已登记", "client")
    return []


def narrow(command: commands.NarrowClient, client: Client) -> Facts:
    if set(command.kinds) == set(client.kinds):
        return []
    if client.kinds and not set(command.kinds) < set(client.kinds):
        message = "只能从现有类别中减少；需要增加的，请另行登记对接平台"
        raise RuleViolated("kinds-wider", message, "kinds")
    return [facts.ClientNarrowed(at=command.at, **command.fields(facts.ClientKinds))]


def revoke(command: commands.RevokeClient, client: Client) -> Facts:
    if client.revoked:
        return []
    return [facts.ClientRevoked(at=command.at, client=command.client)]


DECIDER = routed(
    state.UNREGISTERED,
    commands.ClientCommand,
    facts.ClientEvent,
    decide={
        commands.RegisterClient: register,
        commands.NarrowClient: for_registered(narrow),
        commands.RevokeClient: for_registered(revoke),
    },
    evolve={
        facts.ClientRegistered: state.registered,
        facts.ClientNarrowed: after_registration(state.narrowed),
        facts.ClientRevoked: after_registration(state.revoked),
    },
)
