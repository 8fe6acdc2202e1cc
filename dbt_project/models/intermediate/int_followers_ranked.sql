with

followers as (

    select * from {{ ref('int_followers_by_period') }}
    where
        follower_base >= greatest({{ var('min_follower_base') }}, 1)
        and follower_base_at < follower_last_at

),

streamer_genres as (

    select * from {{ ref('int_streamer_genres') }}

),

contenders as (

    select
        followers.*,
        '(all)' as genre
    from followers
    union all
    select
        followers.*,
        streamer_genres.genre
    from followers
    inner join streamer_genres
        on followers.platform = streamer_genres.platform
        and followers.period = streamer_genres.period
        and followers.period_start = streamer_genres.period_start
        and followers.streamer_id = streamer_genres.streamer_id

)

select
    *,
    rank() over (by_genre order by {{ by_quotient('followers_gained', 'follower_base') }}) as rank_by_growth,
    rank() over (by_genre order by followers_gained desc) as rank_by_gained
from contenders
window by_genre as (partition by platform, period, period_start, genre)
