"""Connectivity check before any work: an address that does not listen is named at once, with the
remedy."""

import socket
from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

from pymongo.errors import PyMongoError
from pymongo.uri_parser import parse_uri

from shared.ops.base.errors import OpsError
from shared.service.settings import ServiceSettings

PATIENCE_SECONDS = 2.0
HTTP_PORT, HTTPS_PORT, KAFKA_PORT = 80, 443, 9092

Place = tuple[str, int]


class OutOfReach(OpsError):
    def __init__(self, what: str, where: str, setting: str) -> None:
        super().__init__(
            f"无法连接{what}（{where}）：请先启动（make run 或 docker compose up），"
            f"或者用 {setting} 指明正确的地址。",
            f"Nothing answers at {where}: start Duban first, or name the right place by {setting}.",
        )


class NoAddress(OpsError):
    def __init__(self, setting: str, given: str, form: str) -> None:
        super().__init__(
            f"{setting} 应形如 {form}，现为“{given}”。", f"{setting} is written like {form}."
        )


def need_store(settings: ServiceSettings) -> None:
    """Raises OutOfReach unless any member of the replica set listens; the driver finds the
    primary."""
    try:
        nodes: Sequence[tuple[str, int | None]] = parse_uri(settings.mongo_url)["nodelist"]
    except (PyMongoError, ValueError) as error:
        raise NoAddress("MONGO_URL", "…", "mongodb://HOST:PORT/?replicaSet=duban") from error
    _need(" MongoDB", [(host, port or 0) for host, port in nodes], "MONGO_URL")


def need_bus(settings: ServiceSettings) -> None:
    setting = "KAFKA_BOOTSTRAP_SERVERS"
    given = settings.kafka_bootstrap_servers
    places = [_place(f"//{one.strip()}", KAFKA_PORT, setting, given) for one in given.split(",")]
    _need(" Kafka", places, setting)


def need_api(address: str) -> None:
    secure = address.startswith("https://")
    if not address.startswith(("http://", "https://")):
        raise NoAddress("--api", address.rstrip("/"), "http://127.0.0.1:8000")
    port = HTTPS_PORT if secure else HTTP_PORT
    _need("督办接口", [_place(address, port, "--api", address)], "--api")


def _place(address: str, port: int, setting: str, given: str) -> Place:
    try:
        parts = urlsplit(address)
        return parts.hostname or "", parts.port or port
    except ValueError as error:
        raise NoAddress(setting, given, "HOST:PORT") from error


def _need(what: str, places: Iterable[Place], setting: str) -> None:
    tried = list(places)
    if not any(map(_listens, tried)):
        where = ", ".join(f"{host}:{port}" if port else host for host, port in tried)
        raise OutOfReach(what, where, setting)


def _listens(place: Place) -> bool:
    host, port = place
    if not port:  # a socket in the file system: left to the driver
        return True
    try:
        socket.create_connection((host, port), PATIENCE_SECONDS).close()
    except OSError:
        return False
    return True
