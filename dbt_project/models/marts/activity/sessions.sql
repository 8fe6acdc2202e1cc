with

-- a part that 48 hours cut off, or a start that no session can have, counts from the first observation
sessions as (

    select
        *,
        case
            when first_started_epoch > session_epoch - {{ session_limit() }} then first_started_epoch
            else session_epoch
        end as started_epoch
    from {{ ref('int_sessions_named') }}

)

select
    platform,
    concat(streamer_id, '@', cast(session_epoch as string)) as session_id,
    streamer_id,
    streamer_name,
    {{ instant('started_epoch') }} as started_at,
    {{ instant('ended_epoch') }} as ended_at,
    is_live,
    {{ ratio('airtime_seconds', '3600') }} as airtime_hours,
    {{ ratio('greatest(ended_epoch - started_epoch, 0)', '3600') }} as duration_hours,
    {{ ratio('viewer_seconds', '3600') }} as hours_watched,
    {{ ratio('viewer_seconds', 'airtime_seconds') }} as average_viewers,
    peak_viewers,
    main_game,
    games_played,
    stream_ids
from sessions
