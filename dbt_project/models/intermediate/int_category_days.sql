with

categories as (

    select * from {{ ref('int_game_categories') }}

),

games as (

    select
        platform,
        game_id,
        sum({{ fingerprint("concat_ws(
            '/',
            game_id,
            category_type,
            category,
            cast(split_count as string),
            cast(is_pseudo as string)
        )") }}) as facts_version
    from categories
    group by platform, game_id

),

of_days as (

    select
        games_daily.platform,
        games_daily.day,
        sum(games.facts_version) as facts_version
    from {{ ref('int_games_daily') }} as games_daily
    inner join games
        on games_daily.platform = games.platform
        and games_daily.game_id = games.game_id
    group by games_daily.platform, games_daily.day

)

select
    versions.platform,
    versions.day,
    versions.day_number,
    versions.start_at,
    versions.end_at,
    cast((versions.source_version + of_days.facts_version) % 17592186044416 as bigint) as facts_version
from {{ ref('int_days') }} as versions
inner join of_days
    on versions.platform = of_days.platform
    and versions.day = of_days.day
