with

source as (

    select * from {{ source('airtime', 'crawls') }}

),

loads as (

    select * from {{ ref('stg_airtime__loads') }}

),

pruned as (

    select * from {{ ref('stg_airtime__pruned') }}

),

-- A live crawl of the future was begun by a wrong clock. What was built and dropped from raw stays, though.
finished as (

    select source.*
    from source
    inner join loads on source._dlt_load_id = loads.load_id
    left join pruned on source.platform = pruned.platform
    where
        not source.is_live
        or {{ has_happened('source.observed_at') }}
        or source.observed_at < pruned.pruned_before

),

numbered as (

    select
        *,
        count(*) over (partition by platform, observed_at) as load_count,
        sum(coalesce(streams, 0)) over (partition by platform, observed_at) as row_count,
        max(_dlt_load_id) over (partition by platform, observed_at) as newest_load_id,
        row_number() over (
            partition by platform, observed_at
            order by is_complete desc, file_name desc, _dlt_load_id desc
        ) as position
    from finished

)

select
    platform,
    observed_at,
    finished_at,
    cadence_seconds,
    is_live,
    is_complete,
    stop_reason,
    pages as page_count,
    streams as stream_count,
    doubles as double_count,
    points_used,
    found_by_id as found_count,
    case when is_live then coalesce(rejected, 0) end as rejected_count,
    cast(row_count as bigint) as row_count,
    load_count,
    newest_load_id
from numbered
where position = 1
