"""The session of a person at a terminal: begun, renewed before its token ends, ended."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jwt

from shared.ops.login.answers import Granted
from shared.ops.login.device_grant import DeviceGrant
from shared.ops.login.errors import ENDED, NotConfigured, refused
from shared.ops.login.kept_login import Login, forget, keep, load, locked
from shared.ops.login.provider import Provider
from shared.ops.login.settings import LoginSettings
from shared.service.settings import ServiceSettings

BEFORE_SECONDS = 30.0
"""A token is renewed so long before it ends: requests are under way for a while."""


@dataclass(frozen=True)
class TerminalSession:
    """The login at one issuer as one client. `now` in seconds of real time since 1970."""

    issuer: str
    client: str
    scope: str
    place: Path
    loopback: bool
    now: Callable[[], float] = time.time

    @classmethod
    def here(cls, services: ServiceSettings) -> "TerminalSession":
        own = LoginSettings()
        return cls(
            services.jwt_issuer, own.client, own.scope, own.place, not services.in_production
        )

    def provider(self) -> Provider:
        """Raises NotConfigured, AddressRefused."""
        if "://" not in self.issuer:
            raise NotConfigured
        return Provider(self.issuer, self.client, loopback=self.loopback)

    def begin(self, grant_of: Callable[[Provider], DeviceGrant]) -> Login:
        """Returns the new login, kept. Raises LoginRefused and the errors of the provider."""
        with self.provider() as provider:
            login = self._login(grant_of(provider).granted(self.scope))
        with locked(self.place):
            keep(self.place, login)
        return login

    def kept(self) -> Login | None:
        """Returns the kept login at this issuer, as this client. Raises FileUnsafe."""
        login = load(self.place)
        ours = login and (login.issuer, login.client) == (self.issuer, self.client)
        return login if ours else None

    def token(self) -> str:
        """Returns a token that does not end at once, renewed where it would. Raises LoginRefused
        when the login has ended."""
        login = self.kept()
        if login and self._lasts(login):
            return login.access_token
        with locked(self.place):
            return self._renewed().access_token

    def _renewed(self) -> Login:
        """Reads again: another command may have renewed it meanwhile."""
        login = self.kept()
        if login and self._lasts(login):
            return login
        if login is None or login.refresh_token is None:
            raise ENDED
        with self.provider() as provider:
            answer = provider.refreshed(login.refresh_token)
        if isinstance(answer, Granted):
            login = self._login(answer, login.refresh_token)
            keep(self.place, login)
            return login
        if answer.error == "invalid_grant":
            forget(self.place)
            raise ENDED
        raise refused(answer.error)

    def end(self) -> bool | None:
        """Forgets the login; returns whether the provider has ended it, too, None where there was
        none. Raises ProviderAway after it is forgotten here."""
        with locked(self.place):
            login = self.kept()
            forget(self.place)
        if login is None:
            return None
        with self.provider() as provider:
            return provider.revoke(login.refresh_token or login.access_token)

    def _lasts(self, login: Login) -> bool:
        ends = math.inf if login.expires_at is None else login.expires_at
        return ends - BEFORE_SECONDS > self.now()

    def _login(self, granted: Granted, refresh_token: str | None = None) -> Login:
        token = granted.access_token.get_secret_value()
        given = granted.refresh_token
        return Login(
            issuer=self.issuer,
            client=self.client,
            access_token=token,
            expires_at=self._end_of(granted, token),
            refresh_token=given.get_secret_value() if given else refresh_token,
        )

    def _end_of(self, granted: Granted, token: str) -> float | None:
        if granted.expires_in is not None:
            return self.now() + granted.expires_in
        end = claims_of(token).get("exp")
        return float(end) if type(end) is int else None


def claims_of(token: str) -> dict[str, Any]:
    """Returns the claims as they are written, for showing them; the API checks their signature.
    A token that is no JWT has none."""
    try:
        return jwt.decode(token, options={"verify_signature": False})
    except (jwt.PyJWTError, ValueError, RecursionError):
        return {}
