-- The rest of the day grain by hand: sessions, errors, labels and peaks of the rows in `observed`.

delete from kept.session_days where day = getvariable('day');
create or replace temp table carried as
select
    streamer_id, max(last_epoch) as last_epoch,
    max_by(struct_pack(stream_id, island_epoch, session_part), last_epoch) as newest
from kept.session_days
where day >= getvariable('day') - 4 and day < getvariable('day')
group by streamer_id;

-- a session ends with a break, or after 48 hours
create or replace temp table parted as
with stepped as (
    select
        *, lag(epoch) over by_streamer as epoch_before, lag(stream_id) over by_streamer as stream_before
    from observed
    window by_streamer as (partition by streamer_id order by epoch)
),
linked as (
    select
        stepped.*, carried.newest,
        epoch - coalesce(epoch_before, carried.last_epoch) as break_seconds,
        case when epoch_before is null then carried.newest.stream_id else stream_before end as linked_stream
    from stepped
    left join carried using (streamer_id)
),
islands as (
    select
        *,
        coalesce(
            max(
                case
                    when break_seconds <= 600 + cadence then null
                    when break_seconds <= 172800 and stream_id = linked_stream then null
                    else epoch
                end
            ) over (partition by streamer_id order by epoch rows unbounded preceding),
            newest.island_epoch
        ) as island_epoch
    from linked
)
select *, (epoch - island_epoch) // 172800 as session_part from islands;

create or replace temp view day_sessions as
select
    getvariable('day') as day, streamer_id, island_epoch, session_part, game_id, stream_id,
    sum(sample_seconds)::bigint as airtime_seconds,
    sum(viewer_count * sample_seconds)::bigint as viewer_seconds,
    max(viewer_count) as peak_viewers, min(epoch) as first_epoch, max(epoch) as last_epoch,
    min_by(coalesce(date_diff('second', timestamp '1970-01-01', started_at), -1000000000), epoch)
        as first_started,
    max_by(coalesce(date_diff('second', timestamp '1970-01-01', started_at), -1000000000), epoch)
        as last_started
from parted
group by streamer_id, island_epoch, session_part, game_id, stream_id;
insert into kept.session_days from day_sessions;

-- what sampling leaves open of each streamer's day
create or replace temp view day_streamers as
with stepped as (
    select
        *,
        epoch - lag(epoch) over by_stream as step,
        viewer_count - lag(viewer_count) over by_stream as viewer_step
    from observed
    window by_stream as (partition by streamer_id, stream_id order by epoch)
),
summed as (
    select
        streamer_id,
        sum(sample_seconds)::bigint as airtime_seconds,
        sum(viewer_count * sample_seconds)::bigint as viewer_seconds,
        max(viewer_count) as peak_viewers,
        sum(
            case
                when is_live_throughout then 0
                when is_gap_short then 2 * gap * gap + 6 * (gap - cadence) * (gap - cadence)
                else 2 * cadence * cadence
            end
        ) as edge12,
        coalesce(sum(
            (step * step + 3 * (step - cadence) * (step - cadence))::hugeint * viewer_step * viewer_step
        ), 0) as step12,
        max_by(language, epoch) as language,
        max(epoch) as last_epoch
    from stepped
    group by streamer_id
),
started as (
    select streamer_id, count(*) as session_count
    from (select distinct streamer_id, island_epoch, session_part from day_sessions) as sessions
    anti join carried
        on sessions.streamer_id = carried.streamer_id
        and sessions.island_epoch = carried.newest.island_epoch
        and sessions.session_part = carried.newest.session_part
    group by streamer_id
)
select
    getvariable('day') as day, summed.* exclude (edge12, step12), edge12 as airtime_var12,
    coalesce(
        (edge12::hugeint * viewer_seconds * viewer_seconds)
        // nullif(airtime_seconds::hugeint * airtime_seconds, 0), 0
    ) + 3 * step12 // 2 as watched_var12,
    coalesce(started.session_count, 0) as session_count
