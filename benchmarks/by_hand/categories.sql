-- The rankings of games, publishers, genres, languages and tags by hand, in 720720ths of a second.

create or replace temp table category_sums as
with period_games as (
    select
        period_id, game_id, sum(airtime_seconds)::hugeint as airtime, sum(viewer_seconds)::hugeint as watched
    from streamer_games
    group by period_id, game_id
),
sums as (
    select
        period_id, category_type, category, is_pseudo,
        sum(airtime * (720720 // sharers)) as airtime_units,
        sum(watched * (720720 // sharers)) as viewer_units
    from period_games
    inner join categories using (game_id)
    group by period_id, category_type, category, is_pseudo
),
streamers_of as (
    select period_id, 'game' as category_type, game_id as category, count(*) as unique_streamers
    from streamer_games
    group by period_id, game_id
    union all
    select period_id, category_type, category, count(distinct streamer_id)
    from streamer_games
    inner join categories using (game_id)
    where category_type <> 'game'
    group by period_id, category_type, category
),
label_days as (
    select
        day, category_type, category, sum(airtime_seconds) as airtime, sum(viewer_seconds) as watched
    from kept.labels
    where day in (select day from period_days)
    group by day, category_type, category
),
label_sums as (
    select
        period_id, category_type, category, sum(airtime)::hugeint as airtime, sum(watched)::hugeint as watched
    from label_days
    inner join period_days using (day)
    group by period_id, category_type, category
),
streamers_of_labels as (
    select period_id, category_type, category, count(*) as unique_streamers
    from (
        select distinct period_id, category_type, category, streamer_id
        from kept.labels
        inner join period_days using (day)
    )
    group by period_id, category_type, category
)
select *
from sums
inner join streamers_of using (period_id, category_type, category)
union all
select
    period_id, category_type, category, category_type = 'language' and category = '(unknown)',
    airtime * 720720, watched * 720720, unique_streamers
from label_sums
inner join streamers_of_labels using (period_id, category_type, category);

create or replace temp table category_ranks as
with peaks as (
    select
        period_id, category_type, category, max(peak_viewers) as peak_viewers,
        max(peak_channels) as peak_channels
    from kept.peaks
    inner join period_days using (day)
    group by period_id, category_type, category
),
measured as (
    select * from category_sums inner join peaks using (period_id, category_type, category)
)
select
    *,
    case when not is_pseudo then rank() over (by_type order by viewer_units desc) end as rank,
    case when not is_pseudo then rank() over (by_type order by airtime_units desc) end
        as rank_by_hours_broadcast,
    case when not is_pseudo then rank() over (by_type order by peak_viewers desc) end as rank_by_peak_viewers
from measured
window by_type as (partition by period_id, category_type, is_pseudo);

create or replace temp table category_ranking as
select
    'twitch' as platform, touched.period, touched.period_start, ranks.category, touched.period_end,
    touched.is_closed, ranks.rank, earlier.rank as previous_rank, earlier.rank - ranks.rank as rank_change,
    ranks.rank_by_hours_broadcast, ranks.rank as rank_by_average_viewers, ranks.rank_by_peak_viewers,
    ranks.viewer_units::double / 720720 / 3600 as hours_watched,
    earlier.viewer_units::double / 720720 / 3600 as previous_hours_watched,
    ranks.airtime_units::double / 720720 / 3600 as hours_broadcast,
    ranks.viewer_units::double / 720720 / nullif(platforms.covered_seconds, 0) as average_viewers,
    ranks.airtime_units::double / 720720 / nullif(platforms.covered_seconds, 0) as average_channels,
    ranks.viewer_units::double / nullif(ranks.airtime_units, 0)::double as viewers_per_channel,
    ranks.peak_viewers, ranks.peak_channels, ranks.unique_streamers,
    ranks.viewer_units::double / 720720 / nullif(platforms.viewer_seconds, 0) as share, touched.coverage,
    ranks.category_type
from category_ranks as ranks
inner join touched using (period_id)
inner join platforms using (period_id)
left join category_ranks as earlier
    on touched.previous_id = earlier.period_id and ranks.category_type = earlier.category_type
    and ranks.category = earlier.category
where
    ranks.is_pseudo
    or least(ranks.rank, ranks.rank_by_hours_broadcast, ranks.rank_by_peak_viewers) <= 1000;

create or replace temp view game_ranking as
select
    platform, period, period_start, category as game_id, period_end, is_closed, rank, previous_rank,
    rank_change, rank_by_hours_broadcast, rank_by_average_viewers, rank_by_peak_viewers, games.game_name,
    ranking.* exclude (
        platform, period, period_start, category, period_end, is_closed, rank, previous_rank, rank_change,
        rank_by_hours_broadcast, rank_by_average_viewers, rank_by_peak_viewers, category_type
    )
from category_ranking as ranking
inner join games on ranking.category = games.game_id
where category_type = 'game';
create table if not exists marts.rank_games as from game_ranking limit 0;
delete from marts.rank_games where period like 'last_%' or period_end > getvariable('since');
insert into marts.rank_games from game_ranking;

create or replace temp view across_ranking as
select
    platform, period, period_start, game_id, period_end, is_closed, rank, game_name, hours_watched,
    hours_watched as game_hours_watched, hours_broadcast, unique_streamers,
    case when hours_watched > 0 then 1::double end as share, [platform] as platforms,
    []::varchar[] as absent_platforms, coverage
from game_ranking
where rank is null or rank <= 1000;
create table if not exists marts.games_across_platforms as from across_ranking limit 0;
delete from marts.games_across_platforms where period like 'last_%' or period_end > getvariable('since');
insert into marts.games_across_platforms from across_ranking;

create or replace temp view publisher_ranking as
select * exclude (category_type) rename (category as publisher) from category_ranking
where category_type = 'publisher';
create table if not exists marts.rank_publishers as from publisher_ranking limit 0;
delete from marts.rank_publishers where period like 'last_%' or period_end > getvariable('since');
insert into marts.rank_publishers from publisher_ranking;

create or replace temp view genre_ranking as
select * exclude (category_type) rename (category as genre) from category_ranking
where category_type = 'genre';
create table if not exists marts.rank_genres as from genre_ranking limit 0;
delete from marts.rank_genres where period like 'last_%' or period_end > getvariable('since');
insert into marts.rank_genres from genre_ranking;

create or replace temp view language_ranking as
select * exclude (category_type) rename (category as language) from category_ranking
where category_type = 'language';
create table if not exists marts.rank_languages as from language_ranking limit 0;
delete from marts.rank_languages where period like 'last_%' or period_end > getvariable('since');
insert into marts.rank_languages from language_ranking;

create or replace temp view tag_ranking as
select * exclude (category_type) rename (category as tag) from category_ranking
where category_type = 'tag';
create table if not exists kept.rank_tags as from tag_ranking limit 0;
delete from kept.rank_tags where period like 'last_%' or period_end > getvariable('since');
insert into kept.rank_tags from tag_ranking;
create or replace table marts.rank_tags as
with shown as (
    select tag, spelling
    from (select tag, spelling, sum(airtime_seconds) as on_air from kept.spellings group by tag, spelling)
    qualify row_number() over (partition by tag order by on_air desc, spelling) = 1
)
select ranking.* replace (spelling as tag)
from kept.rank_tags as ranking
inner join shown using (tag);
