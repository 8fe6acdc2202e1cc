-- The other marts by hand: activity by month and hour, sessions, what is live, names.

create or replace temp view month_activity as
with positions as (
    select
        period_id, viewer_seconds,
        row_number() over (partition by period_id order by viewer_seconds desc, streamer_id) as position
    from streamers
    where period_id in (select period_id from touched where period = 'month')
),
shares as (
    select
        period_id,
        sum(case when position <= 100 then viewer_seconds end) / nullif(sum(viewer_seconds), 0)
            as top_100_share,
        sum(case when position <= 1000 then viewer_seconds end) / nullif(sum(viewer_seconds), 0)
            as top_1000_share,
        sum(case when position <= 10000 then viewer_seconds end) / nullif(sum(viewer_seconds), 0)
            as top_10000_share
    from positions
    group by period_id
)
select
    'twitch' as platform, period_start as month, unique_streamers, airtime_seconds / 3600 as hours_broadcast,
    viewer_seconds / 3600 as hours_watched, viewer_seconds / nullif(covered_seconds, 0) as average_viewers,
    airtime_seconds / nullif(covered_seconds, 0) as average_channels,
    viewer_seconds / nullif(airtime_seconds, 0) as viewers_per_channel, peak_viewers, peak_channels, sessions,
    top_100_share, top_1000_share, top_10000_share, is_closed, coverage
from platforms
inner join touched using (period_id)
inner join shares using (period_id);
create table if not exists marts.monthly_activity as from month_activity limit 0;
delete from marts.monthly_activity where month + interval 1 month > getvariable('since');
insert into marts.monthly_activity from month_activity;

create or replace table marts.hourly_activity as
with crawls as (
    select
        *, epoch // 3600 * 3600 as hour_epoch, max(epoch) over () as newest_epoch,
        lead(epoch) over (order by epoch) as next_epoch,
        lead(epoch - sample_seconds) over (order by epoch) as next_start
    from kept.crawls
),
hours as (
    select
        hour_epoch, sum(sample_seconds) as covered_seconds,
        sum(
            least(sample_seconds, epoch - hour_epoch)
            + case
                when next_epoch >= hour_epoch + 3600 then greatest(hour_epoch + 3600 - next_start, 0) else 0
            end
        ) / nullif(least(hour_epoch + 3600, max(newest_epoch)) - hour_epoch, 0) as coverage
    from crawls
    group by hour_epoch
)
select
    'twitch' as platform, make_timestamp(hour_epoch * 1000000) as hour_at,
    coalesce(viewer_seconds / nullif(covered_seconds, 0), 0) as average_viewers,
    coalesce(peak_viewers, 0) as peak_viewers,
    coalesce(airtime_seconds / nullif(covered_seconds, 0), 0) as average_channels,
    coalesce(peak_channels, 0) as peak_channels, coverage
from hours
left join kept.hours as kept on make_timestamp(hour_epoch * 1000000) = kept.hour_at;

-- sessions that were on air since, whole: the days before hold their beginnings
create or replace temp view recent_sessions as
with days as (
    select session_days.*
    from kept.session_days as session_days
    semi join (
        select streamer_id, island_epoch, session_part
        from kept.session_days
        where day >= getvariable('since')
    ) as recent using (streamer_id, island_epoch, session_part)
    where day >= getvariable('since') - 3
),
played as (
    select
        streamer_id, island_epoch, session_part,
        min(struct_pack(v := -viewer_seconds, a := -airtime_seconds, name := game_name)).name as main_game
    from (
        select
            streamer_id, island_epoch, session_part, game_name, sum(viewer_seconds) as viewer_seconds,
            sum(airtime_seconds) as airtime_seconds
        from days
        inner join games using (game_id)
        group by streamer_id, island_epoch, session_part, game_name
    )
    group by streamer_id, island_epoch, session_part
),
summed as (
    select
        streamer_id, island_epoch, session_part, min(first_epoch) as session_epoch,
        case when session_part = 0 then min_by(first_started, first_epoch) end as first_started,
        max(last_epoch) as last_epoch, max_by(last_started, last_epoch) as last_started,
        max_by(stream_id, last_epoch) as last_stream_id, sum(airtime_seconds) as airtime_seconds,
        sum(viewer_seconds) as viewer_seconds, max(peak_viewers) as peak_viewers,
        count(distinct game_id) as games_played,
        list_sort(list_distinct(array_agg(stream_id))) as stream_ids
    from days
    group by streamer_id, island_epoch, session_part
),
archives as (
    select stream_id, max(duration_seconds) as seconds from warehouse.raw.videos group by stream_id
),
dated as (
    select
        summed.*,
        case
            when first_started >= session_epoch - 172800 then first_started else session_epoch
        end as started_epoch,
        greatest(last_epoch, last_started + archives.seconds) as ended_epoch,
        last_epoch = max(last_epoch) over (partition by streamer_id)
        and last_epoch >= (
            select min(epoch) from (select epoch from kept.crawls order by epoch desc limit 2)
        ) as is_live
    from summed
    left join archives on summed.last_stream_id = archives.stream_id
)
select
    'twitch' as platform, streamer_id || '@' || session_epoch as session_id, streamer_id,
    names.name as streamer_name, make_timestamp(started_epoch * 1000000) as started_at,
    make_timestamp(ended_epoch * 1000000) as ended_at, is_live, airtime_seconds / 3600 as airtime_hours,
    greatest(ended_epoch - started_epoch, 0) / 3600 as duration_hours,
    viewer_seconds / 3600 as hours_watched, viewer_seconds / nullif(airtime_seconds, 0) as average_viewers,
    peak_viewers, main_game, games_played, stream_ids
