"""What Dagster is told: assets with lineage from the platform to every mart, pools, jobs, schedules."""

from pathlib import Path

import dagster as dg
import pytest

from ingestion.settings import Settings
from orchestration import definitions as table_of_contents
from orchestration.assets.crawls import landed_streams
from orchestration.assets.ingest import WAREHOUSE_POOL
from orchestration.definitions import airtime
from orchestration.models.files import MANIFEST
from orchestration.platforms import known_platforms, landed_key
from orchestration.schedules import schedules, sensors
from tests.places import NOTEBOOKS

SOURCES = ("helix", "igdb", "platforms", "landing")
OTHERS = ("chzzk", "kick", "soop", "trovo")


@pytest.fixture(scope="module")
def definitions() -> dg.Definitions:
    assert MANIFEST.exists(), "run make install, which parses the models"
    return airtime()


@pytest.fixture(scope="module")
def graph(definitions):
    return definitions.resolve_asset_graph()


def ancestors(graph, key: dg.AssetKey) -> set[dg.AssetKey]:
    found, unseen = set(), {key}
    while unseen:
        parents = {parent for one in unseen for parent in graph.get(one).parent_keys}
        unseen = parents - found
        found |= parents
    return found


def test_the_definitions_are_a_table_of_contents():
    assert len(Path(table_of_contents.__file__).read_text().splitlines()) < 40


def marts_of(graph) -> tuple[list[dg.AssetKey], list[dg.AssetKey]]:
    """Return the marts of what crawls see, and those of tracked metrics."""
    marts = [key for key in graph.get_all_asset_keys() if key.path[0] == "marts"]
    answers = dg.AssetKey(["landing", "tracked_answers"])
    tracked = [mart for mart in marts if answers in ancestors(graph, mart)]
    return [mart for mart in marts if mart not in tracked], tracked


def test_every_mart_of_crawls_comes_from_every_platform_without_a_gap(graph):
    crawled, tracked = marts_of(graph)
    assert len(crawled) >= 9
    assert len(tracked) >= 5
    for mart in crawled:
        sources = [["helix", "streams"], *(["platforms", name] for name in OTHERS)]
        assert set(map(dg.AssetKey, sources)) <= ancestors(graph, mart), mart
    for key in graph.get_all_asset_keys():
        assert graph.get(key).parent_keys or key.path[0] in SOURCES, key


def test_the_published_copy_waits_for_every_mart_and_the_exports_for_it(graph):
    published = dg.AssetKey(["published", "airtime"])
    marts = {key for key in graph.get_all_asset_keys() if key.path[0] == "marts"}
    assert graph.get(published).parent_keys == marts
    assert graph.get(dg.AssetKey(["exports", "tables"])).parent_keys == {published}


def test_every_asset_says_what_it_is(graph):
    for key in graph.get_all_asset_keys():
        node = graph.get(key)
        assert node.description, key
        assert node.group_name != "default", key
        assert any(tag.startswith("dagster/kind/") for tag in node.tags), key


def test_every_table_of_raw_and_every_mart_shows_its_columns(graph):
    tables = [key for key in graph.get_all_asset_keys() if graph.get(key).group_name in ("raw", "marts")]
    bare = [key.path[-1] for key in tables if "dagster/column_schema" not in graph.get(key).metadata]
    assert len(tables) > 25
    assert bare == ["_dlt_loads"]


def test_every_mart_of_crawls_links_to_the_page_that_shows_it(graph):
    marts, _ = marts_of(graph)
    pages = {key.path[-1]: graph.get(key).metadata["page"].value for key in marts}
    notebooks = {path.stem for path in NOTEBOOKS.glob("*.py")}
    assert {mart for mart, page in pages.items() if page.rpartition("/")[2] not in notebooks} == set()


def test_every_check_says_what_it_checks(definitions):
    checks = [spec for asset in definitions.assets for spec in getattr(asset, "check_specs", [])]
    assert len(checks) > 20
    assert [spec.name for spec in checks if not spec.description] == []


def test_a_refused_crawl_is_not_tried_again_and_a_broken_one_is(monkeypatch):
    monkeypatch.setenv("TWITCH_CLIENT_ID", "")
    monkeypatch.setenv("TWITCH_CLIENT_SECRET", "")
    for platform in known_platforms(Settings()):
        landed = landed_streams(platform)
        assert landed.op.retry_policy.max_retries == 2
        with pytest.raises(dg.Failure, match=f"{platform.name.upper()}_CLIENT_ID is not set") as refused:
            landed(dg.build_asset_context())
        assert refused.value.allow_retries is False


def test_whatever_opens_the_warehouse_is_in_its_pool(graph):
    for key in graph.get_all_asset_keys():
        node = graph.get(key)
        if node.is_materializable and key.path[0] not in ("landing", "exports"):
            assert node.pools == {WAREHOUSE_POOL}, key


