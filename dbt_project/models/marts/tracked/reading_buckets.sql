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
    {% for name, column, divisor in [
        ('first', 'first_value', '1000000'),
        ('last', 'last_value', '1000000'),
        ('min', 'min_value', '1000000'),
        ('max', 'max_value', '1000000'),
        ('weighted', 'mean_value', '(weight_seconds * 1000000)'),
        ('change', 'value_change', '1000000')
    ] %}
    {{ of_millionths(name ~ '_millionths', divisor) }} as {{ column }},
    {% endfor %}
    cast(resets as bigint) as resets,
    cast(corrections as bigint) as corrections
from buckets
