"""Tokens: only those that were made for us, by whom we trust, and not for long."""

import json
import time
from pathlib import Path
from random import Random
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from shared.http import auth
from shared.http.auth import REMEMBERED_SECONDS, DevelopmentKey, Tokens, development_token
from shared.http.key_set import REREAD_SECONDS, KeySet, UnfitKey, VerificationKey, keys_in
from shared.http.refused import Refused
from shared.kernel.errors import Unavailable

ANOTHER = "another secret that is long enough as well"
SECRET = "a secret that is long enough for HS256 to be content"
NOW = int(time.time())
# Collected long before they run: the claims outlast the whole suite, not one minute of it.
LONG = 12 * 3600
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
        pytest.param(signed(exp=NOW + LONG + 1), "token-too-long", id="for a day"),
        pytest.param(signed(nbf=NOW + 3600), "token-invalid", id="not yet"),
        pytest.param(signed(iat=NOW + 3600, exp=NOW + 7200), "token-invalid", id="made tomorrow"),
        *(
            pytest.param(
                signed(**{name: value}), "token-invalid", id=f"{name} as {type(value).__name__}"
            )
            for name in ("exp", "iat", "nbf")
            for value in (str(NOW + LONG), [NOW], True, {}, float(NOW))
        ),
        *(
            pytest.param(signed(sub=sub), rule, id=f"sub {ascii(sub)[:20]}")
            for sub, rule in (
                (["p-1"], "token-invalid"),
                (1, "token-invalid"),
                ({"$gt": ""}, "token-invalid"),
                ("", "token-subject"),
                ("p-1\x00", "token-subject"),
                ("p-\u202e1", "token-subject"),
                ("p-" + "1-" * 4000, "token-subject"),
                ("p-1 ", "token-subject"),
                ("P-1", "token-subject"),
            )
        ),
        *(
            pytest.param(
                jwt.encode(CLAIMS, SECRET, headers={"typ": typ}), "token-invalid", id=f"typ {typ!r}"
            )
            for typ in ("logout+jwt", "dpop+jwt", "JWE")
        ),
        pytest.param(
            jwt.encode(CLAIMS, SECRET, headers={"crit": ["x"]}), "token-invalid", id="critical"
        ),
        pytest.param("\ud800.a.b", "token-invalid", id="a lone surrogate"),
        pytest.param("e30.e30.", "token-invalid", id="an empty header"),
        pytest.param("." * 5000, "token-invalid", id="dots"),
        pytest.param(signed(sub="c-npc", exp=NOW + 3600), "token-too-long", id="for an hour"),
    ],
)
async def test_every_other_token_is_refused_and_counted(token: str | None, rule: str) -> None:
    failures: list[str] = []
    with pytest.raises(Refused) as refusal:
        await tokens(failures).subject(token)
    assert (refusal.value.status, refusal.value.rule) == (401, rule)
    assert failures == [rule]


CLAIM_VALUES: tuple[Any, ...] = (
    None, True, 0, -1, NOW, NOW + 60, NOW - 60, 2**63, 10**30, 1.5, 1e308, float("inf"),
    float("nan"), "", "p-1", "c-npc", "duban", ["duban"], [], {}, {"$gt": ""}, "\ud800",
    "\x00", "x" * 5_000,
)  # fmt: skip


async def test_random_claims_name_a_subject_or_are_refused() -> None:
    chance = Random("claims")
    checked, found = tokens(), set()
    for _ in range(2_000):
        names = chance.sample(["sub", "iss", "aud", "iat", "exp", "nbf", "jti", "typ"], 2)
        claims = {**CLAIMS, **{name: chance.choice(CLAIM_VALUES) for name in names}}
        payload = json.dumps(claims).encode()
        token = jwt.PyJWS().encode(payload, SECRET, headers={"kid": chance.choice(["", "\ud800"])})
        try:
            found.add(await checked.subject(token))
        except Refused as refusal:
            found.add(refusal.rule)
    assert found <= {"p-1", "c-npc", "token-invalid", "token-subject", "token-too-long"}
    assert len(found) > 2


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


def public_key(**changed: Any) -> dict[str, Any]:
    key = rsa.generate_private_key(65537, changed.pop("bits", 2048))
    public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key()))
    if changed.pop("private", False):
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key))
    return {key: value for key, value in {**public, "kid": "k1", **changed}.items() if value != ""}


OCTETS = {"kty": "oct", "k": "c2VjcmV0", "kid": "k1", "alg": "HS256"}


