"""`duban token --as PERSON`: a bearer token for development."""

from typing import Annotated

import typer

from shared.ops.base.dev_tokens import token_for

app = typer.Typer()


@app.command()
def token(
    as_: Annotated[str, typer.Option("--as", help="p-… (a person) or c-… (a client)")],
) -> None:
    """开发用令牌，接口令牌五分钟有效。A bearer token for trying the APIs (development only)."""
    typer.echo(token_for(as_))
