"""The cluster's objects are valid, complete, and allow no more than they must."""

import re
import subprocess
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from deploy.make_secrets import contents
from shared.service.config.production_checks import check_settings
from shared.service.processes.main import arguments_of
from shared.service.settings import ServiceSettings
from tests.deploy import cluster
from tests.deploy.composition import image_environment, known_variables, wanted_processes

OLDEST = "1.32"
[CITY] = cluster.OVERLAYS
OBJECTS = cluster.objects(CITY)
WORKLOADS = [thing for thing in OBJECTS if thing["kind"] in cluster.WORKLOADS]
SERVING = [thing for thing in WORKLOADS if thing["kind"] != "Job"]
SECRETS = {
    name: set(re.findall(r'--from-file="([^=]+)=', text))
    for name, text in re.findall(
        r'^\s*put "?(duban-\S+?)"? (.*(?:\\\n.*)*)$',
        (cluster.ROOT / "make_secrets.sh").read_text(),
        re.MULTILINE,
    )
}


def of_kind(kind: str) -> dict[str, Any]:
    return {thing["metadata"]["name"]: thing for thing in OBJECTS if thing["kind"] == kind}


def name(thing: cluster.Thing) -> str:
    return f"{thing['kind']} {thing['metadata']['name']}"


def main(thing: cluster.Thing) -> cluster.Thing:
    [container] = cluster.pod(thing)["containers"]
    return dict(container)


def variables(thing: cluster.Thing) -> dict[str, Any]:
    given = {one["name"]: one.get("value") for one in main(thing).get("env", [])}
    return {**image_environment(), **of_kind("ConfigMap")["duban"]["data"], **given}


@pytest.mark.parametrize("thing", OBJECTS, ids=name)
def test_an_object_is_what_kubernetes_knows(thing: cluster.Thing) -> None:
    kubernetes_validate.validate(thing, OLDEST, strict=True)


def test_an_object_that_kubernetes_does_not_know_is_found() -> None:
    wrong = {**of_kind("Deployment")["site"], "spec": {"replicaz": 1}}
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(wrong, OLDEST, strict=True)


def test_no_two_objects_have_one_name() -> None:
    names = [name(thing) for thing in OBJECTS]
    assert sorted(set(names)) == sorted(names)


def test_every_file_is_used() -> None:
    for folder in (cluster.ROOT / "base", CITY):
        plan = cluster.kustomization(folder)
        named = {*plan["resources"], *(patch["path"] for patch in plan["patches"])}
        for config in plan["configMapGenerator"]:
            named |= {*config.get("envs", []), *config.get("files", [])}
        there = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
        assert there - {"kustomization.yaml"} == {one for one in named if not one.startswith("..")}


def test_every_process_of_every_service_is_there() -> None:
    wanted = wanted_processes()
    assert {thing["metadata"]["name"] for thing in SERVING} == set(wanted)
    for thing in SERVING:
        service, role = wanted[thing["metadata"]["name"]]
        asked = arguments_of(main(thing)["args"][2:])
        assert asked.role == role
        assert service in ("site", asked.services)
        assert cluster.pod(thing)["serviceAccountName"] == service
        assert thing["kind"] == ("StatefulSet" if role.startswith("worker") else "Deployment")


