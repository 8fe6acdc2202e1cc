-- The three questions, for SQLite and PostgreSQL alike, from what each of them prepares:
-- by_day(username, day, game, minutes, viewer_minutes), readings(username, month, first_at, first_followers,
-- last_at, last_followers), days(day, month, quarter), months(month, previous_month, start_at), games.

-- 1. monthly unique streamers and seconds broadcast
select days.month, count(distinct by_day.username), cast(sum(by_day.minutes) * 60 as bigint)
from by_day
inner join days on by_day.day = days.day
group by days.month;

-- 2. follower growth of those who primarily stream FPS
with
shooters as (select distinct game from games where genre = 'FPS'),
primarily as (
    select days.month, by_day.username
    from by_day
    inner join days on by_day.day = days.day
    left join shooters on by_day.game = shooters.game
    group by days.month, by_day.username
    having 2 * sum(case when shooters.game is not null then by_day.minutes else 0 end) > sum(by_day.minutes)
),
based as (
    select
        readings.month, readings.username, readings.last_followers, readings.last_at,
        coalesce(earlier.last_followers, readings.first_followers) as base,
        coalesce(earlier.last_at, readings.first_at) as base_at
    from readings
    inner join months on readings.month = months.month
    inner join primarily on readings.month = primarily.month and readings.username = primarily.username
    left join readings as earlier
        on earlier.username = readings.username
        and earlier.month = months.previous_month
        and earlier.last_at >= months.start_at - 7 * 86400
),
grown as (
    select
        month, username, base, last_followers - base as gained,
        cast(last_followers - base as double precision) / base as growth
    from based
    where base >= 100 and base_at < last_at
),
ranked as (select *, rank() over (partition by month order by growth desc) as position from grown)
select month, position, username, base, gained, growth from ranked where position <= 1000;

-- 3. publishers by viewer-seconds per quarter, split evenly over a game's publishers
with
publishers as (select distinct game, publisher from games),
shared as (select game, publisher, count(*) over (partition by game) as sharers from publishers),
watched as (
    select days.quarter, by_day.game, cast(sum(by_day.viewer_minutes) * 60 as bigint) as seconds
    from by_day
    inner join days on by_day.day = days.day
    group by days.quarter, by_day.game
),
summed as (
    select
        watched.quarter, coalesce(shared.publisher, '(unknown)') as publisher,
        cast(sum(watched.seconds / coalesce(shared.sharers, 1)) as bigint) as seconds
    from watched
    left join shared on watched.game = shared.game
    group by watched.quarter, coalesce(shared.publisher, '(unknown)')
)
select
    quarter,
    case
        when publisher <> '(unknown)' then rank() over (
            partition by quarter, publisher = '(unknown)' order by seconds desc
        )
    end,
    publisher,
    seconds
from summed;
