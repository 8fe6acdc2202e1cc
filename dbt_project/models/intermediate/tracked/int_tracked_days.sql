{#- The hooks are those of int_days, for the days of tracked items. -#}
{{ config(post_hook=["{%- set doubted -%}
    select * from {{ built_days() }} where (platform, day) not in (select platform, day from {{ this }} where is_stale)
    union all select platform, day, '{{ var(\"timezone\") }}', null, null from {{ this }} where is_stale
    {%- endset -%} {{ revise(built_days(), doubted) }}", "
    create or replace view meta.tracked_days as
    select days.*, true as has_facts,
        built.made_from is not null or (days.row_count is null and built.platform is null) as is_built
    from {{ this }} as days
    left join {{ built_days() }} as built on days.platform = built.platform and days.day = built.day
"]) }}
{%- set is_stale = '(row_count is null or made_from is distinct from built_from)' %}

-- The unit of work: what each UTC day of answers should be made from, next to what it was made from.
with

days as (

    select
        day,
        sum(asked_count) as row_count,
        sum({{ fingerprint("concat_ws('/', load_id, cast(call_count as string))") }}) as loads_print
    from {{ ref('stg_tracked__loads') }}
    group by day

),

built as (

    select * from {{ built_days() }}
    where platform = 'tracked'

),

-- days that are gone from raw stay here until a whole build has removed them
known as (

    select
        coalesce(days.day, built.day) as day,
        days.row_count,
        built.platform is not null as is_known,
        built.made_from as built_from,
        {{ fingerprint("concat_ws('/', '" ~ made_with() ~ "', cast(days.day as string), "
            ~ "cast(days.loads_print as string))") }} as made_from
    from days
    full outer join built on days.day = built.day

),

queued as (

    select
        *,
        {{ is_stale }} as is_stale,
        sum(case when {{ is_stale }} then coalesce(row_count, 0) else 0 end) over (
            order by day rows between unbounded preceding and current row
        ) as rows_so_far
    from known

),

due as (

    select
        *,
        -- a part of a long build takes the oldest days, and one day at the least
        not is_stale or {{ env_var('AIRTIME_ROWS_AT_ONCE', '0') }} = 0
        or rows_so_far <= greatest({{ env_var('AIRTIME_ROWS_AT_ONCE', '0') }}, row_count) as is_due
    from queued

)

select
    'tracked' as platform,
    day,
    cast(day as timestamp) as start_at,
    cast(day + interval '1' day as timestamp) as end_at,
    cast(row_count as bigint) as row_count,
    false as is_pruned,
    is_stale,
    is_due,
    is_due or is_known as is_visible,
    is_known,
    made_from
from due
