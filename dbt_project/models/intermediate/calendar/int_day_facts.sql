{#- The hook: what games are known by now is vouched for no more where it is not what days were made from;
    0 stands for a day on which nobody was seen. -#}
{{ config(post_hook="
    {%- set doubted -%}
    select built.platform, built.day, built.timezone, built.made_from,
        case when built.facts_from = coalesce(facts.facts_from, 0) then built.facts_from end as facts_from
    from {{ built_days() }} as built
    left join {{ this }} as facts on built.platform = facts.platform and built.day = facts.day
    {%- endset -%} {{ revise(built_days(), doubted) }}
") }}

-- What the games of a day are known by: when it changes, the day's categories are built again.
with

games as (

    select
        platform,
        game_id,
        sum({{ fingerprint("concat_ws('/', game_id, category_type, category, "
            ~ "cast(split_count as string))") }}) as facts
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
