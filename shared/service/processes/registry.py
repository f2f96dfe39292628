"""The services, each found by its name, so that shared code imports none."""

import importlib
from dataclasses import replace

from shared.service.definition import ServiceDefinition
from shared.service.identity.actors_projection import ACTORS

SERVICES = (
    "directory", "intake", "assignment", "handling", "feedback", "disclosure", "reminder", "portal",
)  # fmt: skip


def definition_of(name: str) -> ServiceDefinition:
    """Every service knows its actors."""
    definition: ServiceDefinition = importlib.import_module(f"services.{name}.app").SERVICE
    return with_actors(definition)


def with_actors(definition: ServiceDefinition) -> ServiceDefinition:
    return replace(definition, projections=(*definition.projections, ACTORS))


def charter_of(name: str) -> str:
    return (importlib.import_module(f"services.{name}").__doc__ or "").strip()
