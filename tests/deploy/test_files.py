"""The files of `deploy/`: they parse, they fit their schemas, and each command in them is one of ours."""

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import kubernetes_validate
import pytest
import yaml

from ingestion.__main__ import cli as ingestion
from ingestion.settings import Settings
from orchestration.__main__ import cli as orchestration
from serving.__main__ import main as serving
from tests.places import PROJECT

DEPLOY = PROJECT / "deploy"
GROUPS = {"ingestion": ingestion, "orchestration": orchestration, "serving": serving}
UNITS = sorted((DEPLOY / "systemd").iterdir())
SERVICES = {"dagster": 3000, "api": 8000, "pages": 8080}


def compose() -> dict:
    return yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]


def manifests() -> list[dict]:
    return list(yaml.safe_load_all((DEPLOY / "kubernetes.yaml").read_text()))


def containers() -> dict[str, dict]:
    [pod] = (one["spec"]["template"]["spec"] for one in manifests() if one["kind"] == "Deployment")
    return {one["name"]: one for one in pod["containers"]}


def assert_is_a_command(words: list[str]) -> None:
    """Have click read the words after `python -m`, without running anything."""
    python, minus_m, group, name, *options = words
    assert (Path(python).name, minus_m) == ("python", "-m")
    GROUPS[group].commands[name].make_context(name, list(options))


def assert_listens(words: list[str], port: int) -> None:
    assert words[words.index("--host") + 1] == "0.0.0.0"
    context = GROUPS[words[2]].commands[words[3]].make_context(words[3], words[4:])
    assert context.params["port"] == port


def unit(path: Path) -> dict[str, str]:
    return dict(re.findall(r"^(\w+)=(.*)$", path.read_text(), re.MULTILINE))


def test_compose_and_kubernetes_run_the_same_services_on_the_same_ports():
    assert compose().keys() == containers().keys() == SERVICES.keys()
    for name, port in SERVICES.items():
        words = compose()[name]["command"]
        assert_is_a_command(words)
        assert_listens(words, port)
        assert containers()[name]["args"] == words
        assert [one["containerPort"] for one in containers()[name]["ports"]] == [port]


def test_each_service_of_compose_is_watched_started_again_and_reached_on_loopback_only():
    for name, service in compose().items():
        port = SERVICES[name]
        assert service["ports"] == [f"127.0.0.1:{port}:{port}"]
        assert service["restart"] == "unless-stopped"
        assert f"http://127.0.0.1:{port}/" in service["healthcheck"]["test"][-1]
        compile(service["healthcheck"]["test"][-1], name, "exec")
        assert service["volumes"] == ["airtime:/data"]


@pytest.mark.parametrize("manifest", manifests(), ids=lambda one: one["kind"])
@pytest.mark.parametrize("version", ["1.30", "1.37"])
def test_the_manifests_fit_the_schemas_of_kubernetes(manifest, version):
    kubernetes_validate.validate(manifest, version, strict=True)


def test_a_field_that_kubernetes_does_not_know_is_found():
    wrong = {**manifests()[0], "specs": {}}
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(wrong, "1.37", strict=True)


def test_each_container_has_limits_and_probes_and_only_one_writes():
    for name, container in containers().items():
        assert container["resources"]["limits"]["memory"] and container["livenessProbe"]
        [data] = [one for one in container["volumeMounts"] if one["mountPath"] == "/data"]
        assert data.get("readOnly", False) == (name != "dagster")


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_a_unit_runs_a_command_of_ours_as_nobody_else_and_systemd_accepts_it(path):
    if path.suffix == ".service":
        assert_is_a_command(shlex.split(unit(path)["ExecStart"]))
        assert unit(path)["User"] == "airtime"
    if not shutil.which("systemd-analyze"):
        pytest.skip("no systemd-analyze is installed; on Debian: apt-get install systemd")
    command = ["systemd-analyze", "verify", *map(str, UNITS)]
    said = subprocess.run(command, capture_output=True, text=True, check=False).stderr
    assert [
        line for line in said.splitlines() if line.startswith(path.name) and "executable" not in line
    ] == []


def test_caddy_accepts_its_file():
    if not shutil.which("caddy"):
        pytest.skip("no Caddy is installed; on Debian: apt-get install caddy")
    environment = {"AIRTIME_PASSWORD_HASH": "$2a$14$abc", "PATH": "/usr/bin:/bin", "HOME": "/nonexistent"}
    command = ["caddy", "validate", "--config", str(DEPLOY / "Caddyfile"), "--adapter", "caddyfile"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_image_is_made_from_listed_folders_alone_and_runs_as_nobody():
    text = (DEPLOY / "Containerfile").read_text()
    copied = {
        word for line in re.findall(r"^COPY (?!--)(.*) \S+$", text, re.MULTILINE) for word in line.split()
    }
    ignored = (DEPLOY / "Containerfile.dockerignore").read_text().splitlines()
    assert {line[1:] for line in ignored if line.startswith("!")} == copied
    assert {"ingestion", "orchestration", "serving", "simulator", "dbt_project", "notebooks"} <= copied
    assert "-c constraints.txt" in text
    assert re.findall(r"^USER (.*)$", text, re.MULTILINE) == ["10001:10001"]


def test_no_file_holds_a_value_for_a_secret():
    secret = "|".join(
        field.validation_alias
        for name, field in Settings.model_fields.items()
        if "Secret" in str(field.annotation) or name == "twitch_client_id"
    )
    for path in (path for path in DEPLOY.rglob("*") if path.is_file()):
        assert re.findall(rf"(?:{secret})\s*[=:]\s*\S", path.read_text()) == [], path.name
