"""Serves an object store on loopback to tests, and homes whose landing zone is in it."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from moto.server import ThreadedMotoServer
from s3fs import S3FileSystem

from ingestion.settings import Settings
from tests.ingestion.landed_crawls import settings_in

SECRET = "open/sesame+1"
BUCKET = "airtime"


class ObjectStore:
    """A store that can fail and come back with all that it has."""

    def __init__(self) -> None:
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        self._server, self.port = ThreadedMotoServer("127.0.0.1", 0, verbose=False), 0
        self.start()

    def start(self) -> None:
        """Answer again, under the same address."""
        if self.port:
            self._server = ThreadedMotoServer("127.0.0.1", self.port, verbose=False)
        self._server.start()
        _, self.port = self._server.get_host_and_port()

    def stop(self) -> None:
        """Answer no more."""
        self._server.stop()

    @property
    def variables(self) -> dict[str, str]:
        """What has to be in the environment of one who uses it."""
        return {
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{self.port}",
            "AWS_ACCESS_KEY_ID": "reader",
            "AWS_SECRET_ACCESS_KEY": SECRET,
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def settings(self, home: Path, prefix: str) -> Settings:
        """Return settings of a home whose landing zone is in the store."""
        return settings_in(home, AIRTIME_LANDING=f"s3://{BUCKET}/{prefix}")


@contextmanager
def object_store() -> Iterator[ObjectStore]:
    """Yield a store with one bucket, known to this process."""
    store = ObjectStore()
    with pytest.MonkeyPatch.context() as patch:
        for name, value in store.variables.items():
            patch.setenv(name, value)
        S3FileSystem(skip_instance_cache=True).makedirs(BUCKET, exist_ok=True)  # a process has one store
        yield store
        store.stop()
