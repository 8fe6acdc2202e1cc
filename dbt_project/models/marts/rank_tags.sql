with

tags as (

    select * from {{ ref('int_categories_ranked') }}
    where category_type = 'tag'

)

select
    tags.platform,
    tags.period,
    tags.period_start,
    tags.category as tag,
    tags.period_end,
    tags.is_closed,
    tags.rank_by_hours_watched as rank,
    tags.previous_rank,
    tags.previous_rank - tags.rank_by_hours_watched as rank_change,
    tags.rank_by_hours_broadcast,
    tags.rank_by_hours_watched as rank_by_average_viewers,
    tags.rank_by_peak_viewers,
    tags.hours_watched,
    tags.previous_hours_watched,
    tags.hours_broadcast,
    tags.average_viewers,
    tags.average_channels,
    tags.viewers_per_channel,
    tags.peak_viewers,
    tags.peak_channels,
    tags.unique_streamers,
    tags.share,
    tags.coverage
from tags
