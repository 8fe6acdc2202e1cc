-- What the marts sum up, by hand: the periods that end after the variable `since`, and those before them.

create or replace temp table days as
select day, sum(covered_seconds)::bigint as covered_seconds
from (
    select day, sum(sample_seconds) as covered_seconds from kept.crawls group by day
    union all
    select distinct day, null from kept.readings
)
group by day;

-- the name of a game decides who has it as main game: when one is renamed, every period is published again
create table if not exists kept.published_games (game_id varchar, game_name varchar);
set variable since = (
    select case when count(*) > 0 then (select min(day) from days) else getvariable('since') end
    from games
    inner join kept.published_games as published using (game_id)
    where games.game_name <> published.game_name
);
create or replace table kept.published_games as select game_id, game_name from games;

create or replace temp table periods as
with closing as (
    select
        max(observed_at) as newest_at, max(epoch) as newest_epoch, max(day) as closed_until,
        case when max(day) > min(day) then max(day) else max(day) + 1 end as window_end
    from kept.crawls
),
spans as (
    select distinct
        units.period,
        date_trunc(units.period, day)::date as period_start,
        (date_trunc(units.period, day) + units.step)::date as period_end,
        (date_trunc(units.period, day) - units.step)::date as previous_start,
        true as is_listed
    from days
    cross join (
        values ('day', interval 1 day), ('week', interval 7 day), ('month', interval 1 month),
            ('quarter', interval 3 month), ('year', interval 1 year)
    ) as units(period, step)
    union all
    select
        'last_' || length || '_days', window_end - length * (ago + 1), window_end - length * ago,
        window_end - length * (ago + 2), ago = 0
    from closing
    cross join (values (7), (30), (90)) as lengths(length)
    cross join (values (0), (1)) as windows(ago)
),
dated as (
    select
        spans.*,
        period_end <= closed_until as is_closed,
        epoch(period_start)::bigint as start_epoch,
        epoch(period_end)::bigint as end_epoch,
        newest_epoch,
        is_listed and (period like 'last_%' or period_end > getvariable('since')) as is_touched
    from spans
    cross join closing
),
seen as (
    select
        period, period_start,
        sum(least(epoch, end_epoch) - greatest(epoch - sample_seconds, start_epoch)) as seconds
    from dated
    inner join kept.crawls as crawls
        on crawls.epoch > start_epoch and crawls.epoch - sample_seconds < end_epoch
    where is_touched
    group by period, period_start
)
select
    row_number() over (order by dated.period, dated.period_start)::integer as period_id,
    dated.*,
    case
        when newest_epoch > start_epoch
            then coalesce(seen.seconds, 0)::double / (least(end_epoch, newest_epoch) - start_epoch)
    end as coverage
from dated
left join seen using (period, period_start);

create or replace temp table touched as
select periods.*, earlier.period_id as previous_id
from periods
left join periods as earlier
    on periods.period = earlier.period and periods.previous_start = earlier.period_start
where periods.is_touched;

create or replace temp table period_days as
select periods.period_id, days.day, days.covered_seconds
from periods
inner join days on days.day >= periods.period_start and days.day < periods.period_end
where
    period_id in (select period_id from touched) or period_id in (select previous_id from touched);

create or replace temp table streamer_games as
select
    period_id, streamer_id, game_id, sum(airtime_seconds)::bigint as airtime_seconds,
    sum(viewer_seconds)::bigint as viewer_seconds
from kept.activity
inner join period_days using (day)
group by period_id, streamer_id, game_id;

create or replace temp table streamers as
select
    period_id, streamer_id, sum(airtime_seconds)::bigint as airtime_seconds,
    sum(viewer_seconds)::bigint as viewer_seconds, max(peak_viewers) as peak_viewers,
    count(*) as active_days, sum(session_count)::bigint as sessions, sum(airtime_var12) as airtime_var12,
    sum(watched_var12) as watched_var12, nullif(max_by(language, last_epoch), '') as language
from kept.streamer_days
inner join period_days using (day)
group by period_id, streamer_id;

create or replace temp table platforms as
with sums as (
    select
        period_id, count(*) as unique_streamers, sum(sessions)::bigint as sessions,
        sum(airtime_seconds)::bigint as airtime_seconds, sum(viewer_seconds)::bigint as viewer_seconds
    from streamers
    group by period_id
),
covered as (
    select period_id, sum(covered_seconds)::bigint as covered_seconds from period_days group by period_id
),
peaks as (
    select period_id, max(peak_viewers) as peak_viewers, max(peak_channels) as peak_channels
    from kept.hours
    inner join period_days using (day)
    group by period_id
)
select *
from covered
inner join sums using (period_id)
inner join peaks using (period_id);

-- how streamers are called now; who is called otherwise than before is renamed in what was published
create or replace temp table names as
with named_since as (
    select
        user_id as streamer_id, max(observed_at) as named_at, max_by(user_login, observed_at) as login,
        max_by(coalesce(user_name, user_login), observed_at) as name
    from warehouse.raw.user_names
    group by user_id
)
select
    seen.streamer_id, seen.first_at, seen.last_at,
    case when since.named_at > seen.last_at then since.login else coalesce(seen.login, seen.streamer_id) end
        as login,
    case when since.named_at > seen.last_at then since.name else coalesce(seen.name, seen.streamer_id) end
        as name,
    case when users.id is not null then coalesce(users.broadcaster_type, '') end as broadcaster_type,
    users.created_at
from kept.streamers as seen
left join named_since as since using (streamer_id)
left join warehouse.raw.users as users on seen.streamer_id = users.id and users.login is not null;

create table if not exists kept.published_names as from names limit 0;
create or replace temp table renamed as
select names.*
from names
inner join kept.published_names as published using (streamer_id)
where
    (names.name, names.login, names.broadcaster_type)
    is distinct from (published.name, published.login, published.broadcaster_type);
create or replace table kept.published_names as from names;
