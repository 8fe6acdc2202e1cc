"""Builds the image and uses it: a crawl of the simulator, a build, each service, a backup and a restore.

`make test-image` runs it. It needs root, buildah and debootstrap, from which the base image is made under the
name that the Containerfile asks for, so that no registry is. What is built is kept in `build/image`.
"""

import json
import os
import shlex
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import click
import psutil
import requests
import yaml

from simulator.__main__ import CLIENT_ID, CLIENT_SECRET
from tests.places import PROJECT

BASE, IMAGE, USER = "docker.io/library/debian:bookworm-slim", "airtime", 10001
CONTAINER = f"airtime-{os.getpid()}"  # one that was killed may have left its own
STORE = PROJECT / "build" / "image"
STORAGE = ["--root", STORE / "root", "--runroot", STORE / "run", "--storage-driver", "vfs"]
SIMULATOR, KEY = 8590, "a-key-of-the-test"
SECONDS = 180
LIVE = {
    "TWITCH_CLIENT_ID": CLIENT_ID,
    "TWITCH_CLIENT_SECRET": CLIENT_SECRET,
    "HELIX_URL": f"http://127.0.0.1:{SIMULATOR}/helix",
    "TWITCH_TOKEN_URL": f"http://127.0.0.1:{SIMULATOR}/oauth2/token",
    "IGDB_URL": f"http://127.0.0.1:{SIMULATOR}/v4",
}
LOADED = "{ repositoriesOrError { ... on RepositoryConnection { nodes { name } } } }"


def buildah(*words: object, quiet: bool = False) -> str:
    """Run buildah on the test's own store; return what it prints, or end with what it said."""
    command = ["buildah", *map(str, [*STORAGE, *words])]
    done = subprocess.run(command, cwd=PROJECT, capture_output=quiet, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"Error: {shlex.join(command)} ended with {done.returncode}; {done.stderr or ''}")
    return done.stdout or ""


def in_image(data: Path, words: list[str], settings: Mapping[str, str]) -> list[str]:
    """Return the command line that runs `words` in the image, with `data` as its volume."""
    run = [
        "buildah",
        *STORAGE,
        "run",
        "--isolation",
        "chroot",
        "-v",
        f"{data.parent}:{data.parent}",
        CONTAINER,
    ]
    pairs = [f"{name}={value}" for name, value in {"AIRTIME_HOME": str(data), **settings}.items()]
    return [str(word) for word in [*run, "--", "env", *pairs, *words]]


