{{ config(
    materialized='incremental', incremental_strategy='replace_periods', period_version='facts_version'
) }}
with

{{ stale_periods() }},

streamer_games as (

    select
        games.*,
        stale_periods.source_version as facts_version
    from {{ ref('int_streamer_games_by_period') }} as games
    inner join stale_periods
        on games.platform = stale_periods.platform
        and games.period = stale_periods.period
        and games.period_start = stale_periods.period_start

),

categories as (

    select * from {{ ref('int_game_categories') }}

),

peaks as (

    select * from {{ ref('int_game_category_peaks_by_period') }}

),

-- in split units, so that a game's shares are whole numbers
sums as (

    select
        streamer_games.platform,
        streamer_games.period,
        streamer_games.period_start,
        categories.category_type,
        categories.category,
        categories.is_pseudo,
        count(distinct streamer_games.streamer_id) as unique_streamers,
        sum({{ div(
            'cast(streamer_games.airtime_seconds as ' ~ big_integer() ~ ') * ' ~ split_units(),
            'categories.split_count'
        ) }}) as airtime_units,
        sum({{ div(
            'cast(streamer_games.viewer_seconds as ' ~ big_integer() ~ ') * ' ~ split_units(),
            'categories.split_count'
        ) }}) as viewer_units,
        max(streamer_games.facts_version) as source_version
    from streamer_games
    inner join categories
        on streamer_games.platform = categories.platform
        and streamer_games.game_id = categories.game_id
    group by
        streamer_games.platform, streamer_games.period, streamer_games.period_start,
        categories.category_type, categories.category, categories.is_pseudo

)

select
    sums.*,
    peaks.peak_viewers,
    peaks.peak_channels
from sums
inner join peaks
    on sums.platform = peaks.platform
    and sums.period = peaks.period
    and sums.period_start = peaks.period_start
    and sums.category_type = peaks.category_type
    and sums.category = peaks.category
