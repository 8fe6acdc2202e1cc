with

source as (

    select * from {{ source('igdb', 'igdb_games') }}

)

select
    id as igdb_id,
    name as game_name,
    cast(first_release_date as date) as release_date,
    cast(publishers as string) as publishers,
    cast(genres as string) as genres,
    cast(genre_slugs as string) like '%"shooter"%'
    and cast(perspective_slugs as string) like '%"first-person"%' as is_first_person_shooter,
    fetched_at
from source
where name is not null
