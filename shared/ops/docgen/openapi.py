"""The OpenAPI document of a service; made once in a process, because it takes half a second."""

from functools import cache
from typing import Any

from shared.service.api.app import service_app
from shared.service.processes.registry import charter_of, definition_of


@cache
def openapi_of(service: str) -> dict[str, Any]:
    """Returns the document that all callers share and none changes."""
    return service_app(definition_of(service), charter=charter_of(service)).openapi()
