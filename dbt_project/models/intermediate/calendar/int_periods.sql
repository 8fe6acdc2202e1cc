{#- The hook: a period that is gone is not built. -#}
{{ config(post_hook="
    {%- set left -%}
    select platform, period, period_start from {{ built_periods() }}
    where (platform, period, period_start) in (select platform, period, period_start from {{ this }})
    {%- endset -%} {{ revise(built_periods(), left) }}
") }}
{%- set end = "greatest(closed_until, cast(first_day + interval '1' day as date))" %}

-- The calendar of every platform, and the last days with the days before them, which give the ranks before.
with

crawls as (

    select * from {{ ref('int_crawls') }}
    where is_complete

),

-- followers are counted on days without a crawl, too
days as (

    select
        platform,
        day
    from crawls
    union
    select
        platform,
        {{ local_date('observed_at') }} as day
    from {{ ref('stg_twitch__followers') }}

),

closings as (

    select
        platform,
        max(observed_epoch) as newest_epoch,
        min(day) as first_day,
        -- a live platform's newest day is still running; an imported file's is over
        cast(max(case when is_live then day else day + interval '1' day end) as date) as closed_until
    from crawls
    group by platform

),

periods as (
    {% for unit, next in [
        ('day', "1 day"), ('week', "7 day"), ('month', "1 month"), ('quarter', "3 month"), ('year', "1 year")
    ] %}
    select distinct
        platform,
        '{{ unit }}' as period,
        cast(date_trunc('{{ unit }}', day) as date) as period_start,
        cast(date_trunc('{{ unit }}', day) + interval {{ next }} as date) as period_end,
        cast(date_trunc('{{ unit }}', day) - interval {{ next }} as date) as previous_period_start,
        true as is_listed
    from days
    union all
    {% endfor %}
    {%- for length in [7, 30, 90] %}
    {%- for windows_ago in [0, 1] %}
    select
        platform,
        'last_{{ length }}_days' as period,
        cast({{ end }} - interval {{ length * (windows_ago + 1) }} day as date) as period_start,
        cast({{ end }} - interval {{ length * windows_ago }} day as date) as period_end,
        cast({{ end }} - interval {{ length * (windows_ago + 2) }} day as date) as previous_period_start,
        {{ 'true' if windows_ago == 0 else 'false' }} as is_listed
    from closings
    {{ "union all" if not (loop.last and length == 90) }}
    {% endfor %}
    {%- endfor %}
),

spans as (

    select
        periods.*,
        coalesce(periods.period_end <= closings.closed_until, false) as is_closed,
        {{ epoch_seconds(start_of_date('periods.period_start')) }} as start_epoch,
        {{ epoch_seconds(start_of_date('periods.period_end')) }} as end_epoch,
        closings.newest_epoch
    from periods
    -- a platform whose followers are counted may have no complete crawl yet
    left join closings on periods.platform = closings.platform

),

-- what a crawl stands for may begin in the period before
intervals as (

    select
        spans.platform,
        spans.period,
        spans.period_start,
        sum(
            least(crawls.observed_epoch, spans.end_epoch)
            - greatest(crawls.observed_epoch - crawls.sample_seconds, spans.start_epoch)
        ) as seen_seconds
    from spans
    inner join crawls
        on spans.platform = crawls.platform
        and spans.start_epoch < crawls.observed_epoch
        and spans.end_epoch > crawls.observed_epoch - crawls.sample_seconds
    group by spans.platform, spans.period, spans.period_start

)

select
    spans.*,
    case when spans.newest_epoch > spans.start_epoch then {{ ratio(
        'coalesce(intervals.seen_seconds, 0)', 'least(spans.end_epoch, spans.newest_epoch) - spans.start_epoch'
    ) }} end as coverage
from spans
left join intervals
    on spans.platform = intervals.platform
    and spans.period = intervals.period
    and spans.period_start = intervals.period_start
