"""The Kubernetes objects as kustomize makes them: a base, its patches, an overlay upon it.

What kustomize does is done here by its rules, as far as our files use them: strategic merges, in
which lists of named things are merged by name. `kubectl kustomize` is not at hand everywhere."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

ROOT = Path("deploy/kubernetes")
OVERLAYS = sorted((ROOT / "overlays").iterdir())
MERGED_BY = ("mountPath", "containerPort", "name")
WORKLOADS = ("Deployment", "StatefulSet", "Job")

Thing = dict[str, Any]


def kustomization(folder: Path) -> Thing:
    return dict(yaml.safe_load((folder / "kustomization.yaml").read_text()))


def objects(folder: Path) -> list[Thing]:
    """Everything that `kubectl apply --kustomize FOLDER` would send."""
    plan = kustomization(folder)
    found = [thing for name in plan["resources"] for thing in resources(folder / name)]
    for patch in plan.get("patches", []):
        change = yaml.safe_load((folder / patch["path"]).read_text())
        reached = [thing for thing in found if matches(thing, patch.get("target"), change)]
        assert reached, f"{patch['path']} reaches nothing"
        for thing in reached:
            merge(thing, {key: change[key] for key in change if key == "spec"})
    for config in plan.get("configMapGenerator", []):
        put_config(found, folder, config)
    for image in plan.get("images", []):
        name_image(found, image)
    return found


def resources(path: Path) -> list[Thing]:
    if path.is_dir():
        return objects(path)
    return [thing for thing in yaml.safe_load_all(path.read_text()) if thing]


def matches(thing: Thing, target: Mapping[str, str] | None, change: Thing) -> bool:
    if target is None:
        target = {"kind": change["kind"], "name": change["metadata"]["name"]}
    label, _, value = target.get("labelSelector", "").partition("=")
    return (
        re.fullmatch(target["kind"], thing["kind"]) is not None
        and re.fullmatch(target.get("name", ".*"), thing["metadata"]["name"]) is not None
        and (not label or thing["metadata"].get("labels", {}).get(label) == value)
    )


def merge(into: Thing, change: Thing) -> None:
    for key, value in change.items():
        if isinstance(value, dict) and isinstance(into.get(key), dict):
            merge(into[key], value)
        elif isinstance(value, list) and isinstance(into.get(key), list) and by(value):
            merge_lists(into[key], value)
        else:
            into[key] = yaml.safe_load(yaml.safe_dump(value))


def by(items: list[Any]) -> str | None:
    first = items[0] if items else None
    if not isinstance(first, dict):
        return None
    return next((key for key in MERGED_BY if key in first), None)


def merge_lists(into: list[Any], changes: list[Any]) -> None:
    key = by(changes)
    for change in changes:
        for item in into:
            if item[key] == change[key]:
                merge(item, change)
                break
        else:
            into.append(yaml.safe_load(yaml.safe_dump(change)))


def put_config(found: list[Thing], folder: Path, config: Thing) -> None:
    data = dict(pairs(folder, config.get("envs", [])))
    data |= {name: (folder / name).read_text() for name in config.get("files", [])}
    if config.get("behavior") == "merge":
        [there] = [
            thing
            for thing in found
            if thing["kind"] == "ConfigMap" and thing["metadata"]["name"] == config["name"]
        ]
        there["data"] |= data
        return
    found.append(
        {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"name": config["name"]},
            "data": data,
        }
    )


def pairs(folder: Path, files: list[str]) -> Iterator[tuple[str, str]]:
    for file in files:
        for line in (folder / file).read_text().splitlines():
            if line and not line.startswith("#"):
                name, _, value = line.partition("=")
                yield name, value


def name_image(found: list[Thing], image: Mapping[str, str]) -> None:
    for thing in found:
        if thing["kind"] in WORKLOADS:
            for container in containers(thing):
                if container["image"] == image["name"]:
                    container["image"] = f"{image['newName']}:{image['newTag']}"


def pod(thing: Thing) -> Thing:
    return dict(thing["spec"]["template"]["spec"])


def containers(thing: Thing) -> list[Thing]:
    return [*pod(thing).get("initContainers", []), *pod(thing)["containers"]]
