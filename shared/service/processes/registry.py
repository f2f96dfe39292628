"""Registry of services by name, so that shared code imports none of them."""

import importlib
from dataclasses import replace

from shared.service.definition import ServiceDefinition
from shared.service.identity.actors_projection import ACTORS

SERVICES = (
    "directory", "intake", "assignment", "handling", "feedback", "disclosure", "reminder", "portal",
)  # fmt: skip


def definition_of(name: str) -> ServiceDefinition:
    """Returns the service's definition with the read model `actors`, which every service has."""
    definition: ServiceDefinition = importlib.import_module(f"services.{name}.app").SERVICE
    return with_actors(definition)


def with_actors(definition: ServiceDefinition) -> ServiceDefinition:
    return replace(definition, projections=(*definition.projections, ACTORS))


def charter_of(name: str) -> str:
    """Returns the docstring of the service's package."""
    return (importlib.import_module(f"services.{name}").__doc__ or "").strip()
