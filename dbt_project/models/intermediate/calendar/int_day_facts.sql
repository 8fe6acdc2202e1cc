{{ config(post_hook="{{ doubt_stale_facts() }}") }}

-- What the games of a day are known by: when it changes, the day's categories are built again.
with

games as (

    select
        platform,
        game_id,
        sum({{ fingerprint("concat_ws('/', game_id, category_type, category, "
            ~ "cast(split_count as string), cast(is_pseudo as string))") }}) as facts
    from {{ ref('int_game_categories') }}
    group by platform, game_id

)

select
    games_daily.platform,
    games_daily.day,
    cast(sum(games.facts) % 17592186044416 as bigint) as facts_from
from {{ ref('int_games_daily') }} as games_daily
inner join games
    on games_daily.platform = games.platform
    and games_daily.game_id = games.game_id
group by games_daily.platform, games_daily.day
