"""Makes the whole warehouse again from the landing zone, beside the old one, and swaps it in."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ingestion.settings import Settings
from ingestion.warehouse.rebuild import beside, load_again, swap_in, was_loaded
from orchestration.models.command import DbtFailed, build_all
from serving.errors import DiskRefused
from serving.publish import checksums


@dataclass(frozen=True)
class Rebuilt:
    """What a rebuild found: whether each mart equals the old one, and where the old warehouse is kept.

    A mart that only one of the two has is not equal. `is_equal` is empty when there was no old warehouse that
    could be read, and `kept` None when there was none at all.
    """

    is_equal: dict[str, bool]
    kept: Path | None


def rebuild(settings: Settings, say: Callable[[str], None], warn: Callable[[str], None]) -> Rebuilt:
    """Rebuild and swap in; `say` gets how far it is, `warn` what the comparison has to be read with.

    The old marts are brought up to date first, so that both come from the same raw rows and the same SQL.
    Whether equal or not, the new warehouse takes the place of the old one, which is kept. One that cannot be
    read is set aside, and `warn` is told what may be in it alone.

    Raises:
        CannotRebuild, UnreadableFiles, WarehouseBusy, WarehouseFailed: as `ingestion.warehouse.rebuild`.
        CannotServe: another process took the warehouse in between.
        DbtFailed: the new models could not be built. The old warehouse is as it was.
    """
    with beside(settings, warn) as (new, names):
        old_sums, target = {}, settings.root / "dbt" / "rebuild"
        if was_loaded(settings):
            try:
                build_all(settings, target, lambda far: say(f"old marts, {far}"))
            except DbtFailed as error:
                warn(f"the old marts are compared as they are, maybe of an older build: {error}")
            old_sums = _checksums(settings.warehouse, warn)
        load_again(settings, new, names, lambda done, total: say(f"loading, {done:,} of {total:,} files"))
        build_all(new, target, lambda far: say(f"new marts, {far}"))
        say("comparing")
        new_sums = checksums(new.warehouse)
        both = sorted({*old_sums, *new_sums}) if old_sums else []
        is_equal = {mart: old_sums.get(mart) == new_sums.get(mart) for mart in both}
        return Rebuilt(is_equal, swap_in(settings, new))


def _checksums(warehouse: Path, warn: Callable[[str], None]) -> dict[str, str]:
    try:
        return checksums(warehouse)
    except DiskRefused as error:
        warn(f"the old marts cannot be compared: {error}")
        return {}
