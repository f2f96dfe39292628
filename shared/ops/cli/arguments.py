"""Arguments that operators type. A name that does not exist is refused with all names that do,
before any work."""

import re
from collections.abc import Iterable
from typing import Annotated

import typer

from shared.contracts.catalogue import BY_NAME, OWNERS
from shared.kafka.namespace import Namespace
from shared.service.processes.registry import SERVICES, definition_of
from shared.service.settings import ServiceSettings


def one_of(what: str, given: str, choices: Iterable[str]) -> str:
    names = list(choices)
    if given not in names:
        raise typer.BadParameter(
            f"没有{what} {given}，可选：{'、'.join(names)}。Choose one of these."
        )
    return given


def service_named(given: str) -> str:
    return one_of("服务", given, SERVICES)


def services_named(given: list[str] | None) -> list[str] | None:
    return given and [service_named(each) for each in given]


def owner_named(given: str) -> str:
    """Returns the service whose log is meant; the portal has none. Raises BadParameter."""
    return one_of("事件库", given, BY_NAME)


def owners_named(given: list[str] | None) -> list[str] | None:
    return given and [owner_named(each) for each in given]


def topic_named(given: str) -> str:
    return one_of("主题", given, sorted({owner.topic for owner in OWNERS}))


def consumer_named(service: str, given: str) -> str:
    """Returns the consumer: a service's reactions, its deliveries, or any generation of one
    of its read models. Raises BadParameter."""
    namespace, definition = Namespace(ServiceSettings().space), definition_of(service)
    reactions = [namespace.prefixed(f"{service}-reactions")] if definition.listens else []
    own = [namespace.prefixed(f"{service}-{name}") for name in ("deliveries", "sender")]
    deliveries = own if definition.delivers else []
    models = [namespace.prefixed(f"{service}-{one.name}-g") for one in definition.projections]
    stem = re.sub(r"(?<=-g)\d+$", "", given)
    if stem in models and stem != given:
        return given
    return one_of("消费者", given, [*reactions, *deliveries, *(f"{model}1" for model in models)])


Service = Annotated[str, typer.Argument(help="服务", callback=service_named)]
Services = Annotated[
    list[str] | None, typer.Argument(help="服务，默认全部", callback=services_named)
]
Owner = Annotated[str, typer.Argument(help="有事件库的服务", callback=owner_named)]
Owners = Annotated[list[str] | None, typer.Argument(help="服务，默认全部", callback=owners_named)]
