"""HTTP route of the gateway: requests that the portal passes on to the services."""

from typing import Annotated, cast

from fastapi import Depends, Path, Request, Response

from services.portal.buttons import trace_of
from services.portal.routers import portal_router
from shared.http.gateway import Gateway, passed_back, source_of
from shared.kernel.errors import NotFound
from shared.service.api.request_context import passing

router = portal_router()
GATEWAY, PASSING = "/gateway/{service}/{path:path}", [Depends(passing("use-gateway"))]


@router.get(GATEWAY, dependencies=PASSING, summary="网关（查询） Gateway, reading")
@router.post(GATEWAY, dependencies=PASSING, summary="网关（办理） Gateway, acting")
async def gateway(
    service: Annotated[str, Path(pattern=r"^[a-z]{1,20}$")],
    path: Annotated[str, Path(max_length=300)],
    request: Request,
) -> Response:
    """转到各服务的接口，原样带去本人的令牌；由该服务自行查验权限。网关不转给网关。"""
    if service == "portal" and path.split("/")[0] == "gateway":
        raise NotFound(path)
    way = cast(Gateway, request.app.state.gateway)
    headers = {**request.headers, **trace_of(request)}
    query, body = request.url.query, await request.body()
    answer = await way.call(service, request.method, path, headers, query, body, source_of(request))
    return passed_back(answer)
