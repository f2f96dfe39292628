"""Bearer tokens of commands that speak to the APIs: given by option or variable, of the kept login,
else for development."""

import os
import re
from collections.abc import Callable
from typing import Annotated

import typer

from shared.ops.base.dev_tokens import token_for
from shared.ops.base.errors import OpsError
from shared.ops.login.session import TerminalSession
from shared.service.settings import ServiceSettings

VARIABLE = "DUBAN_TOKEN"

Token = Annotated[
    str | None,
    typer.Option(
        help="统一身份认证签发的令牌，本机其他用户可见；"
        f"用 duban login 或环境变量 {VARIABLE} 则不可见。"
    ),
]


class TokenMissing(OpsError):
    def __init__(self) -> None:
        super().__init__(
            "生产环境请先登录统一身份认证：duban login；"
            f"或者把它签发的令牌放在环境变量 {VARIABLE} 中，或用 --token 提供。",
            f"Log in first (duban login), or give a token by {VARIABLE} or --token.",
        )


WELL_FORMED = re.compile(r"[A-Za-z0-9._~+/-]+=*")
"""The form of RFC 6750 for what stands behind `Bearer`."""


class TokenMalformed(OpsError):
    def __init__(self) -> None:
        super().__init__(
            f"令牌格式不对：{VARIABLE} 或 --token 只填令牌本身，不带 Bearer、引号、空格和换行。",
            "This is no token: give it alone, without Bearer, quotes, blanks or line breaks.",
        )


def tokens_from(given: str | None, settings: ServiceSettings) -> Callable[[str], str]:
    """Returns the function that gives the token of a person: always the given one or that of the
    kept login, else a token for development. Raises TokenMissing in production without one, and
    TokenMalformed."""
    token = (given or os.environ.get(VARIABLE, "")).strip()
    if token and not WELL_FORMED.fullmatch(token):
        raise TokenMalformed
    if token:
        return lambda sub: token
    session = TerminalSession.here(settings)
    if session.kept():
        return lambda sub: session.token()
    if settings.in_production:
        raise TokenMissing
    return lambda sub: token_for(sub, settings)
