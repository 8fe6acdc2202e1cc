with

publishers as (

    select * from {{ ref('int_categories_ranked') }}
    where category_type = 'publisher'

)

select
    publishers.platform,
    publishers.period,
    publishers.period_start,
    publishers.category as publisher,
    publishers.period_end,
    publishers.is_closed,
    publishers.rank_by_hours_watched as rank,
    publishers.previous_rank,
    publishers.previous_rank - publishers.rank_by_hours_watched as rank_change,
    publishers.rank_by_hours_broadcast,
    publishers.rank_by_hours_watched as rank_by_average_viewers,
    publishers.rank_by_peak_viewers,
    publishers.hours_watched,
    publishers.previous_hours_watched,
    publishers.hours_broadcast,
    publishers.average_viewers,
    publishers.average_channels,
    publishers.viewers_per_channel,
    publishers.peak_viewers,
    publishers.peak_channels,
    publishers.unique_streamers,
    publishers.share,
    publishers.coverage
from publishers
