with

source as (

    select * from {{ source('history', 'history_games') }}

),

loads as (

    select * from {{ ref('stg_airtime__loads') }}

),

newest as (

    select
        source.*,
        dense_rank() over (
            partition by source.platform, source.game
            order by source.imported_at desc, source.file_name desc
        ) as age
    from source
    inner join loads on source._dlt_load_id = loads.load_id

)

select distinct
    platform,
    game as game_id,
    release_date,
    publisher,
    genre
from newest
where age = 1
