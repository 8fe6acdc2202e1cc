with

genres as (

    select * from {{ ref('int_categories_ranked') }}
    where category_type = 'genre'

)

select
    genres.platform,
    genres.period,
    genres.period_start,
    genres.category as genre,
    genres.period_end,
    genres.is_closed,
    genres.rank_by_hours_watched as rank,
    genres.previous_rank,
    genres.previous_rank - genres.rank_by_hours_watched as rank_change,
    genres.rank_by_hours_broadcast,
    genres.rank_by_hours_watched as rank_by_average_viewers,
    genres.rank_by_peak_viewers,
    genres.hours_watched,
    genres.previous_hours_watched,
    genres.hours_broadcast,
    genres.average_viewers,
    genres.average_channels,
    genres.viewers_per_channel,
    genres.peak_viewers,
    genres.peak_channels,
    genres.unique_streamers,
    genres.share,
    genres.coverage
from genres
