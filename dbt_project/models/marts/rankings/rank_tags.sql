with

tags as (

    select * from {{ ref('int_categories_ranked') }}
    where category_type = 'tag'

),

spellings as (

    select
        platform,
        tag,
        spelling,
        sum(airtime_seconds) as airtime_seconds
    from {{ ref('int_tag_peaks_daily') }}
    group by platform, tag, spelling

),

-- a tag is shown in the spelling that was on air for longest, of several in the first
shown as (

    select
        *,
        row_number() over (partition by platform, tag order by airtime_seconds desc, spelling asc) as position
    from spellings

)

select
    tags.platform,
    tags.period,
    tags.period_start,
    shown.spelling as tag,
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
inner join shown
    on tags.platform = shown.platform
    and tags.category = shown.tag
    and shown.position = 1
