"""Bearer tokens of commands that speak to the APIs: given by option or variable, else for
development."""

import os
from collections.abc import Callable
from typing import Annotated

import typer

from shared.ops.base.dev_tokens import token_for
from shared.ops.base.errors import OpsError
from shared.service.settings import ServiceSettings

VARIABLE = "DUBAN_TOKEN"

Token = Annotated[
    str | None,
    typer.Option(
        help=f"统一身份认证签发的令牌；也可放在环境变量 {VARIABLE} 中，不会出现在进程列表里。"
    ),
]


class TokenMissing(OpsError):
    def __init__(self) -> None:
        super().__init__(
            f"生产环境请先取得统一身份认证签发的令牌，用 --token 或环境变量 {VARIABLE} 提供。",
            f"Production takes a token of your identity provider by --token or {VARIABLE}.",
        )


def tokens_from(given: str | None, settings: ServiceSettings) -> Callable[[str], str]:
    """Returns the function that gives the token of a person: always the given one, else a token for
    development. Raises TokenMissing in production without one."""
    token = (given or os.environ.get(VARIABLE, "")).strip()
    if token:
        return lambda sub: token
    if settings.in_production:
        raise TokenMissing
    return lambda sub: token_for(sub, settings)
