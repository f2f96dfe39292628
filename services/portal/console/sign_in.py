"""Sign-in: the port to a provider of identities, and the providers that there are."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, Protocol

from services.portal.settings import PortalSettings
from shared.http.auth import PERSON_SECONDS, SUBJECT, development_token
from shared.http.front import is_loopback
from shared.http.refused import Refused
from shared.http.wording import Title

Kind = Literal["development", "none"]

NO_PERSON = Refused(
    422, "no-person", Title("请选择以谁的身份登录", "Choose the person to sign in as")
)
NO_PROVIDER = Refused(
    403,
    "no-sign-in",
    Title("尚未接入统一身份认证，暂不能登录", "No identity provider is connected yet"),
)


@dataclass(frozen=True)
class SignedIn:
    """A person, and the token by which the services know the person until that moment."""

    person: str
    token: str = field(repr=False)
    until: datetime


class Provider(Protocol):
    """A provider of identities. `kind` tells the page of sign-in how it begins."""

    @property
    def kind(self) -> Kind: ...

    async def identify(self, proof: Mapping[str, str]) -> SignedIn:
        """Returns the person whom the proof names. Raises Refused, and Unavailable while the
        provider does not answer."""
        ...


@dataclass(frozen=True)
class DevelopmentProvider:
    """Takes everybody's word: it signs in as the person whom the page names."""

    secret: str = field(repr=False)
    issuer: str
    audience: str
    now: Callable[[], datetime]
    kind: Literal["development"] = "development"

    async def identify(self, proof: Mapping[str, str]) -> SignedIn:
        person, now = proof.get("person", ""), self.now()
        if not (person.startswith("p-") and SUBJECT.fullmatch(person)):
            raise NO_PERSON
        token = development_token(
            self.secret,
            person,
            issuer=self.issuer,
            audience=self.audience,
            issued=int(now.timestamp()),
        )
        return SignedIn(person, token, now + timedelta(seconds=PERSON_SECONDS))


@dataclass(frozen=True)
class NoProvider:
    kind: Literal["none"] = "none"

    async def identify(self, proof: Mapping[str, str]) -> SignedIn:
        raise NO_PROVIDER


def provider_of(settings: PortalSettings, now: Callable[[], datetime]) -> Provider:
    """Returns the provider of this installation. Tokens for development exist only where their
    secret is checked and the machine alone reaches the port."""
    if settings.in_production or settings.jwks or not is_loopback(settings.host):
        return NoProvider()
    secret = settings.jwt_secret.get_secret_value()
    return DevelopmentProvider(secret, settings.jwt_issuer, settings.jwt_audience, now)
