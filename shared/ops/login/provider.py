"""Identity provider: found by discovery, asked over TLS, no redirect followed, answers bounded."""

import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

import httpx

from shared.http.front import is_loopback
from shared.ops.base.errors import OpsError
from shared.ops.login.answers import DeviceCode, Granted, Metadata, Refusal, read
from shared.ops.login.errors import (
    AddressRefused,
    AnswerMalformed,
    CertificateRefused,
    ProviderAway,
    refused,
)

DISCOVERY = "/.well-known/openid-configuration"
DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
TIMEOUT_SECONDS = 10.0
ANSWER_SECONDS = 30.0
LARGEST = 64 * 1024
"""Bytes of an answer."""
BUSY = frozenset({408, 429, 500, 502, 503, 504})
HEADERS = {"Accept": "application/json", "Accept-Encoding": "identity"}


@dataclass(frozen=True)
class Pending:
    """The grant is not there (yet): `error` is the code of the provider."""

    error: str


def check_address(name: str, address: str, loopback: bool) -> None:
    """Raises AddressRefused without TLS; `loopback`: this machine needs none (development)."""
    parts = urlsplit(address)
    if parts.scheme == "https" and parts.hostname:
        return
    if not (loopback and parts.scheme == "http" and is_loopback(parts.hostname or "")):
        raise AddressRefused(name)


class Provider:
    """Client of one issuer; a context manager. Raises ProviderAway when it does not answer."""

    def __init__(self, issuer: str, client: str, *, loopback: bool) -> None:
        check_address("DUBAN_JWT_ISSUER", issuer, loopback)
        self._issuer, self._client, self._loopback = issuer, client, loopback
        # Tokens never go through a proxy that the environment names, nor after a redirect.
        self._http = httpx.Client(
            verify=ssl.create_default_context(),
            timeout=TIMEOUT_SECONDS,
            trust_env=False,
            follow_redirects=False,
            headers=HEADERS,
        )
        self._found: Metadata | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._http.close()

    def device_code(self, scope: str) -> DeviceCode:
        """Raises LoginRefused, AnswerMalformed."""
        body = {"client_id": self._client, "scope": scope}
        answer = self._granted(self.metadata().device_authorization_endpoint, body)
        if isinstance(answer, Pending):
            raise refused(answer.error)
        code = read(DeviceCode, answer)
        for name in ("verification_uri", "verification_uri_complete"):
            if address := getattr(code, name):
                check_address(name, address, self._loopback)
        return code

    def token_of_device(self, device_code: str) -> Granted | Pending:
        """Raises AnswerMalformed."""
        return self._token({"grant_type": DEVICE_GRANT, "device_code": device_code})

    def refreshed(self, refresh_token: str) -> Granted | Pending:
        """Raises AnswerMalformed."""
        return self._token({"grant_type": "refresh_token", "refresh_token": refresh_token})

    def revoke(self, token: str) -> bool:
        """Ends the token at the provider (RFC 7009); returns whether the provider does so."""
        address = self.metadata().revocation_endpoint
        if address is None:
            return False
        status, _ = self._ask("POST", address, {"token": token, "client_id": self._client})
        return status == httpx.codes.OK

    def metadata(self) -> Metadata:
        """Returns what discovery finds, all of it over TLS. Raises AnswerMalformed."""
        if self._found is None:
            status, content = self._ask("GET", self._issuer.rstrip("/") + DISCOVERY)
            if status != httpx.codes.OK:
                raise AnswerMalformed(f"{DISCOVERY} {status}")
            self._found = self._checked(read(Metadata, content))
        return self._found

    def _checked(self, found: Metadata) -> Metadata:
        if found.issuer != self._issuer:
            raise AnswerMalformed("issuer")
        for name in ("device_authorization_endpoint", "token_endpoint", "revocation_endpoint"):
            if address := getattr(found, name):
                check_address(name, address, self._loopback)
        return found

    def _token(self, body: Mapping[str, str]) -> Granted | Pending:
        answer = self._granted(self.metadata().token_endpoint, {**body, "client_id": self._client})
        return answer if isinstance(answer, Pending) else read(Granted, answer)

    def _granted(self, address: str, body: Mapping[str, str]) -> bytes | Pending:
        """Returns the content of a success, or the error code of a refusal."""
        status, content = self._ask("POST", address, body)
        if status == httpx.codes.OK:
            return content
        if status not in (400, 401, 403):
            raise AnswerMalformed(str(status))
        return Pending(read(Refusal, content).error)

    def _ask(
        self, method: str, address: str, body: Mapping[str, str] | None = None
    ) -> tuple[int, bytes]:
        try:
            with self._http.stream(method, address, data=body) as response:
                content = bounded(response)
        except httpx.TransportError as error:
            raise unreachable(error) from None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise AnswerMalformed(type(error).__name__) from None
        if response.status_code in BUSY:
            raise ProviderAway(str(response.status_code))
        return response.status_code, content


def unreachable(error: BaseException) -> OpsError:
    """Returns the error by its type: its own message may repeat what was sent."""
    cause: BaseException | None = error
    while cause and not isinstance(cause, ssl.SSLCertVerificationError):
        cause = cause.__cause__ or cause.__context__
    return CertificateRefused() if cause else ProviderAway(type(error).__name__)


def bounded(response: httpx.Response) -> bytes:
    """Raises AnswerMalformed for an answer that is packed, too long, or too slow."""
    if response.headers.get("content-encoding", "identity") != "identity":
        raise AnswerMalformed("Content-Encoding")
    content, until = b"", time.monotonic() + ANSWER_SECONDS
    for part in response.iter_raw():
        content += part
        if len(content) > LARGEST or time.monotonic() > until:
            raise AnswerMalformed(f"> {LARGEST} B, {ANSWER_SECONDS:.0f} s")
    return content
