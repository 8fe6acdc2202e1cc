with

hours as (

    select * from {{ ref('int_hours') }}

)

select
    platform,
    hour_at,
    {{ ratio('viewer_seconds', 'covered_seconds') }} as average_viewers,
    peak_viewers,
    {{ ratio('airtime_seconds', 'covered_seconds') }} as average_channels,
    peak_channels,
    coverage
from hours
