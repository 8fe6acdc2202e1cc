with

source as (

    select * from {{ source('twitch', 'stream_details') }}

)

select
    source.platform,
    source.observed_at,
    source.id as stream_id,
    source.details_id,
    elements.tag
from source
{{ each_of('source.tags', 'tag') }}
where trim(elements.tag) <> ''
