"""Tokens: only those that were made for us, by whom we trust, and not for long."""

import json
import time
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from shared.http.auth import DevelopmentKey, KeySet, Tokens, development_token
from shared.http.refused import Refused
from shared.kernel.errors import Unavailable

ANOTHER = "another secret that is long enough as well"
SECRET = "a secret that is long enough for HS256 to be content"
NOW = int(time.time())
# Collected long before they run: the claims outlast the whole suite, not one minute of it.
LONG = 24 * 3600
CLAIMS: dict[str, Any] = {
    "sub": "p-1", "iss": "duban-development", "aud": "duban", "iat": NOW, "exp": NOW + LONG,
}  # fmt: skip


def tokens(failures: list[str] | None = None) -> Tokens:
    note = failures.append if failures is not None else lambda rule: None
    return Tokens(DevelopmentKey(SECRET), "duban-development", "duban", note)


def signed(**claims: Any) -> str:
    kept = {name: value for name, value in (CLAIMS | claims).items() if value is not None}
    return jwt.encode(kept, SECRET, algorithm="HS256")


@pytest.mark.parametrize("sub", ["p-1", "c-npc"])
async def test_a_development_token_names_its_subject(sub: str) -> None:
    issued = int(time.time())
    token = development_token(
        SECRET, sub, issuer="duban-development", audience="duban", issued=issued
    )
    assert await tokens().subject(token) == sub


@pytest.mark.parametrize(
    ("token", "rule"),
    [
        pytest.param(None, "no-token", id="none"),
        pytest.param("", "no-token", id="empty"),
        pytest.param("garbage", "token-invalid", id="garbage"),
        pytest.param(signed(exp=NOW - 60), "token-invalid", id="expired"),
        pytest.param(signed(aud="another"), "token-invalid", id="for another"),
        pytest.param(signed(iss="another"), "token-invalid", id="by another"),
        pytest.param(signed(exp=None), "token-invalid", id="for ever"),
        pytest.param(jwt.encode(CLAIMS, ANOTHER), "token-invalid", id="with another secret"),
        pytest.param(jwt.encode(CLAIMS, None, "none"), "token-invalid", id="without a signature"),
        pytest.param(signed(sub="system:intake"), "token-subject", id="of a service"),
        pytest.param(signed(sub="c-npc", exp=NOW + 3600), "token-too-long", id="for an hour"),
    ],
)
async def test_every_other_token_is_refused_and_counted(token: str | None, rule: str) -> None:
    failures: list[str] = []
    with pytest.raises(Refused) as refusal:
        await tokens(failures).subject(token)
    assert (refusal.value.status, refusal.value.rule) == (401, rule)
    assert failures == [rule]


def key_set(folder: Path) -> tuple[ec.EllipticCurvePrivateKey, KeySet]:
    key = ec.generate_private_key(ec.SECP256R1())
    public = json.loads(jwt.algorithms.ECAlgorithm.to_jwk(key.public_key()))
    path = folder / "keys.json"
    path.write_text(json.dumps({"keys": [{**public, "kid": "k1", "alg": "ES256"}]}))
    return key, KeySet(str(path))


async def test_a_key_set_checks_tokens_of_its_keys(tmp_path: Path) -> None:
    key, keys = key_set(tmp_path)
    checked = Tokens(keys, "duban-development", "duban")
    token = jwt.encode(CLAIMS, key, algorithm="ES256", headers={"kid": "k1"})
    assert await checked.subject(token) == "p-1"


async def test_a_key_set_takes_no_shared_secret_and_no_unknown_key(tmp_path: Path) -> None:
    key, keys = key_set(tmp_path)
    checked = Tokens(keys, "duban-development", "duban")
    for token in (
        jwt.encode(CLAIMS, SECRET, algorithm="HS256", headers={"kid": "k1"}),
        jwt.encode(CLAIMS, key, algorithm="ES256", headers={"kid": "k2"}),
        jwt.encode(CLAIMS, key, algorithm="ES256"),
    ):
        with pytest.raises(Refused):
            await checked.subject(token)


async def test_a_key_set_that_does_not_answer_makes_no_token_invalid() -> None:
    failures: list[str] = []
    keys = KeySet("http://127.0.0.1:1/jwks.json")
    away = Tokens(keys, "duban-development", "duban", failures.append)
    token = jwt.encode(CLAIMS, SECRET, algorithm="HS256", headers={"kid": "k1"})
    with pytest.raises(Unavailable):
        await away.subject(token)
    assert failures == []