from summed
left join started using (streamer_id);
create table if not exists kept.streamer_days as from day_streamers limit 0;
delete from kept.streamer_days where day = getvariable('day');
insert into kept.streamer_days from day_streamers;

-- languages and tags
create or replace temp table stream_spellings as
select distinct stream_id, details_id, nfc_normalize(trim(tag)) as spelling
from (select stream_id, details_id, unnest(list_distinct(tags::varchar[])) as tag from details)
where trim(tag) <> '';
create or replace temp table stream_tags as
select distinct stream_id, details_id, lower(spelling) as tag from stream_spellings;
create or replace temp view day_spellings as
select getvariable('day') as day, lower(spelling) as tag, spelling, sum(sample_seconds)::bigint as airtime_seconds
from observed
inner join stream_spellings using (stream_id, details_id)
group by spelling;
create table if not exists kept.spellings as from day_spellings limit 0;
delete from kept.spellings where day = getvariable('day');
insert into kept.spellings from day_spellings;
create or replace temp view day_labels as
with streams as (
    select
        streamer_id, stream_id, details_id, language,
        sum(sample_seconds) as airtime_seconds, sum(viewer_count * sample_seconds) as viewer_seconds
    from observed
    group by streamer_id, stream_id, details_id, language
),
labelled as (
    select
        'language' as category_type, coalesce(nullif(language, ''), '(unknown)') as category,
        streamer_id, airtime_seconds, viewer_seconds
    from streams
    union all
    select 'tag', tag, streamer_id, airtime_seconds, viewer_seconds
    from streams
    inner join stream_tags using (stream_id, details_id)
)
select
    getvariable('day') as day, category_type, category, streamer_id,
    sum(airtime_seconds)::bigint as airtime_seconds, sum(viewer_seconds)::bigint as viewer_seconds
from labelled
group by category_type, category, streamer_id;
create table if not exists kept.labels as from day_labels limit 0;
delete from kept.labels where day = getvariable('day');
insert into kept.labels from day_labels;

-- the most at one instant, of each category and of all
create or replace temp view day_peaks as
with instants as (
    select categories.category_type, categories.category, sums.*
    from (
        select epoch, game_id, sum(viewer_count) as viewers, count(*) as channels
        from observed
        group by epoch, game_id
    ) as sums
    inner join categories using (game_id)
    union all
    select
        'language', coalesce(nullif(language, ''), '(unknown)'), epoch, null, sum(viewer_count), count(*)
    from observed
    group by language, epoch
    union all
    select 'tag', tag, epoch, null, sum(viewer_count), count(*)
    from observed
    inner join stream_tags using (stream_id, details_id)
    group by tag, epoch
),
summed as (
    select category_type, category, epoch, sum(viewers) as viewers, sum(channels) as channels
    from instants
    group by category_type, category, epoch
)
select
    getvariable('day') as day, category_type, category, max(viewers)::bigint as peak_viewers,
    max(channels)::bigint as peak_channels
from summed
group by category_type, category;
create table if not exists kept.peaks as from day_peaks limit 0;
delete from kept.peaks where day = getvariable('day');
insert into kept.peaks from day_peaks;

create or replace temp view day_hours as
select
    getvariable('day') as day, date_trunc('hour', observed_at) as hour_at,
    sum(airtime)::bigint as airtime_seconds, sum(watched)::bigint as viewer_seconds,
    max(viewers)::bigint as peak_viewers, max(channels) as peak_channels
from (
    select
        observed_at, sum(sample_seconds) as airtime, sum(viewer_count * sample_seconds) as watched,
        sum(viewer_count) as viewers, count(*) as channels
    from observed
    group by observed_at
)
group by date_trunc('hour', observed_at);
create table if not exists kept.hours as from day_hours limit 0;
delete from kept.hours where day = getvariable('day');
insert into kept.hours from day_hours;
