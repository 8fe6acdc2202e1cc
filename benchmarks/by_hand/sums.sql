-- The day grain by hand: from the raw rows of one day, variable `day`, to tables of sums in schema `kept`.
--
-- For one platform that is crawled live. What is kept of earlier days is not read again, but for sessions
-- that may go on; a publisher that is learnt late would need those days again.

-- one row per stream and crawl; raw may hold a row twice
create or replace temp table observed as
with doubled as (
    select observed_at, user_id
    from warehouse.raw.observations
    where
        observed_at >= getvariable('day')::timestamp
        and observed_at < getvariable('day')::timestamp + interval 1 day
    group by observed_at, user_id
    having count(*) > 1
),
single as (
    select raw.*
    from warehouse.raw.observations as raw
    anti join doubled using (observed_at, user_id)
    where
        observed_at >= getvariable('day')::timestamp
        and observed_at < getvariable('day')::timestamp + interval 1 day
    union all
    select raw.*
    from warehouse.raw.observations as raw
    semi join doubled using (observed_at, user_id)
    qualify row_number() over (
        partition by observed_at, user_id
        order by started_at desc nulls last, id desc, viewer_count desc, details_id desc
    ) = 1
)
select
    observed_at, crawls.epoch, crawls.cadence, crawls.gap, crawls.is_gap_short,
    single.id as stream_id, single.user_id as streamer_id,
    coalesce(nullif(single.game_id, ''), '(no category)') as game_id,
    coalesce(single.language, '') as language,
    single.viewer_count, single.started_at, single.details_id,
    coalesce(single.started_at <= crawls.previous_at, false) as is_live_throughout,
    case
        when crawls.gap is null then crawls.cadence
        when crawls.is_gap_short then crawls.gap
        when single.started_at <= crawls.previous_at
            then least(crawls.gap, date_diff('second', crawls.day::timestamp, observed_at))
        when single.started_at is not null
            then greatest(date_diff('second', single.started_at, observed_at), 0) + crawls.cadence // 2
        else crawls.cadence
    end as sample_seconds
from single
inner join kept.crawls as crawls using (observed_at);

create or replace temp table details as
select
    id as stream_id, details_id, max(user_id) as streamer_id, max(user_login) as login,
    max(user_name) as name, coalesce(nullif(max(game_id), ''), '(no category)') as game_id,
    nullif(max(game_name), '') as game_name, nullif(max(title), '') as title, max(tags::varchar) as tags,
    max(observed_at) >= getvariable('day')::timestamp as is_of_day
from warehouse.raw.stream_details
where
    observed_at >= getvariable('day')::timestamp - interval 3 day
    and observed_at < getvariable('day')::timestamp + interval 1 day
group by id, details_id;

create or replace temp view day_activity as
select
    getvariable('day') as day, streamer_id, game_id,
    sum(sample_seconds)::bigint as airtime_seconds,
    sum(viewer_count * sample_seconds)::bigint as viewer_seconds,
    max(viewer_count) as peak_viewers,
    min(observed_at) as first_at, max(observed_at) as last_at,
    max_by(language, epoch) as language, max_by(stream_id, epoch) as stream_id,
    max_by(details_id, epoch) as details_id
from observed
group by streamer_id, game_id;
create table if not exists kept.activity as from day_activity limit 0;
delete from kept.activity where day = getvariable('day');
insert into kept.activity from day_activity;

-- each game's newest name, and when it was seen
create or replace temp table day_games as
select
    activity.game_id, activity.first_at, activity.newest.last_at as last_at, details.game_name as name
from (
    select
        game_id, min(first_at) as first_at,
        max(struct_pack(last_at, streamer_id, stream_id, details_id)) as newest
    from kept.activity
    where day = getvariable('day')
    group by game_id
) as activity
left join details
    on activity.newest.stream_id = details.stream_id and activity.newest.details_id = details.details_id;
create table if not exists kept.games as from day_games limit 0;
create or replace table kept.games as
select
    game_id, least(earlier.first_at, day_games.first_at) as first_at,
    coalesce(day_games.last_at, earlier.last_at) as last_at,
    case when day_games.last_at is null then earlier.name else day_games.name end as name
from kept.games as earlier
full join day_games using (game_id);
create or replace temp view day_game_names as
select distinct game_id, game_name as name from details where is_of_day and game_name is not null;
create table if not exists kept.game_names as from day_game_names limit 0;
insert into kept.game_names
from day_game_names anti join kept.game_names using (game_id, name);

-- each streamer's newest name, and when they were seen
create or replace temp table day_names as
select activity.streamer_id, activity.first_at, activity.last_at, details.login, details.name
from (
    select
        streamer_id, min(first_at) as first_at, max(last_at) as last_at,
        max_by(stream_id, last_at) as stream_id, max_by(details_id, last_at) as details_id
    from kept.activity
    where day = getvariable('day')
    group by streamer_id
) as activity
left join details using (stream_id, details_id);
create table if not exists kept.streamers as from day_names limit 0;
create or replace table kept.streamers as
select
    streamer_id, least(earlier.first_at, day_names.first_at) as first_at,
    coalesce(day_names.last_at, earlier.last_at) as last_at,
    case when day_names.last_at is null then earlier.login else day_names.login end as login,
    case when day_names.last_at is null then earlier.name else day_names.name end as name
from kept.streamers as earlier
full join day_names using (streamer_id);
create or replace temp view day_sightings as
select distinct streamer_id, login, name
from details
where is_of_day and login is not null and name is not null;
create table if not exists kept.names as from day_sightings limit 0;
insert into kept.names
from day_sightings anti join kept.names using (streamer_id, login, name);

-- follower readings
create or replace temp view day_readings as
select
    getvariable('day') as day, user_id as streamer_id,
    min_by(follower_count, observed_at) as first_count, min(observed_at) as first_at,
    max_by(follower_count, observed_at) as last_count, max(observed_at) as last_at
from warehouse.raw.followers
where
    follower_count is not null
    and observed_at >= getvariable('day')::timestamp
    and observed_at < getvariable('day')::timestamp + interval 1 day
group by user_id;
create table if not exists kept.readings as from day_readings limit 0;
delete from kept.readings where day = getvariable('day');
insert into kept.readings from day_readings;
