with

games as (

    select * from {{ ref('int_games') }}

),

igdb as (

    select * from {{ ref('stg_igdb__games') }}

),

publishers as (

    select
        games.platform,
        games.game_id,
        'publisher' as kind,
        elements.publisher as value
    from games
    inner join igdb on games.igdb_id = igdb.igdb_id
    {{ each_of('igdb.publishers', 'publisher') }}

),

genres as (

    select
        games.platform,
        games.game_id,
        'genre' as kind,
        elements.genre as value
    from games
    inner join igdb on games.igdb_id = igdb.igdb_id
    {{ each_of('igdb.genres', 'genre') }}

),

shooters as (

    select
        games.platform,
        games.game_id,
        'genre' as kind,
        'FPS' as value
    from games
    inner join igdb on games.igdb_id = igdb.igdb_id
    where igdb.is_first_person_shooter

)

select * from publishers
union
select * from genres
union
select * from shooters
