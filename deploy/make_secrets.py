"""Makes a random password for every account, as files; needs nothing but Python itself."""

import argparse
import secrets
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
    """Only what is missing: a password in use is never changed. The folder is closed to others; the
    files are readable, because containers without privileges read them as other users."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    missing = {name: text for name, text in wanted(folder, store, site_store).items() if text}
    for name, text in missing.items():
        path = folder / name
        path.write_text(text)
        path.chmod(0o444)
    return sorted(missing)


def wanted(folder: Path, store: str, site_store: str) -> Mapping[str, str]:
    """Each file with what to write; nothing where it is there already."""
    return {
        name: "" if (folder / name).exists() else text
        for name, text in contents(folder, store, site_store)
    }


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
