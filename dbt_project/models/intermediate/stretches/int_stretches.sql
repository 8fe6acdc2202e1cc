{{ config(materialized='incremental') }}

-- The one sorted pass over the observations: days, sessions, games, languages and errors are made from its
-- rows.
with

{{ observations() }},

-- numbers are sorted and compared in place of texts, and no more is carried along than is summed up
keyed as (

    select
        platform,
        day,
        streamer_id,
        stream_id,
        game_id,
        language,
        details_id,
        viewer_count,
        follower_count,
        observed_epoch,
        unbroken_number,
        cast(cadence_seconds as int) as cadence_seconds,
        cast(sample_seconds as int) as sample_seconds,
        {{ epoch_seconds('started_at') }} as started_epoch,
        {{ hash_of(
            'platform, day, streamer_id, stream_id, game_id, language, details_id, started_at'
        ) }} as presence_number,
        case
            when is_live_throughout then 0
            when is_gap_short
                then
                    2 * gap_seconds * gap_seconds
                    + 6 * (gap_seconds - cadence_seconds) * (gap_seconds - cadence_seconds)
            else 2 * cadence_seconds * cadence_seconds
        end as edge12
    from observations

),

-- crawl numbers and row numbers run alike for as long as no crawl misses the presence
stretched as (

    select
        *,
        unbroken_number - row_number() over by_presence as stretch_number,
        unbroken_number - lag(unbroken_number) over by_presence as crawls_since,
        observed_epoch - lag(observed_epoch) over by_presence as step,
        viewer_count - lag(viewer_count) over by_presence as viewer_step
    from keyed
    window by_presence as (partition by presence_number order by observed_epoch)

)

select
    max(platform) as platform,
    max(day) as day,
    max(streamer_id) as streamer_id,
    max(stream_id) as stream_id,
    max(game_id) as game_id,
    max(language) as language,
    max(details_id) as details_id,
    min(observed_epoch) as first_epoch,
    max(observed_epoch) as last_epoch,
    cast(min_by(cadence_seconds, observed_epoch) as bigint) as first_cadence_seconds,
    -- stands for a start that the platform did not give: min_by would pass over a null
    coalesce(max(started_epoch), -1000000000) as started_epoch,
    cast(sum(sample_seconds) as bigint) as airtime_seconds,
    cast(sum(viewer_count * sample_seconds) as bigint) as viewer_seconds,
    max(viewer_count) as peak_viewers,
    min_by(viewer_count, observed_epoch) as first_viewer_count,
    max_by(viewer_count, observed_epoch) as last_viewer_count,
    min_by(follower_count, case when follower_count is not null then observed_epoch end)
        as first_follower_count,
    min(case when follower_count is not null then observed_epoch end) as first_counted_epoch,
    max_by(follower_count, case when follower_count is not null then observed_epoch end)
        as last_follower_count,
    max(case when follower_count is not null then observed_epoch end) as last_counted_epoch,
    cast(sum(edge12) as {{ big_integer() }}) as edge12,
    cast(sum(
        case
            when crawls_since = 1
                then
                    cast(
                        step * step + 3 * (step - cadence_seconds) * (step - cadence_seconds)
                        as {{ big_integer() }}
                    ) * viewer_step * viewer_step
        end
    ) as {{ big_integer() }}) as step12
from stretched
group by presence_number, stretch_number
