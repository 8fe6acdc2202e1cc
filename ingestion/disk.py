"""What has to survive a crash: files and folders that the disk has confirmed."""

import os
from pathlib import Path


def fsync(path: Path) -> None:
    """Have the disk keep a file's or a folder's content."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
