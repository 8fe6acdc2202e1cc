{#- The hook: what is no longer what it was made from is vouched for no more. Days that any model may come to
    hold are in the ledger before it does, so that they are found when they are gone from raw. -#}
{{ config(post_hook=["{%- set doubted -%}
    select * from {{ built_days() }} where (platform, day) not in (select platform, day from {{ this }} where is_stale)
    union all select platform, day, '{{ var(\"timezone\") }}', null, null from {{ this }} where is_stale
    {%- endset -%} {{ revise(built_days(), doubted) }}", "
    create or replace view meta.days as
    select days.*, built.facts_from is not null as has_facts,
        built.made_from is not null or (days.row_count is null and built.platform is null) as is_built
    from {{ this }} as days
    left join {{ built_days() }} as built on days.platform = built.platform and days.day = built.day
"]) }}
{%- set is_stale = 'not is_pruned and (row_count is null or made_from is distinct from built_from)' %}

-- The unit of work: what each day should be made from, next to what the ledger says it was made from.
with

crawls as (

    select
        *,
        {{ local_date('observed_at') }} as day,
        case when is_complete then lag(observed_at) over (
            partition by platform, is_complete order by observed_at
        ) end as previous_observed_at
    from {{ ref('stg_airtime__crawls') }}

),

days as (

    select
        platform,
        day,
        sum(row_count) as row_count,
        sum(case when is_complete then 1 else 0 end) as complete_count,
        min(previous_observed_at) as previous_observed_at,
        sum({{ fingerprint("concat_ws('/', cast(observed_at as string), newest_load_id, "
            ~ "cast(load_count as string), cast(is_complete as string))") }}) as crawls_print
    from crawls
    group by platform, day

),

-- days that are gone from raw stay here until a whole build has removed them
known as (

    select
        coalesce(days.platform, built.platform) as platform,
        coalesce(days.day, built.day) as day,
        days.row_count,
        days.complete_count,
        days.previous_observed_at,
        days.crawls_print,
        built.platform is not null as is_known,
        built.made_from as built_from
    from days
    full outer join {{ built_days() }} as built
        on days.platform = built.platform
        and days.day = built.day

),

wanted as (

    select
        known.*,
        {{ start_of_date('known.day') }} as start_at,
        {{ start_of_date("cast(known.day + interval '1' day as date)") }} as end_at,
        coalesce({{ start_of_date('known.day') }} < pruned.pruned_before, false) as is_pruned,
        {{ fingerprint("concat_ws('/', '" ~ made_with() ~ "', cast(known.day as string), "
            ~ "cast(known.crawls_print as string), cast(known.previous_observed_at as string))") }} as made_from
    from known
    left join {{ ref('stg_airtime__pruned') }} as pruned on known.platform = pruned.platform
    where known.platform <> 'tracked'

),

queued as (

    select
        *,
        {{ is_stale }} as is_stale,
        sum(case when {{ is_stale }} then coalesce(row_count, 0) else 0 end) over (
            order by day, platform rows between unbounded preceding and current row
        ) as rows_so_far
    from wanted

),

due as (

    select
        *,
        -- a part of a long build takes the oldest days, and one day at the least
        not is_pruned and (
            not is_stale or {{ env_var('AIRTIME_ROWS_AT_ONCE', '0') }} = 0
            or rows_so_far <= greatest({{ env_var('AIRTIME_ROWS_AT_ONCE', '0') }}, row_count)
        ) as is_due
    from queued

)

select
    platform,
    day,
    start_at,
    end_at,
    cast(row_count as bigint) as row_count,
    coalesce(complete_count, 0) > 0 as has_crawls,
    is_pruned,
    is_stale,
    is_due,
    is_due or is_known as is_visible,
    is_known,
    is_pruned and (made_from is distinct from built_from) as is_kept,
    case when is_pruned then built_from else made_from end as made_from
from due