def said_in_image(data: Path, *words: str, **settings: str) -> str:
    """Run a command in the image to its end and return what it printed."""
    done = subprocess.run(in_image(data, [*words], settings), capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(
            f"Error: {shlex.join(words)} ended with {done.returncode}:\n{done.stdout}{done.stderr}"
        )
    return done.stdout


@contextmanager
def served(data: Path, words: list[str], address: str, expected: int = 200, **settings: str) -> Iterator[str]:
    """Run a service in the image until the block ends, from when it answers at `address`."""
    family: list[psutil.Process] = []
    with subprocess.Popen(in_image(data, words, settings)) as process:
        try:
            yield answer(address, process, expected=expected)
        finally:
            with suppress(psutil.NoSuchProcess):
                family = psutil.Process(process.pid).children(recursive=True)
            # the outermost of ours, which ends what it started
            for one in [one for one in family if one.is_running() and "python" in one.name()][:1]:
                one.terminate()
            _, alive = psutil.wait_procs(family, timeout=30)
            for one in alive:
                one.kill()
            click.echo(f"  ended{', killed what did not end by itself' if alive else ''}")


def answer(
    address: str,
    process: subprocess.Popen[bytes] | None = None,
    body: Any = None,
    expected: int = 200,
) -> str:
    """Return what an address answers; it is asked again while the `process` gets ready."""
    data = json.dumps(body).encode() if body else None
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {KEY}"}
    for _ in range(SECONDS):
        with suppress(requests.ConnectionError):
            got = requests.request("POST" if data else "GET", address, data=data, headers=headers, timeout=30)
            click.echo(f"  {address}: {got.status_code}, {len(got.content):,} bytes")
            if got.status_code != expected:
                raise SystemExit(f"Error: {address} answers {got.status_code}: {got.text[:400]}")
            return got.text
        if process is None or process.poll() is not None:
            break
        time.sleep(1)
    raise SystemExit(f"Error: {address} does not answer")


def made_base() -> None:
    """Make the base image unless it is there."""
    if BASE.rpartition(":")[0] in buildah("images", quiet=True):
        return
    with tempfile.TemporaryDirectory(dir=STORE) as folder:
        subprocess.run(["debootstrap", "--variant=minbase", "bookworm", f"{folder}/root"], check=True)
        name = buildah("from", "scratch", quiet=True).strip()
        mounted = buildah("mount", name, quiet=True).strip()
        subprocess.run(["cp", "-a", f"{folder}/root/.", mounted], check=True)
        buildah("umount", name)
        buildah("commit", "--rm", name, BASE)


def use(data: Path) -> None:
    """Crawl, build, serve, back up and restore, all in the image."""
    services = yaml.safe_load((PROJECT / "deploy" / "compose.yaml").read_text())["services"]
    said_in_image(data, "sh", "-c", f'test "$(id -u)" = {USER} && ! touch /opt/airtime/x 2>/dev/null')
    said_in_image(data, "python", "-m", "simulator", "past", "--days", "2", "--cadence-minutes", "30")
    serve = ["python", "-m", "simulator", "serve", "--port", str(SIMULATOR)]
    with served(data, serve, f"http://127.0.0.1:{SIMULATOR}/oauth2/validate", 401):
        jobs = ["ingest", "enrich", "build"]
        click.echo(said_in_image(data, "python", "-m", "orchestration", "run", *jobs, **LIVE))
    with served(data, services["api"]["command"], "http://127.0.0.1:8000/health", AIRTIME_API_KEY=KEY):
        rows = json.loads(answer("http://127.0.0.1:8000/v1/rankings/streamers"))
        click.echo(f"  {json.dumps(rows)[:400]}")
    with served(data, services["pages"]["command"], "http://127.0.0.1:8080/"):
        assert "marimo" in answer("http://127.0.0.1:8080/who_leads/")
    ui = services["dagster"]["command"]
    with served(data, ui, "http://127.0.0.1:3000/server_info"):
        loaded = answer("http://127.0.0.1:3000/graphql", body={"query": LOADED})
        assert json.loads(loaded)["data"]["repositoriesOrError"]["nodes"], loaded
    click.echo(said_in_image(data, "python", "-m", "ingestion", "backup", str(data.parent / "backup")))
    new = data.parent / "new"
    click.echo(said_in_image(new, "python", "-m", "ingestion", "restore", str(data.parent / "backup")))


@click.command()
@click.option("--no-build", is_flag=True, help="Use the image of before.")
def main(no_build: bool) -> None:
    """Build the image and use it; BUILD_OPTIONS in the environment are handed to buildah."""
    missing = [name for name in ("buildah", "debootstrap") if not shutil.which(name)]
    if missing or os.geteuid() != 0:
        raise SystemExit(f"Error: this needs root and {' and '.join(missing) or 'nothing else'}")
    STORE.mkdir(parents=True, exist_ok=True)
    if not no_build:
        build()
    click.echo(buildah("images", "--filter", f"reference={IMAGE}", quiet=True))
    buildah("from", "--pull-never", "--name", CONTAINER, IMAGE)
    try:
        with tempfile.TemporaryDirectory() as folder:
            os.chown(folder, USER, USER)
            use(Path(folder) / "data")
    finally:
        buildah("rm", CONTAINER)
    click.echo("the image works")


def build() -> None:
    """Build the base, unless it is there, and the image."""
    made_base()
    options = shlex.split(os.environ.get("BUILD_OPTIONS", ""))
    ignored = ["--ignorefile", "deploy/Containerfile.dockerignore"]
    here = ["--isolation", "chroot", "--pull-never", *ignored, "-f", "deploy/Containerfile", "-t", IMAGE]
    buildah("bud", *here, *options, ".")


if __name__ == "__main__":
    main()
