-- What is known of each game that was seen, by hand: publishers and genres, and the pseudo-categories.

create or replace temp table games as
select
    seen.game_id, seen.first_at, seen.last_at,
    case
        when seen.game_id = '(no category)' then seen.game_id
        else coalesce(seen.name, known.name, seen.game_id)
    end as game_name,
    coalesce(nullif(known.igdb_id, ''), links.igdb_id) as igdb_id,
    exists (select 1 from warehouse.raw.not_games as none where none.game_id = seen.game_id) as is_not_a_game,
    igdb.first_release_date::date as release_date,
    case when igdb.id is not null then 'igdb' end as metadata_source
from kept.games as seen
left join warehouse.raw.games as known on seen.game_id = known.id and known.name is not null
left join warehouse.raw.igdb_links as links on seen.game_id = links.game_id
left join warehouse.raw.igdb_games as igdb
    on coalesce(nullif(known.igdb_id, ''), links.igdb_id) = igdb.id and igdb.name is not null;

create or replace temp table facts as
select game_id, 'publisher' as kind, unnest(publishers::varchar[]) as fact
from games
inner join warehouse.raw.igdb_games as igdb on games.igdb_id = igdb.id and igdb.name is not null
union
select game_id, 'genre', unnest(genres::varchar[])
from games
inner join warehouse.raw.igdb_games as igdb on games.igdb_id = igdb.id and igdb.name is not null
union
select game_id, 'genre', 'FPS'
from games
inner join warehouse.raw.igdb_games as igdb on games.igdb_id = igdb.id and igdb.name is not null
where
    igdb.genre_slugs::varchar like '%"shooter"%' and igdb.perspective_slugs::varchar like '%"first-person"%';

create or replace temp table categories as
select
    'game' as category_type, game_id as category, game_id, 1 as sharers,
    game_id = '(no category)' as is_pseudo
from games
union all
select
    kinds.kind,
    case
        when facts.fact is not null then facts.fact
        when games.game_id = '(no category)' then games.game_id
        when games.is_not_a_game then '(not a game)'
        else '(unknown)'
    end,
    games.game_id,
    case when kinds.kind = 'publisher' then count(*) over (partition by games.game_id, kinds.kind) else 1 end,
    coalesce(facts.fact, '(unknown)') in ('(no category)', '(not a game)', '(unknown)')
from games
cross join (values ('publisher'), ('genre')) as kinds(kind)
left join facts
    on games.game_id = facts.game_id and kinds.kind = facts.kind and not games.is_not_a_game;
