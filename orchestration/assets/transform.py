"""The assets of the models: every dbt model, with its tests as asset checks."""

import signal
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from functools import cached_property
from importlib.metadata import version
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DbtCliInvocation, DbtCliResource, DbtProject, dbt_assets
from packaging.version import Version

from ingestion.settings import Settings
from ingestion.warehouse.built import LastBuild, last_build
from orchestration.assets.ingest import WAREHOUSE_POOL
from orchestration.models.checks import describe_check
from orchestration.models.command import BUILD_MODELS, DBT, building, prepare_target, set_for_dbt, show_built
from orchestration.models.files import MANIFEST, PROJECT_DIR
from orchestration.models.lineage import Lineage
from orchestration.models.metadata import add_metadata, page_of
from serving.previews import column_types, mart_previews

FRESH_MARTS = dg.FreshnessPolicy.time_window(fail_window=timedelta(hours=6), warn_window=timedelta(hours=2))


class InstalledDbt(DbtCliResource):
    """dbt as it is installed beside this Python, without what takes seconds before it starts."""

    @cached_property
    def _cli_version(self) -> Version:
        """The version: known, so that the command is not asked."""
        return Version(version("dbt-core"))

    # Dagster takes None as well, but its types do not say so
    def _initialize_dbt_core_adapter(self, args: Sequence[str]) -> Any:
        """No connection of Dagster's own, which would count rows in a second pass."""
        return None


def dbt() -> DbtCliResource:
    """Return dbt on the models that were parsed at installation."""
    return InstalledDbt(project_dir=str(PROJECT_DIR), dbt_executable=str(DBT))


class Translator(DagsterDbtTranslator):
    """Names groups after the project's layers and asks the marts to be fresh."""

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        """Return the layer: staging, intermediate or marts."""
        return dbt_resource_props["fqn"][1] if dbt_resource_props["resource_type"] == "model" else "raw"

    def get_description(self, dbt_resource_props: Mapping[str, Any]) -> str:
        """Return what a row is, and where the SQL is."""
        path = f"dbt_project/{dbt_resource_props['original_file_path']}"
        return f"{dbt_resource_props['description']}\n\nSQL: `{path}`"

    def get_asset_spec(
        self, manifest: Mapping[str, Any], unique_id: str, project: DbtProject | None
    ) -> dg.AssetSpec:
        """Return the model's spec, marts with a freshness policy."""
        spec = super().get_asset_spec(manifest, unique_id, project)
        if spec.group_name != "marts":
            return spec
        return spec.replace_attributes(freshness_policy=FRESH_MARTS).merge_attributes(
            metadata=page_of(spec.key.path[-1])
        )

    def get_asset_check_spec(
        self,
        asset_spec: dg.AssetSpec,
        manifest: Mapping[str, Any],
        unique_id: str,
        project: DbtProject | None,
    ) -> dg.AssetCheckSpec | None:
        """Return the check of a test, which says what it checks."""
        spec = super().get_asset_check_spec(asset_spec, manifest, unique_id, project)
        return spec._replace(description=describe_check(manifest["nodes"][unique_id])) if spec else None


def models() -> dg.AssetsDefinition:
    """Return every dbt model as an asset, from the manifest that `dbt parse` wrote."""

    @dbt_assets(
        manifest=MANIFEST,
        project=DbtProject(project_dir=PROJECT_DIR),
        name="build_models",
        pool=WAREHOUSE_POOL,
        dagster_dbt_translator=Translator(),
    )
    def build_models(context: dg.AssetExecutionContext, dbt: DbtCliResource) -> Iterator[Any]:
        settings = Settings()
        set_for_dbt(settings.warehouse, settings)
        target = settings.root / "dbt"
        prepare_target(target)
        with building(settings):
            types = column_types(settings.warehouse)
            with _ended_with_this(dbt.cli(BUILD_MODELS, context=context, target_path=target)) as run:
                known = (run.manifest, target / "compiled", types, run.dagster_dbt_translator)
                lineage = Lineage(*known, settings.engine)

                def parts() -> Iterator[Any]:
                    yield from run.stream()
                    show_built(settings)
                    while _say_what_was_built(context, settings).waiting:
                        dbt.cli(BUILD_MODELS, context=context, target_path=target).wait()
                        show_built(settings)

                yield from add_metadata(parts(), lineage, lambda: mart_previews(settings.warehouse))

    return build_models


@contextmanager
def _ended_with_this(run: DbtCliInvocation) -> Iterator[DbtCliInvocation]:
    """Let no dbt go on building for a step that has failed: the next build would find it at work."""
    try:
        yield run
    finally:
        if run.process.poll() is None:
            run.process.send_signal(signal.SIGINT)
            run.process.communicate()


def _say_what_was_built(context: dg.AssetExecutionContext, settings: Settings) -> LastBuild:
    built = last_build(settings)
    context.log.info(str(built))
    return built
