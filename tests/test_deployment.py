"""Files of ``deploy/``: pod templates by the schema of Kubernetes, environments by Airflow's and the project's own settings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from scripts.local.environment import LocalAirflow, common_variables
from student_loans.settings import load_settings
from tests.local_home import NO_DATABASE

DEPLOY = Path(__file__).resolve().parents[1] / "deploy"
TEMPLATES = sorted((DEPLOY / "kubernetes").glob("*.yaml"))
ENVIRONMENTS = sorted(DEPLOY.glob("*.env"))


def faults(value: Any, kind: str, where: str = "") -> list[str]:
    """What the schema in Kubernetes's own client says against some plain data: unknown keys and wrong types."""
    from kubernetes.client import models

    if kind.startswith("List["):
        if not isinstance(value, list):
            return [f"{where}: a list is wanted"]
        return [one for n, item in enumerate(value) for one in faults(item, kind[5:-1], f"{where}[{n}]")]
    if kind.startswith("Dict["):
        if not isinstance(value, dict):
            return [f"{where}: a mapping is wanted"]
        inner = kind[5:-1].split(", ")[1]
        return [one for key, item in value.items() for one in faults(item, inner, f"{where}.{key}")]
    model = getattr(models, kind, None)
    if model is None:
        plain = {"str": str, "int": int, "bool": bool, "float": (int, float)}.get(kind, object)
        return (
            [] if isinstance(value, plain) and (kind == "bool" or not isinstance(value, bool)) else [f"{where}: {kind}"]
        )
    names = {json_name: name for name, json_name in model.attribute_map.items()}
    found = [f"{where}.{key}: unknown" for key in value if key not in names]
    for key, item in value.items():
        if key in names:
            found += faults(item, model.openapi_types[names[key]], f"{where}.{key}")
    return found


def load(path: Path) -> dict[str, Any]:
    template: dict[str, Any] = yaml.safe_load(path.read_text())
    return template


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_a_pod_template_keeps_the_schema_of_kubernetes(path: Path) -> None:
    from kubernetes.client import ApiClient, V1Pod
    from kubernetes.utils.quantity import parse_quantity

    template = load(path)
    assert faults(template, "V1Pod", path.stem) == []
    pod: V1Pod = ApiClient()._ApiClient__deserialize(template, "V1Pod")  # refuses what lacks a required key
    [container] = pod.spec.containers
    assert container.name == "base"  # where Airflow puts its command
    assert pod.spec.restart_policy == "Never"
    requests, limits = container.resources.requests, container.resources.limits
    for name, amount in requests.items():
        assert 0 < parse_quantity(amount) <= parse_quantity(limits.get(name, amount))
    mounted = {mount.name for mount in container.volume_mounts}
    assert mounted <= {volume.name for volume in pod.spec.volumes}


def test_the_check_sees_what_is_wrong() -> None:
    template = load(TEMPLATES[0])
    template["spec"]["containers"][0]["resource"] = {}
    template["spec"]["terminationGracePeriodSeconds"] = "60"
    template["spec"]["volumes"] = {"name": "work"}
    assert [fault.partition(": ")[0] for fault in faults(template, "V1Pod")] == [
        ".spec.terminationGracePeriodSeconds", ".spec.containers[0].resource", ".spec.volumes",
    ]  # fmt: skip


def test_reading_pods_have_the_memory_that_isolation_allows() -> None:
    from kubernetes.utils.quantity import parse_quantity

    resources = load(DEPLOY / "kubernetes" / "reading_pod.yaml")["spec"]["containers"][0]["resources"]
    assert (
        parse_quantity(resources["limits"]["memory"]) >= load_settings(environment={}).isolation.memory_bytes + 1024**3
    )
    assert parse_quantity(resources["requests"]["cpu"]) >= 1


@pytest.mark.parametrize("path", ENVIRONMENTS, ids=lambda path: path.stem)
def test_an_environment_names_options_that_exist(path: Path) -> None:
    from airflow.configuration import conf

    lines = [line for line in path.read_text().splitlines() if line and not line.startswith("#")]
    variables = dict(line.split("=", 1) for line in lines)
    known = {
        (section, option) for section, body in conf.configuration_description.items() for option in body["options"]
    }
    for name in variables:
        if name.startswith("AIRFLOW__"):
            section, option = name.removeprefix("AIRFLOW__").lower().split("__")
            if section != "kubernetes_executor":  # its provider is in the image, not here
                assert (section, option) in known, name
    settings = load_settings(environment=variables)
    template = settings.operations.ocr_pod_template
    assert not template or (DEPLOY.parent / template).exists()


def test_tasks_survive_an_outage_of_a_minute() -> None:
    """The database is away, or the API server stands still; docs/OPERATIONS.md has the calculation."""
    from airflow.configuration import conf

    outage_s, busy_s = 60, 30
    tries = conf.getint("workers", "execution_api_retries")
    shortest = (tries - 1) * conf.getfloat("workers", "execution_api_retry_wait_min")
    longest_wait = min(2.0 ** (tries - 2), conf.getfloat("workers", "execution_api_retry_wait_max"))
    values = {
        name.rpartition("__")[2].lower(): int(value) for name, value in common_variables().items() if value.isdigit()
    }
    assert values["max_failed_heartbeats"] * shortest >= outage_s
    assert (
        values["task_instance_heartbeat_timeout"]
        >= outage_s + longest_wait + values["execution_api_timeout"] + values["min_heartbeat_interval"] + busy_s
    )
    assert values["task_instance_heartbeat_timeout"] <= 120  # a killed supervisor costs no more than that


def test_the_image_and_the_local_airflow_have_the_options_of_all_deployments(tmp_path: Path) -> None:
    wanted = common_variables()
    assert wanted
    dockerfile = (DEPLOY.parent / "Dockerfile").read_text(encoding="utf-8")
    assert [name for name, value in wanted.items() if f'{name}="{value}"' not in dockerfile] == []
    local = LocalAirflow(tmp_path, tmp_path / "data", tmp_path / "reports").variables(NO_DATABASE, 8080)
    assert {name for name, value in wanted.items() if local[name] != value} <= {
        "AIRFLOW__API_AUTH__JWT_EXPIRATION_TIME"
    }


def test_an_option_of_all_deployments_is_in_no_other_file() -> None:
    others = [path.read_text() for path in ENVIRONMENTS if path.name != "common.env"]
    assert not [name for name in common_variables() if any(name in text for text in others)]


def test_reading_tasks_are_placed_as_the_settings_say() -> None:
    from loan_documents.placement import reading_placement

    placed = reading_placement(load_settings(environment={}).operations)
    assert placed == {"pool": "ocr", "queue": "default"}
    elsewhere = {
        "LOAN_DOCUMENTS__OPERATIONS__OCR_QUEUE": "ocr",
        "LOAN_DOCUMENTS__OPERATIONS__OCR_POD_TEMPLATE": "deploy/kubernetes/reading_pod.yaml",
    }
    placed = reading_placement(load_settings(environment=elsewhere).operations)
    assert placed["queue"] == "ocr"
    assert Path(placed["executor_config"]["pod_template_file"]) == DEPLOY / "kubernetes" / "reading_pod.yaml"
