"""An identity provider: its key signs the tokens that an installation in production takes."""

import json
import time
from dataclasses import dataclass
from typing import Self

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from jwt.algorithms import RSAAlgorithm

ISSUER, AUDIENCE = "https://login.example.gov.cn", "duban"
KEY_ID, ALGORITHM = "one", "RS256"
LIFETIME_SECONDS = 300


@dataclass(frozen=True)
class Identity:
    key: RSAPrivateKey

    @classmethod
    def new(cls) -> Self:
        return cls(generate_private_key(65537, 3072))

    def key_set(self) -> str:
        """As JSON Web Key Set."""
        public = json.loads(RSAAlgorithm.to_jwk(self.key.public_key()))
        return json.dumps({"keys": [{**public, "kid": KEY_ID, "use": "sig", "alg": ALGORITHM}]})

    def token(self, sub: str) -> str:
        now = int(time.time())
        claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": sub}
        times = {"iat": now, "exp": now + LIFETIME_SECONDS}
        return jwt.encode({**claims, **times}, self.key, ALGORITHM, headers={"kid": KEY_ID})
