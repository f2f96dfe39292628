"""One description of the APIs of all services, for people and for generated clients."""

import json
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI
from fastapi_offline import FastAPIOffline

from shared.version import VERSION

SCHEMAS = "#/components/schemas/"


def whole_app(apps: Mapping[str, FastAPI], pages: Mapping[str, Any]) -> FastAPI:
    """Returns the application with `/` (a page to try it) and `/openapi.json`; `pages` are
    parameters of the page."""
    whole = FastAPIOffline(
        title="督办 Duban",
        version=VERSION,
        docs_url="/",
        redoc_url=None,
        root_path_in_servers=False,
        swagger_ui_parameters=dict(pages),
    )
    whole.openapi = lambda: described(apps)  # type: ignore[method-assign]
    return whole


def described(apps: Mapping[str, FastAPI]) -> dict[str, Any]:
    """Returns the OpenAPI document of all services. Names of schemas and operations begin with
    their service: two services may use one name for two things."""
    document: dict[str, Any] = {
        "openapi": "3.1.0",
        "info": {"title": "督办 Duban", "version": VERSION},
        "paths": {},
        "components": {"schemas": {}, "securitySchemes": {}},
    }
    for name, app in apps.items():
        part = prefixed(name, app.openapi())
        document["paths"] |= part["paths"]
        for kind, parts in part["components"].items():
            document["components"].setdefault(kind, {}).update(parts)
    return document


def prefixed(service: str, document: Mapping[str, Any]) -> dict[str, Any]:
    """Returns the document with the service in paths, names of schemas and of operations."""
    text = json.dumps(document).replace(SCHEMAS, f"{SCHEMAS}{service}_")
    part: dict[str, Any] = json.loads(text)
    schemas = part["components"]["schemas"]
    part["components"]["schemas"] = {f"{service}_{name}": one for name, one in schemas.items()}
    for operation in (each for methods in part["paths"].values() for each in methods.values()):
        operation["operationId"] = f"{service}_{operation['operationId']}"
    part["paths"] = {f"/{service}/v1{path}": methods for path, methods in part["paths"].items()}
    return part
