-- Publishers and genres: the user's own rows win over what was imported or IGDB says, kind by kind.
with

igdb as (

    select
        games.facts_platform as platform,
        games.facts_game_id as game_id,
        facts.publishers,
        facts.genres,
        facts.is_first_person_shooter
    from {{ ref('int_games') }} as games
    inner join {{ ref('stg_igdb__games') }} as facts on games.igdb_id = facts.igdb_id

),

found as (

    select
        igdb.platform,
        igdb.game_id,
        'publisher' as kind,
        elements.publisher as value
    from igdb
    {{ each_of(text_array('igdb.publishers'), 'publisher') }}
    union
    select
        igdb.platform,
        igdb.game_id,
        'genre' as kind,
        elements.genre as value
    from igdb
    {{ each_of(text_array('igdb.genres'), 'genre') }}
    union
    select
        igdb.platform,
        igdb.game_id,
        'genre' as kind,
        'FPS' as value
    from igdb
    where igdb.is_first_person_shooter
    {%- for kind in ['publisher', 'genre'] %}
    union
    select
        platform,
        game_id,
        '{{ kind }}' as kind,
        {{ kind }} as value
    from {{ ref('stg_history__games') }}
    where {{ kind }} is not null
    {%- endfor %}

),

overridden as (
    {% for kind in ['publisher', 'genre'] %}
    {{ "union" if not loop.first }}
    select
        platform,
        game_id,
        '{{ kind }}' as kind,
        {{ kind }} as value
    from {{ ref('stg_overrides__games') }}
    where {{ kind }} is not null
    {% endfor %}
),

said as (

    select found.*
    from found
    left join overridden
        on found.platform = overridden.platform
        and found.game_id = overridden.game_id
        and found.kind = overridden.kind
    where overridden.game_id is null
    union
    select * from overridden

)

select
    games.platform,
    games.game_id,
    said.kind,
    said.value
from {{ ref('int_games') }} as games
inner join said
    on games.facts_platform = said.platform
    and games.facts_game_id = said.game_id
-- whoever writes these names says that there is none
where said.value not in ('(unknown)', '(not a game)')
