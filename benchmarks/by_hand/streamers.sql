-- The rankings of streamers by hand: rank_streamers, streamer_activity, rank_follower_growth.

create or replace temp table ranked as
select
    *,
    rank() over (partition by period_id order by viewer_seconds desc) as rank,
    rank() over (partition by period_id order by airtime_seconds desc) as rank_by_hours_broadcast,
    rank() over (
        partition by period_id
        order by
            viewer_seconds // nullif(airtime_seconds, 0) desc nulls last,
            (viewer_seconds % nullif(airtime_seconds, 0))::double / airtime_seconds desc nulls last
    ) as rank_by_average_viewers,
    rank() over (partition by period_id order by peak_viewers desc) as rank_by_peak_viewers
from streamers;

create or replace temp table listed as
select
    touched.period, touched.period_start, touched.period_end, touched.is_closed, touched.coverage,
    earlier.rank as previous_rank, ranked.*
from ranked
inner join touched using (period_id)
left join ranked as earlier
    on touched.previous_id = earlier.period_id and ranked.streamer_id = earlier.streamer_id
where
    least(
        ranked.rank, ranked.rank_by_hours_broadcast, ranked.rank_by_average_viewers,
        ranked.rank_by_peak_viewers
    ) <= 1000;

-- the game of most viewer-seconds, then airtime, then name, of whoever is shown
create or replace temp table main_games as
with by_name as (
    select
        period_id, streamer_id, game_name, sum(viewer_seconds) as viewer_seconds,
        sum(airtime_seconds) as airtime_seconds, count(*) as game_count
    from streamer_games
    inner join games using (game_id)
    semi join (
        select period_id, streamer_id from listed
        union all
        select period_id, streamer_id
        from streamers
        where period_id in (select period_id from touched where period like 'last_%')
    ) as shown using (period_id, streamer_id)
    group by period_id, streamer_id, game_name
)
select
    period_id, streamer_id, sum(game_count)::bigint as games_played,
    min(struct_pack(v := -viewer_seconds, a := -airtime_seconds, name := game_name)).name as main_game
from by_name
group by period_id, streamer_id;

create or replace temp table followers as
with within_period as (
    select
        period_id, streamer_id, min_by(first_count, first_at) as first_count, min(first_at) as first_at,
        max_by(last_count, last_at) as last_count, max(last_at) as last_at
    from kept.readings
    inner join period_days using (day)
    where period_id in (select period_id from touched)
    group by period_id, streamer_id
),
before_period as (
    select
        period_id, streamer_id, max_by(last_count, last_at) as base, max(last_at) as base_at
    from kept.readings
    inner join touched on day < period_start and day >= period_start - 8
    where epoch(last_at) >= start_epoch - least(end_epoch - start_epoch, 7 * 86400)
    group by period_id, streamer_id
)
select
    period_id, streamer_id, coalesce(base, first_count) as follower_base,
    coalesce(base_at, first_at) as follower_base_at, last_count as follower_last,
    last_at as follower_last_at, last_count - coalesce(base, first_count) as followers_gained
from within_period
left join before_period using (period_id, streamer_id);

create or replace temp view streamer_ranking as
select
    'twitch' as platform, period, period_start, streamer_id, period_end, is_closed, rank, previous_rank,
    previous_rank - rank as rank_change, rank_by_hours_broadcast, rank_by_average_viewers,
    rank_by_peak_viewers, names.name as streamer_name, names.login as streamer_login, listed.language,
    names.broadcaster_type, main_game, follower_last as followers, followers_gained,
    listed.viewer_seconds / 3600 as hours_watched,
    sqrt(watched_var12::double / 12) / 3600 as hours_watched_error,
    listed.airtime_seconds / 3600 as hours_broadcast,
    sqrt(airtime_var12::double / 12) / 3600 as hours_broadcast_error,
    listed.viewer_seconds / nullif(listed.airtime_seconds, 0) as average_viewers, listed.peak_viewers,
    active_days, listed.sessions,
    listed.viewer_seconds / nullif(platforms.viewer_seconds, 0) as share, coverage
from listed
inner join platforms using (period_id)
inner join main_games using (period_id, streamer_id)
inner join names using (streamer_id)
left join followers using (period_id, streamer_id);
create table if not exists marts.rank_streamers as from streamer_ranking limit 0;
delete from marts.rank_streamers where period like 'last_%' or period_end > getvariable('since');
insert into marts.rank_streamers from streamer_ranking;
update marts.rank_streamers as published
set streamer_name = renamed.name, streamer_login = renamed.login, broadcaster_type = renamed.broadcaster_type
from renamed
where published.streamer_id = renamed.streamer_id;

create or replace table marts.streamer_activity as
select
    'twitch' as platform, touched.period, streamers.streamer_id, names.name as streamer_name,
    airtime_seconds / 3600 as hours_broadcast, viewer_seconds / 3600 as hours_watched,
    viewer_seconds / nullif(airtime_seconds, 0) as average_viewers, peak_viewers, sessions, active_days,
    games_played, main_game
from streamers
inner join touched using (period_id)
inner join main_games using (period_id, streamer_id)
inner join names using (streamer_id)
where touched.period like 'last_%';

-- growth of everybody, and of those with more than half of their airtime in a genre
create or replace temp view growth_ranking as
with grown as (
    select * from followers where follower_base >= 100 and follower_base_at < follower_last_at
),
primarily as (
    select period_id, streamer_id, fact as genre
    from streamer_games
    inner join facts on streamer_games.game_id = facts.game_id and facts.kind = 'genre'
    inner join streamers using (period_id, streamer_id)
    semi join grown using (period_id, streamer_id)
    group by period_id, streamer_id, fact
    having 2 * sum(streamer_games.airtime_seconds) > any_value(streamers.airtime_seconds)
),
contenders as (
    select grown.*, '(all)' as genre from grown
    union all
    select grown.*, primarily.genre from grown inner join primarily using (period_id, streamer_id)
),
placed as (
    select
        *,
        rank() over (
            partition by period_id, genre order by followers_gained / follower_base desc
        ) as rank,
        rank() over (partition by period_id, genre order by followers_gained desc) as rank_by_gained
    from contenders
)
select
    'twitch' as platform, period, period_start, genre, placed.streamer_id, period_end, is_closed, rank,
    rank_by_gained, names.name as streamer_name, follower_base, follower_base_at, follower_last,
    follower_last_at, followers_gained, followers_gained / follower_base as follower_growth, coverage
from placed
inner join touched using (period_id)
left join names on placed.streamer_id = names.streamer_id
where least(rank, rank_by_gained) <= 1000;
create table if not exists marts.rank_follower_growth as from growth_ranking limit 0;
delete from marts.rank_follower_growth where period like 'last_%' or period_end > getvariable('since');
insert into marts.rank_follower_growth from growth_ranking;
update marts.rank_follower_growth as published
set streamer_name = renamed.name
from renamed
where published.streamer_id = renamed.streamer_id;
