with

source as (

    select * from {{ source('overrides', 'game_overrides') }}

)

select distinct
    platform,
    game_id,
    publisher,
    genre
from source
