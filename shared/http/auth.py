"""Bearer tokens: signature, issuer, audience and lifetime are checked; `sub` names the caller."""

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol, get_args

import jwt

from shared.http.refused import Refused
from shared.http.wording import Title
from shared.kernel.errors import Unavailable

ALGORITHMS = ("RS256", "PS256", "ES256", "EdDSA")
CLIENT_SECONDS = 300
PERSON_SECONDS = 12 * 3600
LEEWAY_SECONDS = 30
Refusal = Literal["no-token", "token-invalid", "token-subject", "token-too-long"]
REFUSALS: Sequence[Refusal] = get_args(Refusal)
CHALLENGE = {"WWW-Authenticate": 'Bearer realm="duban"'}


class Keys(Protocol):
    """A source of the keys that verify tokens."""

    @property
    def algorithms(self) -> Sequence[str]: ...

    def key_for(self, token: str) -> Any: ...


@dataclass(frozen=True)
class DevelopmentKey:
    """One shared secret, HS256; the start checks refuse it in production."""

    secret: str
    algorithms: Sequence[str] = ("HS256",)

    def key_for(self, token: str) -> str:
        return self.secret


class KeySet:
    """A JWKS from a file or an address; an unknown key id makes the address read anew."""

    algorithms: Sequence[str] = ALGORITHMS

    def __init__(self, source: str) -> None:
        self._client = jwt.PyJWKClient(source, lifespan=300, timeout=5) if "://" in source else None
        text = "" if self._client else Path(source).read_text()
        self._set = jwt.PyJWKSet.from_dict(json.loads(text)) if text else None

    def key_for(self, token: str) -> Any:
        if self._client:
            return self._client.get_signing_key_from_jwt(token).key
        assert self._set is not None
        return self._set[jwt.get_unverified_header(token).get("kid", "")].key


@dataclass(frozen=True)
class Tokens:
    """Checks tokens for one audience. `on_failure(rule)` counts refusals."""

    keys: Keys
    issuer: str
    audience: str
    on_failure: Callable[[str], None] = lambda rule: None

    async def subject(self, token: str | None) -> str:
        """Returns the `sub` of a valid token. Raises Refused (401), and Unavailable while the key
        set cannot be read."""
        if not token:
            raise self._refused("no-token", "请先登录", "A bearer token is needed")
        try:
            # Fetching a key set is blocking I/O; verifying with a key in memory needs no thread.
            remote = isinstance(self.keys, KeySet)
            claims = await asyncio.to_thread(self._claims, token) if remote else self._claims(token)
        except jwt.PyJWKClientConnectionError as error:
            raise Unavailable(f"the key set cannot be read: {error}") from error
        except (jwt.PyJWTError, KeyError) as error:
            raise self._refused(
                "token-invalid", "登录已失效，请重新登录", f"The token is not valid: {error}"
            ) from None
        return self._checked(claims)

    def _claims(self, token: str) -> Mapping[str, Any]:
        claims: Mapping[str, Any] = jwt.decode(
            token,
            self.keys.key_for(token),
            algorithms=list(self.keys.algorithms),
            audience=self.audience,
            issuer=self.issuer,
            leeway=LEEWAY_SECONDS,
            options={"require": ["exp", "iat", "aud", "iss", "sub"]},
        )
        return claims

    def _checked(self, claims: Mapping[str, Any]) -> str:
        """Returns the subject. Tokens of clients live five minutes at most, so that a lost one soon
        expires."""
        sub = str(claims["sub"])
        if not sub.startswith(("p-", "c-")):
            raise self._refused("token-subject", "令牌主体无效", "sub is neither p-… nor c-…")
        if sub.startswith("c-") and claims["exp"] - claims["iat"] > CLIENT_SECONDS:
            raise self._refused(
                "token-too-long", "接口令牌有效期不得超过 5 分钟", "Client tokens live 5 minutes"
            )
        return sub

    def _refused(self, rule: Refusal, chinese: str, english: str) -> Refused:
        self.on_failure(rule)
        return Refused(401, rule, Title(chinese, english), CHALLENGE)


def development_token(secret: str, sub: str, *, issuer: str, audience: str, issued: int) -> str:
    """Returns a token as `duban token` prints it; `issued` in seconds of real time."""
    lifetime = CLIENT_SECONDS if sub.startswith("c-") else PERSON_SECONDS
    claims = {"sub": sub, "iss": issuer, "aud": audience, "iat": issued, "exp": issued + lifetime}
    return jwt.encode(claims, secret, algorithm="HS256")
