-- A game is split over its publishers and counts in full for each of its genres; what is not known stays in
-- the totals.
with

games as (

    select * from {{ ref('int_games') }}

),

facts as (

    select * from {{ ref('int_game_facts') }}

),

labels as (

    select
        platform,
        game_id,
        kind as category_type,
        value as category,
        case when kind = 'publisher' then count(*) over (partition by platform, game_id, kind) else 1 end
            as split_count
    from facts

),

kinds as (

    select 'publisher' as category_type
    union all
    select 'genre' as category_type

),

labelled as (

    select
        games.platform,
        kinds.category_type,
        games.game_id,
        games.is_no_category,
        games.is_not_a_game,
        labels.category,
        labels.split_count,
        games.category_number as game_number
    from games
    cross join kinds
    left join labels
        on games.platform = labels.platform
        and games.game_id = labels.game_id
        and kinds.category_type = labels.category_type
        and not games.is_not_a_game

),

-- whoever streams several of one name on one platform is one streamer of them all
shared as (

    select
        *,
        count(*) over (partition by platform, shared_game_id) as game_count
    from games
    where shared_game_id is not null

),

every_category as (

    select
        platform,
        'game' as category_type,
        game_id as category,
        game_id,
        category_number as game_number,
        1 as split_count
    from games
    union all
    select
        platform,
        'shared_game' as category_type,
        shared_game_id as category,
        game_id,
        category_number as game_number,
        1 as split_count
    from shared
    where game_count > 1
    union all
    select
        platform,
        category_type,
        case
            when category is not null then category
            when is_no_category then '(no category)'
            when is_not_a_game then '(not a game)'
            else '(unknown)'
        end as category,
        game_id,
        game_number,
        coalesce(split_count, 1) as split_count
    from labelled

)

select
    *,
    {{ category_number('category_type', 'category') }} as category_number
from every_category
