"""Tells a process that lives from one that is gone: killed, or ended and not yet asked for its end."""

import psutil


def began_at(pid: int) -> float | None:
    """Return when process `pid` began, in epoch seconds; None if there is none, or a zombie.

    A number is given again to other processes; when it began tells them apart, to some seconds.
    """
    try:
        process = psutil.Process(pid)
        return None if process.status() == psutil.STATUS_ZOMBIE else process.create_time()
    except psutil.NoSuchProcess:
        return None
