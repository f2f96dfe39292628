"""Routers of the portal's parts, all under one heading in the API's pages."""

from fastapi import APIRouter

from shared.service.api.edge_route import edge_router


def portal_router() -> APIRouter:
    return edge_router("portal 工作台")
