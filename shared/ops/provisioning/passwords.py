"""Passwords of all accounts, as files made by an operator; none has a default."""

from dataclasses import dataclass, field
from pathlib import Path

from pymongo.uri_parser import parse_uri

from shared.ops.base.errors import OpsError
from shared.ops.provisioning.store_rights import AUDIT, SITE
from shared.service.processes.registry import SERVICES


class PasswordMissing(OpsError):
    def __init__(self, path: Path, why: str = "") -> None:
        super().__init__(
            f"缺少口令文件或内容有误：{path}。请先执行 make secrets。",
            f"{path} is missing or of no use{why}: run `make secrets` first.",
        )


@dataclass(frozen=True)
class Login:
    user: str
    password: str = field(repr=False)


def store_logins(folder: Path) -> dict[str, Login]:
    """Returns the logins of every service, of the public site and of the audit trail, read from
    the URLs that their processes use."""
    return {name: _login(folder / f"{name}_mongo_url") for name in (*SERVICES, SITE, AUDIT)}


def site_writer(folder: Path, service: str) -> Login:
    """Returns the login of a service that writes to the public site's own store."""
    return _login(folder / f"{service}_site_mongo_url")


def bus_logins(folder: Path) -> dict[str, Login]:
    return {name: Login(name, _text(folder / f"{name}_kafka_password")) for name in SERVICES}


def _login(path: Path) -> Login:
    uri = parse_uri(_text(path))
    user, password = uri["username"], uri["password"]
    if not user or not password:
        raise PasswordMissing(path, " (the URL names no user or no password)")
    return Login(user, password)


def _text(path: Path) -> str:
    try:
        text = path.read_text().strip()
    except OSError as error:
        raise PasswordMissing(path) from error
    if not text:
        raise PasswordMissing(path)
    return text
