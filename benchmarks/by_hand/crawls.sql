-- The crawls by hand: finished loads, one row per crawl, each with the time that it stands for.

create or replace table marts.crawls as
with finished as (
    select crawls.*
    from warehouse.raw.crawls as crawls
    semi join (select load_id from warehouse.raw._dlt_loads where status = 0) as loads
        on crawls._dlt_load_id = loads.load_id
    qualify row_number() over (
        partition by observed_at order by is_complete desc, file_name desc, _dlt_load_id desc
    ) = 1
)
select
    platform, observed_at, finished_at, is_complete, stop_reason, pages, coalesce(streams, 0) as streams,
    doubles, points_used, found_by_id, rejected, cadence_seconds, is_live
from finished;

create or replace table kept.crawls as
with complete as (
    select
        platform, observed_at, observed_at::date as day, is_live, cadence_seconds as cadence,
        epoch(observed_at)::bigint as epoch,
        lag(observed_at) over (order by observed_at) as previous_at,
        date_diff('second', lag(observed_at) over (order by observed_at), observed_at) as gap
    from marts.crawls
    where is_complete
)
select
    *,
    coalesce(2 * gap <= 7 * cadence, false) as is_gap_short,
    case when 2 * gap <= 7 * cadence then gap else cadence end as sample_seconds
from complete;

create or replace table marts.crawls as
select crawls.* exclude (cadence_seconds, is_live), weighted.sample_seconds
from marts.crawls as crawls
left join kept.crawls as weighted using (observed_at);

create table if not exists kept.session_days (
    day date, streamer_id varchar, island_epoch bigint, session_part bigint, game_id varchar,
    stream_id varchar, airtime_seconds bigint, viewer_seconds bigint, peak_viewers bigint,
    first_epoch bigint, last_epoch bigint, first_started bigint, last_started bigint
);
