{%- set folded = folded_tag(tag_spelling('game_name')) %}
{%- set folded_seen = folded_tag(tag_spelling('seen.game_name')) %}

-- A category of another platform is Twitch's of the same name, as far as is known of it by now.
with

newest_first as (

    select
        *,
        min(first_epoch) over (partition by platform, game_id) as first_seen_epoch,
        row_number() over (
            partition by platform, game_id order by last_epoch desc, last_streamer_id desc
        ) as position
    from {{ ref('int_games_daily') }}

),

-- an IGDB id that Get Games leaves blank says nothing: IGDB itself may know the category
helix as (

    select
        games.platform,
        games.game_id,
        games.game_name,
        coalesce(nullif(games.igdb_id, ''), links.igdb_id) as igdb_id
    from {{ ref('stg_twitch__games') }} as games
    left join {{ ref('stg_igdb__links') }} as links
        on games.platform = links.platform and games.game_id = links.game_id

),

crawled as (

    select distinct platform from {{ ref('int_crawls') }}
    where is_live

),

seen as (

    select
        newest_first.platform,
        newest_first.game_id,
        newest_first.first_seen_epoch,
        newest_first.last_epoch,
        case
            when newest_first.game_id <> '(no category)'
                then coalesce(newest_first.game_name, helix.game_name)
        end as game_name,
        helix.igdb_id,
        crawled.platform is not null as is_crawled,
        crawled.platform <> 'twitch' as is_of_another
    from newest_first
    left join helix on newest_first.platform = helix.platform and newest_first.game_id = helix.game_id
    left join crawled on newest_first.platform = crawled.platform
    where newest_first.position = 1

),

-- streamed, asked for, or on the list of those that are no games: named as it was seen last
named as (
    {% for relation, igdb_id in [('seen', 'igdb_id'), ('helix', 'igdb_id'),
        (ref('stg_twitch__not_games'), 'cast(null as string)')] %}
    {{ "union all" if not loop.first }}
    select
        game_id,
        game_name,
        {{ igdb_id }} as igdb_id,
        {{ loop.index }} as place
    from {{ relation }}
    where platform = 'twitch' and game_name is not null
    {% endfor %}
),

of_twitch as (

    select
        game_id,
        min_by(game_name, place) as game_name,
        max(igdb_id) as igdb_id
    from named
    group by game_id

),

-- of several of one name: one that IGDB knows, of these the oldest
by_name as (

    select
        *,
        nullif({{ folded }}, '') as folded_name,
        row_number() over (
            partition by {{ folded }} order by igdb_id is null, length(game_id), game_id
        ) as place
    from of_twitch

)

select
    seen.platform,
    seen.game_id,
    coalesce(seen.game_name, seen.game_id) as game_name,
    seen.first_seen_epoch,
    seen.last_epoch,
    case when seen.is_of_another then by_name.game_name else seen.game_name end as twitch_name,
    case when by_name.game_id is null then seen.igdb_id else by_name.igdb_id end as igdb_id,
    case when by_name.game_id is null then seen.platform else 'twitch' end as facts_platform,
    coalesce(by_name.game_id, seen.game_id) as facts_game_id,
    case
        when not seen.is_crawled then null
        when not seen.is_of_another or seen.game_id = '(no category)' then seen.game_id
        else coalesce(
            by_name.game_id, '*:' || nullif({{ folded_seen }}, ''), seen.platform || ':' || seen.game_id
        )
    end as shared_game_id
from seen
left join by_name
    on {{ folded_seen }} = by_name.folded_name and seen.is_of_another and by_name.place = 1
