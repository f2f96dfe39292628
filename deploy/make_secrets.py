"""Makes a random password for every account and a signing key for every service that records facts,
as files; needs Python and openssl."""

import argparse
import base64
import secrets
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

FOLDER = Path("deploy/secrets")
SERVICES = (
    "directory", "intake", "assignment", "handling", "feedback", "disclosure", "reminder", "portal",
)  # fmt: skip
SITE_STORE = "site-mongo:27017"
SITE_WRITERS = ("disclosure",)
"""Services with an account of their own in the store of the public site."""
RECORDING = SERVICES[:-1]
"""The portal records no facts."""
RING = "key_ring"
PUBLIC_KEY_BYTES = 32
KEY_FILE_BYTES = 378
"""In hexadecimal twice as many characters; mongod takes 1024."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=FOLDER)
    parser.add_argument("--store", default="mongo:27017", help="members of the replica set")
    parser.add_argument("--site-store", default=SITE_STORE, help="that of the public site")
    asked = parser.parse_args()
    made = make(asked.folder, asked.store, asked.site_store)
    say(f"已生成 made in {asked.folder}: {', '.join(made) or '无 none'}")
    if not (asked.folder / "jwks.json").exists():
        say(
            f"还缺 {asked.folder}/jwks.json：统一身份认证的公钥集。\n"
            f"Still missing: {asked.folder}/jwks.json, the public keys of your identity provider."
        )


def make(folder: Path, store: str, site_store: str) -> list[str]:
    """Only what is missing: a password in use is never changed; the ring of public keys grows by
    the keys that are made. The folder is closed to others; the files are readable, because
    containers without privileges read them as other users."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    missing = {name: text for name, text in wanted(folder, store, site_store).items() if text}
    for name, text in missing.items():
        write(folder / name, text)
    return sorted(missing)


def write(path: Path, text: str) -> None:
    """In place: a container that has the file mounted sees the new text."""
    if path.exists():
        path.chmod(0o644)
    path.write_text(text)
    path.chmod(0o444)


def wanted(folder: Path, store: str, site_store: str) -> Mapping[str, str]:
    """Each file with what to write; nothing where it is there already."""
    return {
        name: "" if (folder / name).exists() and not grows(folder / name, text) else text
        for name, text in contents(folder, store, site_store)
    }


def grows(path: Path, text: str) -> bool:
    return path.name == RING and path.read_text() != text


def contents(folder: Path, store: str, site_store: str = SITE_STORE) -> Iterator[tuple[str, str]]:
    root = kept(folder / "admin_mongo_password") or password()
    yield "admin_mongo_password", root
    yield "admin_mongo_url", url("admin", root, store)
    yield "mongo_key_file", secrets.token_hex(KEY_FILE_BYTES)
    yield "admin_kafka_password", password()
    yield "quorum_kafka_password", password()
    yield "grafana_admin_password", password()
    yield from of_site(folder, site_store)
    yield "audit_mongo_url", url("audit", password(), store)
    yield from signing(folder)
    for service in SERVICES:
        yield f"{service}_mongo_url", url(service, password(), store)
        yield f"{service}_kafka_password", password()


def of_site(folder: Path, store: str) -> Iterator[tuple[str, str]]:
    """Of the public site's own store, whose passwords open no other."""
    root = kept(folder / "admin_site_mongo_password") or password()
    yield "admin_site_mongo_password", root
    yield "admin_site_mongo_url", url("admin", root, store)
    yield "site_mongo_key_file", secrets.token_hex(KEY_FILE_BYTES)
    yield "site_mongo_url", url("site", password(), store)
    for service in SITE_WRITERS:
        yield f"{service}_site_mongo_url", url(service, password(), store)


def signing(folder: Path) -> Iterator[tuple[str, str]]:
    """The ring first: nobody signs with a key that the others do not know."""
    missing = [one for one in RECORDING if not (folder / signing_key(one)).exists()]
    made = {service: private_key() for service in missing}
    lines = [f"{service} {public_key(pem)}\n" for service, pem in made.items()]
    yield RING, kept(folder / RING) + "".join(lines)
    for service in RECORDING:
        yield signing_key(service), made.get(service) or kept(folder / signing_key(service))


def signing_key(service: str) -> str:
    return f"{service}_signing_key"


def private_key() -> str:
    """Ed25519, in PEM."""
    return openssl("genpkey", "-algorithm", "ed25519").decode()


def public_key(pem: str) -> str:
    """In base64: the end of its DER form."""
    return base64.b64encode(
        openssl("pkey", "-pubout", "-outform", "DER", text=pem)[-PUBLIC_KEY_BYTES:]
    ).decode()


def openssl(*arguments: str, text: str = "") -> bytes:
    try:
        done = subprocess.run(
            ["openssl", *arguments], input=text.encode(), capture_output=True, check=True
        )
    except FileNotFoundError:
        sys.exit("需要 openssl（1.1.1 或更高版本）。openssl 1.1.1 or later is needed.")
    return done.stdout


def say(sentence: str) -> None:
    sys.stdout.write(f"{sentence}\n")


def kept(path: Path) -> str:
    return path.read_text() if path.exists() else ""


def password() -> str:
    """No character that a URL, a property or a shell would read as something else."""
    return secrets.token_hex(24)


def url(user: str, secret: str, store: str) -> str:
    return f"mongodb://{user}:{secret}@{store}/?replicaSet=duban&authSource=admin"


if __name__ == "__main__":
    main()
