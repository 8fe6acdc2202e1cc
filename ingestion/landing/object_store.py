"""An object store that holds a landing zone: S3's protocol, and what fails there as one sentence.

Credentials, region and endpoint come from AWS's own variables; none of them is kept or shown.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import fsspec
from aiohttp import ClientError as BrokenOff
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError, PartialCredentialsError
from s3fs.core import S3FileSystem
from upath import UPath

from ingestion.disk import sha256
from ingestion.landing.store import NameTaken, StoreFailed

# a crawl that cannot be put up waits on the disk: no more time than this goes to a store that is silent
PATIENCE = {
    "connect_timeout": 10,
    "read_timeout": 60,
    "retries": {"mode": "standard", "total_max_attempts": 3},
}
NO_BUCKET = ("NoSuchBucket", "InvalidBucketName")
REFUSED = ("401", "403", "AccessDenied", "ExpiredToken", "InvalidAccessKeyId", "SignatureDoesNotMatch")
NO_CONDITIONS = ("501", "NotImplemented")


class Store(S3FileSystem):
    """The bucket and prefix of a landing zone; `outbox` holds what is on its way there."""

    def __init__(self, address: str = "", outbox: str = "", **options: Any) -> None:
        """Take the address `s3://bucket/prefix`; nothing is asked before it is used."""
        self.address, self.outbox, self.failure = address, Path(outbox), ""
        self.root = address.removeprefix("s3://")
        # others write there as well: what was listed a moment ago is not what there is
        super().__init__(use_listings_cache=False, config_kwargs=PATIENCE, **options)

    @property
    def files(self) -> Any:
        """Itself, with the functions of s3fs, which have no types."""
        return self

    async def _call_s3(self, method: str, *arguments: Any, **options: Any) -> Any:
        inherited: Any = super()
        with self._saying(BotoCoreError, OSError):
            return await inherited._call_s3(method, *arguments, **options)

    async def _cat_file(self, *path: Any, **options: Any) -> Any:
        inherited: Any = super()
        with self._saying(BotoCoreError, BrokenOff):
            return await inherited._cat_file(*path, **options)

    async def _get_file(self, *paths: Any, **options: Any) -> None:
        inherited: Any = super()
        with self._saying(BotoCoreError, BrokenOff):  # an error of the disk is none of the store
            await inherited._get_file(*paths, **options)

    def send(self, path: Path, key: str) -> None:
        """Put a file up by one request that replaces nothing; again it changes nothing.

        Raises:
            NameTaken: another file lies under the key.
            StoreFailed: the store did not take it.
        """
        try:
            if not self.files.exists(key):
                self._create(path, key)
                return
        except FileExistsError:
            pass
        if not self._has(key, path):
            raise NameTaken(f"s3://{key} is another file, and landed files are never replaced")

    def _create(self, path: Path, key: str) -> None:
        try:
            self.files.put_file(str(path), key, mode="create")
        except OSError as error:
            if _code(error) not in NO_CONDITIONS:
                raise
            self.files.put_file(str(path), key)

    def _has(self, key: str, path: Path) -> bool:
        copy = path.with_name(f".{path.name}.{os.getpid()}.there.tmp")
        try:
            self.files.get_file(key, str(copy))
            return sha256(copy) == sha256(path)
        finally:
            copy.unlink(missing_ok=True)

    @contextmanager
    def _saying(self, *errors: type[Exception]) -> Iterator[None]:
        try:
            yield
        except errors as error:
            if sentence := self._sentence(error):
                raise StoreFailed(sentence) from error
            raise

    def _sentence(self, error: Exception) -> str:
        """Return what is said of a failure, "" of what is no more than an answer about one file."""
        code = _code(error)
        if code in NO_BUCKET:
            bucket = self.root.partition("/")[0]
            return f"there is no bucket {bucket}: make it, or correct AIRTIME_LANDING ({self.address})"
        if code in REFUSED or isinstance(error, NoCredentialsError | PartialCredentialsError):
            return (
                f"{self.address} refuses the credentials ({code or 'there are none'}): set "
                "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY of one who may list, read, write and delete"
            )
        if code in NO_CONDITIONS or isinstance(error, FileNotFoundError | FileExistsError):
            return ""
        return (
            f"{self.address} does not answer ({code or type(error).__name__}): "
            "is AWS_ENDPOINT_URL right, and the store up?"
        )


def opened(address: str, outbox: Path) -> UPath:
    """Return the path of the landing zone `s3://bucket/prefix`."""
    fsspec.register_implementation("s3", Store, clobber=True)
    address = address.rstrip("/")
    return UPath(address, address=address, outbox=str(outbox))


def _code(error: BaseException | None) -> str:
    """Return the store's own word for an error, "" where it gave none."""
    while error is not None:
        if isinstance(error, ClientError):
            return str(error.response.get("Error", {}).get("Code", ""))
        error = error.__cause__
    return ""
