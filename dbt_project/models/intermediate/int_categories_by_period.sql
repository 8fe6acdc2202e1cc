{{ config(materialized='view') }}

{% set columns -%}
    platform,
    period,
    period_start,
    category_type,
    category,
    is_pseudo,
    unique_streamers,
    airtime_units,
    viewer_units,
    peak_viewers,
    peak_channels
{%- endset %}

select {{ columns }} from {{ ref('int_game_categories_by_period') }}
union all
select {{ columns }} from {{ ref('int_labels_by_period') }}
