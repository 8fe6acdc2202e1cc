with

games as (

    select * from {{ ref('int_games') }}
    where shared_game_id is not null

),

categories as (

    select * from {{ ref('int_categories_by_period') }}
    where category_type in ('game', 'shared_game')

),

compared as (

    select * from {{ ref('int_platforms_compared') }}

),

sums as (

    select
        categories.platform,
        categories.period,
        categories.period_start,
        games.shared_game_id,
        max(games.shared_game_name) as game_name,
        sum({{ div('categories.viewer_units', split_units(), big_integer()) }}) as viewer_seconds,
        sum({{ div('categories.airtime_units', split_units(), big_integer()) }}) as airtime_seconds,
        case when count(*) = 1 then max(categories.unique_streamers) end as unique_streamers
    from categories
    inner join games
        on categories.platform = games.platform
        and categories.category = games.game_id
    inner join compared
        on categories.platform = compared.platform
        and categories.period = compared.period
        and categories.period_start = compared.period_start
    where categories.category_type = 'game'
    group by categories.platform, categories.period, categories.period_start, games.shared_game_id

),

totals as (

    select
        period,
        period_start,
        shared_game_id,
        sum(viewer_seconds) as viewer_seconds,
        case when shared_game_id <> '(no category)' then cast(rank() over (
            partition by period, period_start, shared_game_id = '(no category)'
            order by sum(viewer_seconds) desc
        ) as bigint) end as rank
    from sums
    group by period, period_start, shared_game_id

)

select
    sums.platform,
    sums.period,
    sums.period_start,
    sums.shared_game_id as game_id,
    compared.period_end,
    compared.is_closed,
    totals.rank,
    sums.game_name,
    {{ ratio('sums.viewer_seconds', '3600') }} as hours_watched,
    {{ ratio('totals.viewer_seconds', '3600') }} as game_hours_watched,
    {{ ratio('sums.airtime_seconds', '3600') }} as hours_broadcast,
    -- who streams several categories of the name is counted once, in the sums of what they share
    coalesce(sums.unique_streamers, shared.unique_streamers) as unique_streamers,
    {{ ratio('sums.viewer_seconds', 'totals.viewer_seconds') }} as share,
    compared.platforms,
    compared.absent_platforms,
    compared.coverage
from sums
inner join totals
    on sums.period = totals.period
    and sums.period_start = totals.period_start
    and sums.shared_game_id = totals.shared_game_id
inner join compared
    on sums.platform = compared.platform
    and sums.period = compared.period
    and sums.period_start = compared.period_start
left join categories as shared
    on sums.platform = shared.platform
    and sums.period = shared.period
    and sums.period_start = shared.period_start
    and sums.shared_game_id = shared.category
    and shared.category_type = 'shared_game'
where totals.rank is null or totals.rank <= {{ var('ranking_depth') }}
