"""Bearer tokens for development."""

import time

import typer

from shared.http.auth import development_token
from shared.service.settings import ServiceSettings


def token_for(sub: str, settings: ServiceSettings | None = None) -> str:
    """Returns a token that lasts five minutes. Raises BadParameter in production, where the
    identity provider issues tokens, and for an id that is no person or client."""
    settings = settings or ServiceSettings()
    if settings.in_production:
        raise typer.BadParameter(
            "生产环境的令牌由统一身份认证签发 (tokens come from your identity provider)"
        )
    if not sub.startswith(("p-", "c-")):
        raise typer.BadParameter("人员编号形如 p-1，接口编号形如 c-1 (p-… or c-…)")
    return development_token(
        settings.jwt_secret.get_secret_value(),
        sub,
        issuer=settings.jwt_issuer,
        audience=settings.jwt_audience,
        issued=int(time.time()),
    )
