"""A real Prometheus beside processes that a test has started."""

import re
import shutil
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import httpx
import yaml

from shared.ops.base.ports import LOOPBACK, free_port
from shared.ops.base.process import Server

RULES = Path("deploy/prometheus/rules")
SELECTOR = re.compile(r"\b((?:duban|process|up)[\w:]*)(\{[^}]*\})?")
GROUPED = re.compile(r"\bby \(([^)]*)\)")
SHORT = (
    (r"for: \S+", "for: 1s"),
    (r"offset \w+", "offset 20s"),
    (r"\[10m\]", "[30s]"),
    (r"\[\d+\w\]", "[10s]"),
)
"""Minutes and hours as seconds; borders stay what they are."""


@dataclass(frozen=True)
class Prometheus:
    url: str
    client: httpx.AsyncClient

    async def ask(self, path: str, **params: str) -> Any:
        answer = await self.client.get(f"{self.url}/api/v1/{path}", params=params)
        found = answer.json()
        assert found["status"] == "success", found
        return found["data"]

    async def series(self, query: str) -> list[Mapping[str, Any]]:
        found: list[Mapping[str, Any]] = (await self.ask("query", query=query))["result"]
        return found

    async def exported(self) -> set[str]:
        """Every metric that somebody says to have, with or without a value yet."""
        return set(await self.ask("metadata"))

    async def firing(self) -> dict[str, set[str]]:
        """Alert → what its labels say it is about."""
        found: dict[str, set[str]] = {}
        for alert in (await self.ask("alerts"))["alerts"]:
            if alert["state"] == "firing":
                labels = {
                    value
                    for name, value in alert["labels"].items()
                    if name not in ("alertname", "severity", "instance")
                }
                found.setdefault(alert["labels"]["alertname"], set()).update(labels)
        return found

    async def healthy(self) -> set[str]:
        targets = (await self.ask("targets", state="active"))["activeTargets"]
        return {one["labels"]["job"] for one in targets if one["health"] == "up"}


@asynccontextmanager
async def prometheus(
    folder: Path, jobs: Mapping[str, Iterable[str]], hasty: bool = False
) -> AsyncIterator[Prometheus]:
    """`jobs`: addresses by job. `hasty`: with rules that wait seconds where ours wait minutes."""
    lay_out(folder, jobs, hasty)
    address = f"{LOOPBACK}:{free_port()}"
    server = Server(
        "prometheus", command(folder, address), folder / "log", partial(_answers, address)
    )
    server.start()
    try:
        async with httpx.AsyncClient(timeout=10, trust_env=False) as client:
            yield Prometheus(f"http://{address}", client)
    finally:
        server.stop()


def lay_out(folder: Path, jobs: Mapping[str, Iterable[str]], hasty: bool) -> None:
    (folder / "rules").mkdir(parents=True)
    for file in RULES.glob("*.yml"):
        text = file.read_text()
        (folder / "rules" / file.name).write_text(quickened(text) if hasty else text)
    (folder / "prometheus.yml").write_text(yaml.safe_dump(configuration(jobs)))


def configuration(jobs: Mapping[str, Iterable[str]]) -> dict[str, Any]:
    """Every three seconds, where ours asks every quarter of a minute."""
    haste = {"scrape_interval": "3s", "scrape_timeout": "3s", "evaluation_interval": "1s"}
    return {
        "global": haste,
        "rule_files": ["rules/*.yml"],
        "scrape_configs": [
            {"job_name": job, "static_configs": [{"targets": list(targets)}]}
            for job, targets in jobs.items()
        ],
    }


def command(folder: Path, address: str) -> list[str]:
    return [
        shutil.which("prometheus") or "prometheus",
        f"--config.file={folder / 'prometheus.yml'}",
        f"--storage.tsdb.path={folder / 'data'}",
        f"--web.listen-address={address}",
        "--log.level=warn",
    ]


def _answers(address: str) -> bool:
    try:
        with urlopen(f"http://{address}/-/ready", timeout=2) as answer:
            return bool(answer.status == httpx.codes.OK)
    except (URLError, OSError):
        return False


def quickened(text: str) -> str:
    for pattern, instead in SHORT:
        text = re.sub(pattern, instead, text)
    return text


def selectors(query: str) -> Iterator[str]:
    """What a query asks the scrapes for."""
    for name, labels in SELECTOR.findall(query):
        yield name + labels


def labels_of(query: str) -> set[str]:
    """The labels that it groups by."""
    return {label.strip() for group in GROUPED.findall(query) for label in group.split(",")}
