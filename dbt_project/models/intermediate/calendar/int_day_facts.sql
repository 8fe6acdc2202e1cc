{#- The hook: what games are known by now is vouched for no more where it is not what days were made from. -#}
{{ config(post_hook="
    update {{ built_days() }} as built set facts_from = null
    where not exists (
        select 1 from {{ this }} as days
        where built.platform = days.platform and built.day = days.day and built.facts_from = days.facts_from
    )
") }}

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
