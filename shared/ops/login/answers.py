"""Answers of an identity provider, in the shapes of OpenID Connect Discovery, RFC 8628 and 6749."""

import re
from typing import Annotated, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, ValidationError

from shared.ops.login.errors import AnswerMalformed

LONGEST_SECONDS = 3600
"""For which a code may be waited for."""
DAYS_30 = 30 * 24 * 3600
BEARER = re.compile(r"[A-Za-z0-9._~+/=-]+")
Answer = TypeVar("Answer", bound="Shape")

Token = Annotated[SecretStr, Field(min_length=1, max_length=16_384)]
Address = Annotated[str, Field(min_length=1, max_length=500, pattern=r"^https?://[\x21-\x7e]+$")]
Code = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[ -~]+$")]
"""The code that a person types; providers use letters, digits and hyphens."""


def header_token(value: object) -> object:
    """Returns a token that fits into a header (RFC 6750). Raises ValueError."""
    if isinstance(value, str) and not BEARER.fullmatch(value):
        raise ValueError("no bearer token")
    return value


def bearer(value: object) -> object:
    return value.lower() if isinstance(value, str) else value


class Shape(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", strict=True, hide_input_in_errors=True)


class Metadata(Shape):
    """The document of discovery."""

    issuer: str
    device_authorization_endpoint: Address
    token_endpoint: Address
    revocation_endpoint: Address | None = None


class DeviceCode(Shape):
    """`expires_in` and `interval` in seconds."""

    device_code: Token
    user_code: Code
    verification_uri: Address
    verification_uri_complete: Address | None = None
    expires_in: int = Field(gt=0)
    interval: int = Field(5, ge=0, le=LONGEST_SECONDS)

    @property
    def lifetime(self) -> int:
        return min(self.expires_in, LONGEST_SECONDS)


class Granted(Shape):
    """A token, with its lifetime in seconds where the provider says it."""

    access_token: Annotated[Token, BeforeValidator(header_token)]
    token_type: Annotated[str, BeforeValidator(bearer), Field(pattern="^bearer$")]
    expires_in: int | None = Field(None, gt=0, le=DAYS_30)
    refresh_token: Token | None = None


class Refusal(Shape):
    error: str = Field(min_length=1, max_length=100)


def read(shape: type[Answer], content: bytes) -> Answer:
    """Raises AnswerMalformed with the names of the wrong fields, and no value."""
    try:
        return shape.model_validate_json(content)
    except ValidationError as error:
        fields = sorted({str(each["loc"][0]) if each["loc"] else "JSON" for each in error.errors()})
        raise AnswerMalformed(", ".join(fields)) from None
