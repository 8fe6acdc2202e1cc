with

platforms as (

    select * from {{ ref('int_platforms_by_period') }}
    where period = 'month'

),

periods as (

    select * from {{ ref('int_periods') }}
    where period = 'month'

)

select
    platforms.platform,
    platforms.period_start as month,
    platforms.unique_streamers,
    {{ ratio('platforms.airtime_seconds', '3600') }} as hours_broadcast,
    {{ ratio('platforms.viewer_seconds', '3600') }} as hours_watched,
    {{ ratio('platforms.viewer_seconds', 'platforms.covered_seconds') }} as average_viewers,
    {{ ratio('platforms.airtime_seconds', 'platforms.covered_seconds') }} as average_channels,
    {{ ratio('platforms.viewer_seconds', 'platforms.airtime_seconds') }} as viewers_per_channel,
    platforms.peak_viewers,
    platforms.peak_channels,
    platforms.session_count as sessions,
    {{ ratio('platforms.top_100_viewer_seconds', 'platforms.viewer_seconds') }} as top_100_share,
    {{ ratio('platforms.top_1000_viewer_seconds', 'platforms.viewer_seconds') }} as top_1000_share,
    {{ ratio('platforms.top_10000_viewer_seconds', 'platforms.viewer_seconds') }} as top_10000_share,
    periods.is_closed,
    periods.coverage
from platforms
inner join periods
    on platforms.platform = periods.platform
    and platforms.period_start = periods.period_start
