with

fetched as (

    select * from {{ ref('int_game_facts_fetched') }}

),

imported as (

    select * from {{ ref('stg_history__games') }}

),

overrides as (

    select * from {{ ref('stg_overrides__games') }}

),

found as (

    select * from fetched
    union
    select
        platform,
        game_id,
        'publisher' as kind,
        publisher as value
    from imported
    union
    select
        platform,
        game_id,
        'genre' as kind,
        genre as value
    from imported

),

overridden as (

    select
        platform,
        game_id,
        'publisher' as kind,
        publisher as value
    from overrides
    where publisher is not null
    union
    select
        platform,
        game_id,
        'genre' as kind,
        genre as value
    from overrides
    where genre is not null

)

select found.*
from found
left join overridden
    on found.platform = overridden.platform
    and found.game_id = overridden.game_id
    and found.kind = overridden.kind
where overridden.game_id is null
union
select * from overridden
