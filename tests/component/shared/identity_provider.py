"""A small identity provider that runs for real: discovery, device grant, refresh, revocation; what
it answers next may be set by a test."""

import asyncio
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import jwt
import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse

from shared.ops.base.ports import LOOPBACK, free_port

CLIENT, DEVICE, USER_CODE = "duban", "device-code-very-secret", "WDJB-MJHT"
KEY = "the key of an identity provider that exists for tests only"
SAME = "same origin as the issuer"


def bearer_token(number: int, **more: Any) -> str:
    return jwt.encode({"sub": "p-reg-1", "jti": f"token-{number}", **more}, KEY, "HS256")


def refusal(code: str, status: int = 400) -> Response:
    return JSONResponse({"error": code, "error_description": "<secret>"}, status)


@dataclass
class IdentityProvider:
    """`next`: answers of the token endpoint, before it grants; `instead`: answers by path."""

    issuer: str
    next: list[Response] = field(default_factory=list)
    instead: dict[str, Response] = field(default_factory=dict)
    metadata: dict[str, Any] = field(default_factory=dict)
    device: dict[str, Any] = field(default_factory=dict)
    granting: dict[str, Any] = field(default_factory=lambda: {"expires_in": 300})
    refresh_tokens: list[str] = field(default_factory=list)
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    revoked: list[str] = field(default_factory=list)
    granted: list[str] = field(default_factory=list)

    def secrets(self) -> list[str]:
        return [DEVICE, *self.granted, *self.refresh_tokens]

    def grant(self) -> dict[str, Any]:
        number = len(self.granted)
        self.granted.append(bearer_token(number))
        self.refresh_tokens.append(f"refresh-{number}-secret")
        tokens = {"access_token": self.granted[-1], "refresh_token": self.refresh_tokens[-1]}
        return {"token_type": "Bearer", **tokens} | self.granting

    def app(self) -> FastAPI:
        app = FastAPI()

        @app.middleware("http")
        async def instead(request: Request, call_next: Any) -> Any:
            return self.instead.get(request.url.path) or await call_next(request)

        app.get("/.well-known/openid-configuration")(self.discovered)
        app.post("/device")(self.device_code)
        app.post("/token")(self.token)
        app.post("/revoke")(self.revoke)
        return app

    async def discovered(self) -> dict[str, Any]:
        names = {"device_authorization_endpoint": "device", "token_endpoint": "token"}
        names["revocation_endpoint"] = "revoke"
        found = {name: f"{self.issuer}/{path}" for name, path in names.items()}
        return {"issuer": self.issuer, **found} | self.metadata

    async def device_code(self, request: Request) -> dict[str, Any]:
        self.asked.append(("device", dict(await request.form())))
        code = {"device_code": DEVICE, "user_code": USER_CODE, "expires_in": 600, "interval": 1}
        return {**code, "verification_uri": f"{self.issuer}/activate"} | self.device

    async def token(self, request: Request) -> Response:
        form = dict(await request.form())
        self.asked.append(("token", form))
        if self.next:
            return self.next.pop(0)
        if form["grant_type"] == "refresh_token":
            if form["refresh_token"] != self.refresh_tokens[-1]:
                return refusal("invalid_grant")
        elif form["device_code"] != DEVICE or form["client_id"] != CLIENT:
            return refusal("invalid_grant")
        return JSONResponse(self.grant())

    async def revoke(self, request: Request) -> Response:
        self.revoked.append(str((await request.form())["token"]))
        return Response()

    def grant_types(self) -> Sequence[str]:
        return [form["grant_type"] for name, form in self.asked if name == "token"]


@contextmanager
def running_provider(**tls: Any) -> Iterator[IdentityProvider]:
    """On the loopback; `tls`: certificate and key, as uvicorn takes them."""
    port = free_port()
    provider = IdentityProvider(f"{'https' if tls else 'http'}://{LOOPBACK}:{port}")
    config = uvicorn.Config(
        provider.app(), host=LOOPBACK, port=port, log_level="critical", lifespan="off", **tls
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=lambda: asyncio.run(server.serve()))
    thread.start()
    try:
        while not server.started and thread.is_alive():
            time.sleep(0.01)
        yield provider
    finally:
        server.should_exit = True
        thread.join()
