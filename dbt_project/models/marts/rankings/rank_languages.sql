with

languages as (

    select * from {{ ref('int_categories_ranked') }}
    where category_type = 'language'

)

select
    languages.platform,
    languages.period,
    languages.period_start,
    languages.category as language,
    languages.period_end,
    languages.is_closed,
    languages.rank_by_hours_watched as rank,
    languages.previous_rank,
    languages.previous_rank - languages.rank_by_hours_watched as rank_change,
    languages.rank_by_hours_broadcast,
    languages.rank_by_hours_watched as rank_by_average_viewers,
    languages.rank_by_peak_viewers,
    languages.hours_watched,
    languages.previous_hours_watched,
    languages.hours_broadcast,
    languages.average_viewers,
    languages.average_channels,
    languages.viewers_per_channel,
    languages.peak_viewers,
    languages.peak_channels,
    languages.unique_streamers,
    languages.share,
    languages.coverage
from languages
