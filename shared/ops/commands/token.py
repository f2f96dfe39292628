"""`duban token --as PERSON`: a bearer token for development."""

import time
from typing import Annotated

import typer

from shared.http.auth import development_token
from shared.service.settings import ServiceSettings

app = typer.Typer()


@app.command()
def token(
    as_: Annotated[str, typer.Option("--as", help="p-… (a person) or c-… (a client)")],
) -> None:
    """开发用令牌，接口令牌五分钟有效。A bearer token for trying the APIs (development only)."""
    typer.echo(token_for(as_))


def token_for(sub: str, settings: ServiceSettings | None = None) -> str:
    """Refused in production, where tokens come from the identity provider."""
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
