with

buckets as (

    select * from {{ ref('int_reading_buckets') }}

)

select
    kind,
    item_id,
    metric,
    bucket,
    {{ instant('bucket_epoch') }} as bucket_start,
    sort,
    readings,
    {{ ratio('first_millionths', '1000000') }} as first_value,
    {{ ratio('last_millionths', '1000000') }} as last_value,
    {{ ratio('min_millionths', '1000000') }} as min_value,
    {{ ratio('max_millionths', '1000000') }} as max_value,
    {{ ratio('weighted_millionths', 'weight_seconds * 1000000') }} as mean_value,
    {{ ratio('change_millionths', '1000000') }} as value_change,
    cast(resets as bigint) as resets,
    cast(corrections as bigint) as corrections
from buckets
