{%- set session = ['platform', 'streamer_id', 'island_epoch', 'session_part'] %}
{{ config(materialized='incremental', stale='history', also_replaced=session) }}
{%- set session = session | join(', ') %}

-- Whole sessions: of those that reach into the stale days, now or before, and of what follows in the same
-- presence.
with

{% if is_incremental() -%}
reached as (

    select
        platform,
        streamer_id,
        island_epoch
    from {{ ref('int_session_days') }}
    where {{ on_stale_days() }}
    {%- for range in stale_ranges() %}
    union
    select
        platform,
        streamer_id,
        island_epoch
    from {{ this }}
    where
        platform = '{{ range.platform }}'
        and day >= date '{{ range.first_day }}' - interval '5' day
        and last_epoch >= {{ epoch_seconds("timestamp '" ~ range.start_at ~ "'") }}
    {%- endfor %}

),

{% endif -%}
session_days as (

    select session_days.* from {{ ref('int_session_days') }} as session_days
    {% if is_incremental() -%}
    inner join reached
        on session_days.platform = reached.platform
        and session_days.streamer_id = reached.streamer_id
        and session_days.island_epoch = reached.island_epoch
    {%- endif %}
    where {{ on_stale_days(lookback_days=8, of='session_days.') }}

),

games as (

    select
        {{ session }},
        game_id,
        rank() over (
            partition by {{ session }} order by sum(viewer_seconds) desc, sum(airtime_seconds) desc
        ) as position
    from session_days
    group by {{ session }}, game_id

),

-- the name decides between equals, and may be learnt later
main_games as (

    select
        {{ session }},
        count(*) as games_played,
        min(case when position = 1 then game_id end) as main_game_id,
        case
            when sum(case when position = 1 then 1 else 0 end) > 1
                then {{ sorted_array("case when position = 1 then game_id end") }}
        end as tied_game_ids
    from games
    group by {{ session }}

),

grouped as (

    select
        {{ session }},
        min_by(day, first_epoch) as day,
        min(first_epoch) as session_epoch,
        -- a part that 48 hours cut off has no start of the platform's own
        case when session_part = 0 then min_by(first_started_epoch, first_epoch) end as first_started_epoch,
        max(last_epoch) as last_epoch,
        session_part < max(session_part) over (
            partition by platform, streamer_id, island_epoch
        ) as is_cut_off,
        max_by(last_started_epoch, last_epoch) as last_started_epoch,
        max_by(stream_id, last_epoch) as last_stream_id,
        cast(sum(airtime_seconds) as bigint) as airtime_seconds,
        cast(sum(viewer_seconds) as bigint) as viewer_seconds,
        max(peak_viewers) as peak_viewers,
        {{ sorted_array("nullif(stream_id, '')") }} as stream_ids
    from session_days
    group by {{ session }}

)

select
    grouped.*,
    main_games.games_played,
    main_games.main_game_id,
    main_games.tied_game_ids
from grouped
inner join main_games
    on grouped.platform = main_games.platform
    and grouped.streamer_id = main_games.streamer_id
    and grouped.island_epoch = main_games.island_epoch
    and grouped.session_part = main_games.session_part
-- a part of 48 hours, and a break of as many, lead from a session to what follows it; three days before that
-- are read so that no session lacks its beginning
where {{ on_stale_days(lookback_days=5, of='grouped.') }}