from dated
inner join played using (streamer_id, island_epoch, session_part)
inner join names using (streamer_id);
create table if not exists marts.sessions as from recent_sessions limit 0;
create or replace temp table written as from recent_sessions;
delete from marts.sessions where session_id in (select session_id from written);
insert into marts.sessions from written;
update marts.sessions as published
set streamer_name = renamed.name
from renamed
where published.streamer_id = renamed.streamer_id;

create or replace table marts.live_now as
select
    'twitch' as platform, stream_id, observed.streamer_id, details.name as streamer_name, observed.game_id,
    case
        when observed.game_id = '(no category)' then observed.game_id
        else coalesce(details.game_name, observed.game_id)
    end as game_name,
    details.title, nullif(observed.language, '') as language, details.tags::varchar[] as tags, viewer_count,
    started_at, observed_at
from observed
inner join details using (stream_id, details_id)
where observed_at = (select max(observed_at) from kept.crawls);

create or replace table marts.games_now as
with placed as (
    select
        live.*, names.name,
        row_number() over (
            partition by game_id order by viewer_count desc, names.name, streamer_id
        ) as position
    from marts.live_now as live
    inner join names using (streamer_id)
)
select
    'twitch' as platform, game_id, games.game_name, sum(viewer_count)::bigint as viewer_count,
    count(*) as stream_count, max(case when position = 1 then name end) as top_streamer_name,
    max(viewer_count) as top_streamer_viewers,
    count_if(started_at > observed_at - interval 15 minute) as started_last_15_minutes
from placed
inner join games using (game_id)
group by game_id, games.game_name;

create or replace table marts.streamers as
with earlier as (
    select
        names.streamer_id,
        list_sort(list_distinct(array_agg(kept.name) filter (kept.name <> names.name))) as earlier_names,
        list_sort(list_distinct(array_agg(kept.login) filter (kept.login <> names.login))) as earlier_logins
    from names
    inner join kept.names as kept
        on names.streamer_id = kept.streamer_id
        and (names.name <> kept.name or names.login <> kept.login)
    group by names.streamer_id
),
counted as (
    select streamer_id, max_by(last_count, last_at) as followers from kept.readings group by streamer_id
)
select
    'twitch' as platform, names.streamer_id, names.name as streamer_name, names.login as streamer_login,
    names.first_at as first_seen_at, names.last_at as last_seen_at,
    coalesce(earlier.earlier_names, []) as earlier_names,
    coalesce(earlier.earlier_logins, []) as earlier_logins,
    names.broadcaster_type, names.created_at, counted.followers
from names
left join earlier using (streamer_id)
left join counted using (streamer_id);

create or replace table marts.games as
select
    'twitch' as platform, games.game_id, games.game_name, games.first_at as first_seen_at,
    games.last_at as last_seen_at,
    list_sort(coalesce(
        list_distinct(array_agg(names.name) filter (names.name <> games.game_name)), []
    )) as earlier_names,
    list_sort(coalesce(list_distinct(array_agg(fact) filter (kind = 'publisher')), [])) as publishers,
    list_sort(coalesce(list_distinct(array_agg(fact) filter (kind = 'genre')), [])) as genres,
    games.release_date, games.metadata_source, games.is_not_a_game, games.game_id as shared_game_id
from games
left join facts using (game_id)
left join kept.game_names as names on games.game_id = names.game_id
where games.game_id <> '(no category)'
group by all;
