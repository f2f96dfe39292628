"""Bearer tokens: signature, issuer, audience and lifetime are checked; `sub` names the caller."""

import asyncio
import hashlib
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, get_args

import jwt

from shared.http.key_set import VerificationKey
from shared.http.refused import Refused
from shared.http.wording import Title
from shared.kernel.bounded_cache import BoundedCache
from shared.kernel.errors import Unavailable

TYPES = frozenset({"jwt", "at+jwt"})
SUBJECT = re.compile(r"[pc](-[a-z]*[0-9]{0,10})+")
LONGEST_SUBJECT = 62
UNREADABLE = (jwt.PyJWTError, LookupError, ValueError, TypeError, ArithmeticError, RecursionError)
"""Errors of a token that is none, whatever it was made of."""
CLIENT_SECONDS = 300
PERSON_SECONDS = 12 * 3600
LEEWAY_SECONDS = 30
REMEMBERED_SECONDS = 10.0
"""A page asks several times with one token. A key that is withdrawn counts so much longer."""
MOST_REMEMBERED = 4_096
Refusal = Literal["no-token", "token-invalid", "token-subject", "token-too-long"]
REFUSALS: Sequence[Refusal] = get_args(Refusal)
CHALLENGE = {"WWW-Authenticate": 'Bearer realm="duban"'}


class Keys(Protocol):
    """A source of the keys that verify tokens; `is_remote` where it may have to be waited for."""

    @property
    def is_remote(self) -> bool: ...

    def key_for(self, token: str) -> VerificationKey: ...


@dataclass(frozen=True)
class DevelopmentKey:
    """One shared secret, HS256; the start checks refuse it in production."""

    secret: str
    is_remote: bool = False

    def key_for(self, token: str) -> VerificationKey:
        return VerificationKey(self.secret, ("HS256",))


@dataclass(frozen=True, slots=True)
class _Valid:
    """A token that was valid: its subject; seconds of real time at which it expires, and of
    `time.monotonic()` until which it need not be checked again."""

    subject: str
    expires: int
    until: float

    def holds(self) -> bool:
        return time.monotonic() < self.until and time.time() < self.expires


@dataclass(frozen=True)
class Tokens:
    """Checks tokens for one audience. `on_failure(rule)` counts refusals."""

    keys: Keys
    issuer: str
    audience: str
    on_failure: Callable[[str], None] = lambda rule: None
    _valid: BoundedCache[bytes, _Valid] = field(
        default_factory=lambda: BoundedCache(MOST_REMEMBERED)
    )

    async def subject(self, token: str | None) -> str:
        """Returns the `sub` of a valid token. Raises Refused (401), and Unavailable while the key
        set cannot be read."""
        if not token:
            raise self._refused("no-token", "请先登录", "A bearer token is needed")
        digest = hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
        if (known := self._valid.get(digest)) and known.holds():
            return known.subject
        claims = await self._verified(token)
        subject, until = self._checked(claims), time.monotonic() + REMEMBERED_SECONDS
        self._valid.put(digest, _Valid(subject, claims["exp"], until))
        return subject

    async def _verified(self, token: str) -> Mapping[str, Any]:
        """Returns the claims. Raises as `subject`."""
        try:
            # Fetching a key set is blocking I/O; verifying with a key in memory needs no thread.
            remote = self.keys.is_remote
            return await asyncio.to_thread(self._claims, token) if remote else self._claims(token)
        except jwt.PyJWKClientConnectionError as error:
            raise Unavailable(f"the key set cannot be read: {error}") from error
        except UNREADABLE as error:
            # Its message may repeat the token, which may be anything.
            reason = f"The token is not valid: {type(error).__name__}"
            raise self._refused("token-invalid", "登录已失效，请重新登录", reason) from None

    def _claims(self, token: str) -> Mapping[str, Any]:
        check_header(jwt.get_unverified_header(token))
        found = self.keys.key_for(token)
        claims: Mapping[str, Any] = jwt.decode(
            token,
            found.key,
            algorithms=list(found.algorithms),
            audience=self.audience,
            issuer=self.issuer,
            leeway=LEEWAY_SECONDS,
            options={"require": ["exp", "iat", "aud", "iss", "sub"]},
        )
        check_claims(claims)
        return claims

    def _checked(self, claims: Mapping[str, Any]) -> str:
        """Returns the subject. Tokens of clients live five minutes at most, so that a lost one soon
        expires; those of people half a day."""
        sub = claims["sub"]
        if len(sub) > LONGEST_SUBJECT or not SUBJECT.fullmatch(sub):
            raise self._refused("token-subject", "令牌主体无效", "sub is neither p-… nor c-…")
        lifetime = claims["exp"] - claims["iat"]
        if sub.startswith("c-") and lifetime > CLIENT_SECONDS:
            raise self._refused(
                "token-too-long", "接口令牌有效期不得超过 5 分钟", "Client tokens live 5 minutes"
            )
        if lifetime > PERSON_SECONDS:
            raise self._refused(
                "token-too-long", "登录令牌有效期不得超过 12 小时", "Tokens live 12 hours"
            )
        return str(sub)

    def _refused(self, rule: Refusal, chinese: str, english: str) -> Refused:
        self.on_failure(rule)
        return Refused(401, rule, Title(chinese, english), CHALLENGE)


def check_header(header: Mapping[str, Any]) -> None:
    """Raises InvalidTokenError for a token of another purpose (an ID token's logout, a proof of
    possession), and for a header that has to be understood and is not."""
    kind = header.get("typ", "JWT")
    if not isinstance(kind, str) or kind.lower().removeprefix("application/") not in TYPES:
        raise jwt.InvalidTokenError("typ")
    if "crit" in header:
        raise jwt.InvalidTokenError("crit")


def check_claims(claims: Mapping[str, Any]) -> None:
    """Raises InvalidTokenError where a moment is no whole number, or the subject no text."""
    moments = [claims[name] for name in ("exp", "iat", "nbf") if name in claims]
    if any(type(moment) is not int for moment in moments) or type(claims["sub"]) is not str:
        raise jwt.InvalidTokenError("claims")


def development_token(secret: str, sub: str, *, issuer: str, audience: str, issued: int) -> str:
    """Returns a token as `duban token` prints it; `issued` in seconds of real time."""
    lifetime = CLIENT_SECONDS if sub.startswith("c-") else PERSON_SECONDS
    claims = {"sub": sub, "iss": issuer, "aud": audience, "iat": issued, "exp": issued + lifetime}
    return jwt.encode(claims, secret, algorithm="HS256")