def test_nothing_that_asks_the_platform_holds_the_warehouse_meanwhile(definitions):
    nodes = definitions.resolve_job_def("enrich").graph.nodes
    ops = {op.name: op.definition.pool for node in nodes for op in getattr(node.definition, "nodes", [])}
    assert {name for name, pool in ops.items() if pool is None} == {
        name for name in ops if name.startswith("ask_")
    }
    assert len(ops) == 12


def test_the_budget_goes_to_the_steps_in_their_order_and_none_waits_for_another(definitions, graph):
    nodes = definitions.resolve_job_def("enrich").graph.nodes
    ops = [op for node in nodes for op in getattr(node.definition, "nodes", [])]
    turns = {op.name: int(op.definition.tags["dagster/priority"]) for op in ops}
    order = ["reference", "followers", "videos", "refresh"]
    assert {name.partition("_")[2]: turn for name, turn in turns.items()} == {
        step: 4 - number for number, step in enumerate(order)
    }
    made = [["twitch", "users"], ["landing", "twitch_followers"], ["twitch", "videos"]]
    for key in (*made, ["landing", "twitch_names"]):
        others = {dg.AssetKey(one) for one in made} - {dg.AssetKey(key)}
        assert not others & ancestors(graph, dg.AssetKey(key)), key


def test_a_crawl_out_of_line_is_a_check_of_the_landed_crawl(graph):
    for platform in ("twitch", *OTHERS):
        landed = dg.AssetKey(["landing", f"{platform}_streams"])
        assert dg.AssetCheckKey(landed, "crawl_is_in_line") in graph.asset_check_keys


def test_models_tests_are_asset_checks(graph):
    assert len(list(graph.asset_check_keys)) > 20


def test_marts_crawls_and_the_publication_have_to_be_fresh(graph):
    landed = {landed_key(platform) for platform in ("twitch", *OTHERS)}
    for key in graph.get_all_asset_keys():
        node = graph.get(key)
        if node.group_name in ("marts", "publish") or key in landed:
            assert node.freshness_policy is not None, key


def test_ingest_enrich_and_build_make_everything_once_but_loads_which_follow_each_crawl(definitions, graph):
    names = ("ingest", *(f"ingest_{platform}" for platform in OTHERS), "enrich", "build")
    jobs = [definitions.resolve_job_def(name) for name in names]
    chosen = [job.asset_layer.selected_asset_keys for job in jobs]
    assert set.union(*map(set, chosen)) == {
        key for key in graph.get_all_asset_keys() if graph.get(key).is_materializable
    }
    ingested, others = chosen[:-2], chosen[-2:]
    loaded = set.intersection(*map(set, ingested))
    assert {key.path[0] for keys in ingested for key in keys - loaded} == {"landing"}
    made = [keys - loaded for keys in ingested] + [loaded, *others]
    assert sum(map(len, made)) == len(set.union(*map(set, made)))


def test_the_schedule_follows_the_cadence_and_waits_for_credentials():
    without = known_platforms(Settings(AIRTIME_CADENCE_MINUTES=10, TWITCH_CLIENT_ID=""))
    ingest, *_, build = schedules(without)
    assert ingest.name == "ingest_every_cadence"
    assert ingest.cron_schedule == "*/10 * * * *"
    assert build.cron_schedule == "7 * * * *"
    assert ingest.default_status == build.default_status == dg.DefaultScheduleStatus.STOPPED
    given = Settings(AIRTIME_CADENCE_MINUTES=60, TWITCH_CLIENT_ID="id", TWITCH_CLIENT_SECRET="secret")
    [enrich] = sensors(without)
    assert enrich.default_status == dg.DefaultSensorStatus.STOPPED
    [enrich] = sensors(known_platforms(given))
    assert enrich.default_status == dg.DefaultSensorStatus.RUNNING
    assert enrich.job.name == "enrich"
    ingest, *_, build = schedules(known_platforms(given))
    assert ingest.cron_schedule == "0 * * * *"
    assert ingest.default_status == build.default_status == dg.DefaultScheduleStatus.RUNNING


def test_each_platform_has_a_schedule_at_its_own_minutes_that_runs_once_it_is_on(monkeypatch):
    monkeypatch.setenv("SOOP_CLIENT_ID", "an-id")
    twitch = {"TWITCH_CLIENT_ID": "id", "TWITCH_CLIENT_SECRET": "secret"}
    only = known_platforms(Settings(AIRTIME_PLATFORMS="soop,kick", **twitch))
    assert [(one.name, one.cron_schedule, one.default_status.value) for one in schedules(only)] == [
        ("ingest_every_cadence", "*/5 * * * *", "STOPPED"),
        ("ingest_chzzk_every_cadence", "1-59/5 * * * *", "STOPPED"),
        ("ingest_kick_every_cadence", "2-59/5 * * * *", "STOPPED"),
        ("ingest_soop_every_cadence", "3-59/5 * * * *", "RUNNING"),
        ("ingest_trovo_every_cadence", "4-59/5 * * * *", "STOPPED"),
        ("build_hourly", "7 * * * *", "RUNNING"),
    ]
    [enrich] = sensors(only)
    assert enrich.default_status == dg.DefaultSensorStatus.STOPPED