@pytest.mark.parametrize(
    ("changed", "fit"),
    [
        ({"alg": "RS256", "use": "sig"}, True),
        ({"alg": "PS256", "key_ops": ["verify"]}, True),
        ({"key_ops": ""}, True),
        ({"use": "enc"}, False),
        ({"key_ops": ["encrypt"]}, False),
        ({"alg": "HS256"}, False),
        ({"alg": "ES256"}, False),
        ({"alg": "RSA-OAEP"}, False),
        ({"alg": "none"}, False),
        ({"bits": 1024}, False),
        ({"private": True}, False),
        ({"kty": "EC"}, False),
        ({"n": "!"}, False),
        ({"kid": ""}, False),
        (OCTETS, False),
    ],
    ids=str,
)
def test_only_public_keys_for_signatures_are_taken(changed: dict[str, Any], fit: bool) -> None:
    key = public_key(**{"key_ops": "", **changed}) if changed is not OCTETS else OCTETS
    keys, reasons = keys_in({"keys": [key]})
    assert (bool(keys), bool(reasons)) == (fit, not fit)


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"keys": 1}', '{"keys": [1]}', json.dumps({"keys": [OCTETS]})]
)
def test_a_file_without_a_fit_key_is_refused(text: str, tmp_path: Path) -> None:
    (tmp_path / "keys.json").write_text(text)
    with pytest.raises(UnfitKey):
        KeySet(str(tmp_path / "keys.json"))


async def test_a_key_verifies_under_its_own_algorithm_alone(tmp_path: Path) -> None:
    key = rsa.generate_private_key(65537, 2048)
    public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key()))
    listed = {**public, "kid": "k1", "alg": "PS256", "key_ops": ["verify"]}
    (tmp_path / "keys.json").write_text(json.dumps({"keys": [listed]}))
    checked = Tokens(KeySet(str(tmp_path / "keys.json")), "duban-development", "duban")
    signed_by = {
        name: jwt.encode(CLAIMS, key, algorithm=name, headers={"kid": "k1"})
        for name in ("PS256", "RS256")
    }
    assert await checked.subject(signed_by["PS256"]) == "p-1"
    with pytest.raises(Refused):
        await checked.subject(signed_by["RS256"])


def test_unknown_key_ids_make_the_address_read_anew_at_most_every_half_minute(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now, reads = 0.0, []

    def fetched(client: jwt.PyJWKClient) -> dict[str, Any]:
        reads.append(now)
        return {"keys": [public_key()]}

    monkeypatch.setattr(jwt.PyJWKClient, "fetch_data", fetched)
    keys = KeySet("https://login/jwks", lambda: now)
    for _ in range(20):
        with pytest.raises(KeyError):
            keys.key_for(jwt.encode(CLAIMS, SECRET, headers={"kid": "nobody's"}))
    assert reads == [0.0]
    now = REREAD_SECONDS + 1
    assert keys.key_for(jwt.encode(CLAIMS, SECRET, headers={"kid": "k1"})).algorithms
    assert reads == [0.0]  # known already
    with pytest.raises(KeyError):
        keys.key_for(jwt.encode(CLAIMS, SECRET, headers={"kid": "nobody's"}))
    assert reads == [0.0, now]


async def test_a_key_set_that_does_not_answer_makes_no_token_invalid() -> None:
    failures: list[str] = []
    keys = KeySet("http://127.0.0.1:1/jwks.json")
    away = Tokens(keys, "duban-development", "duban", failures.append)
    token = jwt.encode(CLAIMS, SECRET, algorithm="HS256", headers={"kid": "k1"})
    with pytest.raises(Unavailable):
        await away.subject(token)
    assert failures == []


class CountedKey:
    """A key with the number of tokens that it has verified."""

    is_remote = False
    secret = SECRET
    uses = 0

    def key_for(self, token: str) -> VerificationKey:
        self.uses += 1
        return VerificationKey(self.secret, ("HS256",))


class SettableTime:
    """Replaces the module `time` of the checker: `now` stands for both clocks."""

    def __init__(self) -> None:
        self.now = time.time()

    def time(self) -> float:
        return self.now

    monotonic = time


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SettableTime:
    settable = SettableTime()
    monkeypatch.setattr(auth, "time", settable)
    return settable


async def test_a_valid_token_is_verified_again_after_ten_seconds(clock: SettableTime) -> None:
    keys = CountedKey()
    checked = Tokens(keys, "duban-development", "duban")
    for _ in range(3):
        assert await checked.subject(signed()) == "p-1"
    assert keys.uses == 1
    keys.secret = ANOTHER  # the key is withdrawn
    clock.now += REMEMBERED_SECONDS
    with pytest.raises(Refused):
        await checked.subject(signed())


async def test_a_token_that_expires_is_not_remembered_beyond(clock: SettableTime) -> None:
    keys = CountedKey()
    checked = Tokens(keys, "duban-development", "duban")
    token = signed(exp=int(clock.now) + 2)
    await checked.subject(token)
    clock.now += 2
    await checked.subject(token)  # within the leeway, which only the whole check grants
    assert keys.uses == 2


async def test_a_token_that_differs_in_one_letter_is_verified() -> None:
    checked, token = tokens(), signed()
    await checked.subject(token)
    head, body, signature = token.split(".")
    with pytest.raises(Refused):
        await checked.subject(f"{head}.{body}.{'A' if signature[0] != 'A' else 'B'}{signature[1:]}")


async def test_a_refused_token_is_refused_and_counted_every_time() -> None:
    failures: list[str] = []
    checked, token = tokens(failures), signed(sub="system:intake")
    for _ in range(2):
        with pytest.raises(Refused):
            await checked.subject(token)
    assert failures == ["token-subject"] * 2