@pytest.mark.parametrize("thing", WORKLOADS, ids=name)
def test_a_process_starts_with_what_it_is_given(
    thing: cluster.Thing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert set(variables(thing)) <= known_variables()
    for variable, value in variables(thing).items():
        monkeypatch.setenv(variable, value or "0")
    secrets = {"kafka_password": "given", "mongo_url": "mongodb://given:given@store/?tls=true"}
    settings = ServiceSettings(_env_file=None, _secrets_dir=tmp_path, **secrets)
    check_settings(settings, bus=thing["metadata"]["name"] != "site")


@pytest.mark.parametrize("thing", WORKLOADS, ids=name)
def test_a_process_may_do_nothing_on_its_machine(thing: cluster.Thing) -> None:
    spec = cluster.pod(thing)
    assert spec["automountServiceAccountToken"] is False
    assert spec["securityContext"]["runAsNonRoot"] is True
    assert spec["securityContext"]["runAsUser"] > 0
    assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    for container in cluster.containers(thing):
        rights = container["securityContext"]
        assert rights["readOnlyRootFilesystem"] is True
        assert rights["allowPrivilegeEscalation"] is False
        assert rights["capabilities"] == {"drop": ["ALL"]}
        assert re.fullmatch(r"duban:\d+\.\d+\.\d+", container["image"])
        assert container["resources"]["limits"]["memory"]


@pytest.mark.parametrize("thing", WORKLOADS, ids=name)
def test_what_is_mounted_is_a_volume_and_its_secret_is_made(thing: cluster.Thing) -> None:
    volumes = {one["name"]: one for one in cluster.pod(thing)["volumes"]}
    mounted = {m["name"] for one in cluster.containers(thing) for m in one["volumeMounts"]}
    assert mounted == set(volumes)
    sources = [source["secret"]["name"] for source in volumes["accounts"]["projected"]["sources"]
               if "secret" in source]  # fmt: skip
    patterns = [re.sub(r"\$service", "[a-z]+", one) for one in SECRETS]
    sources += [one["secret"]["secretName"] for one in volumes.values() if "secret" in one]
    for secret in sources:
        assert any(re.fullmatch(pattern, secret) for pattern in patterns), secret


def test_all_but_the_public_site_have_the_key_file() -> None:
    """It faces the public, and has nothing to open."""
    holders = {thing["metadata"]["name"] for thing in WORKLOADS if "vault-key" in str(thing)}
    assert holders == {thing["metadata"]["name"] for thing in WORKLOADS} - {"site"}


@pytest.mark.parametrize("thing", SERVING, ids=name)
def test_probes_ask_where_the_process_listens(thing: cluster.Thing) -> None:
    container, given = main(thing), variables(thing)
    ports = {one["name"]: str(one["containerPort"]) for one in container["ports"]}
    listens = {"http": given["DUBAN_PORT"], "health": given["DUBAN_HEALTH_PORT"]}
    if thing["kind"] == "StatefulSet":
        del listens["http"]
    assert ports == listens
    assert len(set(listens.values())) == len(listens)
    paths = {"startupProbe": "/livez", "livenessProbe": "/livez", "readinessProbe": "/readyz"}
    for probe, path in paths.items():
        assert container[probe]["httpGet"] == {"path": path, "port": "health"}
    notes = thing["spec"]["template"]["metadata"]["annotations"]
    assert notes["prometheus.io/port"] == listens["health"]


@pytest.mark.parametrize("thing", SERVING, ids=name)
def test_selectors_find_the_pods_that_they_mean(thing: cluster.Thing) -> None:
    own, labels = thing["metadata"]["name"], thing["spec"]["template"]["metadata"]["labels"]
    assert thing["spec"]["selector"]["matchLabels"].items() <= labels.items()
    assert of_kind("Service")[own]["spec"]["selector"].items() <= labels.items()
    budget = of_kind("PodDisruptionBudget")[own]["spec"]
    assert budget["selector"]["matchLabels"].items() <= labels.items()
    scaler = of_kind("HorizontalPodAutoscaler")[own]["spec"]
    assert scaler["scaleTargetRef"]["kind"] == thing["kind"]
    assert scaler["scaleTargetRef"]["name"] == own


def test_workers_grow_with_their_own_lag_and_never_beyond_the_partitions() -> None:
    adapter = yaml.safe_load((cluster.ROOT / "prometheus-adapter.yaml").read_text())
    offered = {rule["name"]["as"] for rule in adapter["rules"]["external"]}
    workers = [thing["metadata"]["name"] for thing in SERVING if thing["kind"] == "StatefulSet"]
    for worker in workers:
        service, _, role = worker.partition("-")
        spec = of_kind("HorizontalPodAutoscaler")[worker]["spec"]
        [metric] = spec["metrics"]
        assert metric["external"]["metric"]["name"] == f"duban_{role}_lag_facts"
        assert metric["external"]["metric"]["name"] in offered
        assert metric["external"]["metric"]["selector"] == {"matchLabels": {"service": service}}
        assert spec["maxReplicas"] <= 24


def test_whom_prometheus_asks_is_named_as_the_rules_name_him() -> None:
    """What `promtool` of Debian cannot check: it was built without Kubernetes."""
    [job] = yaml.safe_load((cluster.ROOT / "prometheus-scrape.yml").read_text())["scrape_configs"]
    kept, named = (
        one
        for one in job["relabel_configs"]
        if one["source_labels"] == ["__meta_kubernetes_pod_label_duban_role"]
    )
    labels = [thing["spec"]["template"]["metadata"]["labels"] for thing in SERVING]
    roles = {each["duban/role"] for each in labels}
    assert set(kept["regex"].split("|")) == roles
    jobs = {named["replacement"].replace("$1", role) for role in roles}
    composed = yaml.safe_load(Path("deploy/prometheus/prometheus.yml").read_text())
    assert jobs == {one["job_name"] for one in composed["scrape_configs"]} - {"prometheus"}


def test_workers_are_numbered_by_their_pod() -> None:
    for thing in SERVING:
        if thing["kind"] == "StatefulSet":
            [ordinal] = [one for one in main(thing)["env"] if one["name"] == "DUBAN_ORDINAL"]
            field = ordinal["valueFrom"]["fieldRef"]["fieldPath"]
            assert field == "metadata.labels['apps.kubernetes.io/pod-index']"


def test_nobody_talks_to_anybody_unless_a_policy_says_so() -> None:
    policies = of_kind("NetworkPolicy")
    assert policies["nothing"]["spec"] == {
        "podSelector": {},
        "policyTypes": ["Ingress", "Egress"],
    }
    opened = [policy["spec"] for own, policy in policies.items() if own != "nothing"]
    for spec in opened:
        for rule in [*spec.get("ingress", []), *spec.get("egress", [])]:
            assert rule.get("to") or rule.get("from")
            assert rule["ports"]
    [metrics] = policies["metrics"]["spec"]["ingress"]
    assert metrics["ports"] == [{"protocol": "TCP", "port": "health"}]
    [doors] = policies["front-doors"]["spec"]["podSelector"]["matchExpressions"]
    assert doors["values"] == ["portal-api", "site"]


def test_the_secrets_of_the_cluster_are_the_files_that_are_made(tmp_path: Path) -> None:
    script = cluster.ROOT / "make_secrets.sh"
    subprocess.run(["sh", "-n", str(script)], check=True)
    used = set(re.findall(r"\$from/([a-z_${}.]+)", script.read_text()))
    made = {one for one, _ in contents(tmp_path, "m")} | {"vault.key"}
    for file in used:
        pattern = file.replace("${service}", "[a-z]+")
        assert any(re.fullmatch(pattern, one) for one in made), file
