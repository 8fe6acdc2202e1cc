{{ config(materialized='view') }}

with

squares as (

    select
        platform,
        day,
        streamer_id,
        cast(airtime_seconds as {{ big_integer() }}) as airtime_seconds,
        cast(viewer_seconds as {{ big_integer() }}) as viewer_seconds,
        edge12,
        coalesce(step12, 0) as step12
    from {{ ref('int_streamer_squares_daily') }}

)

select
    platform,
    day,
    streamer_id,
    edge12 as airtime_var12,
    case
        when airtime_seconds = 0 then 0
        else {{ div('edge12 * viewer_seconds * viewer_seconds', 'airtime_seconds * airtime_seconds') }}
    end + {{ div('3 * step12', 2) }} as watched_var12
from squares
