"""How sure are we: what the crawls saw, what they missed, how exact the figures are."""

import marimo

app = marimo.App(width="medium", app_title="How sure are we", css_file="../serving/pages/web.css")

with app.setup:
    import marimo as mo

    from activity_charts import coverage
    from columns import CRAWLS_BY_DAY, ERRORS_BY_RANK, INCOMPLETE_CRAWLS, shown
    from look import facts, head, heading, literal, note, opened, table
    from pickers import PERIODS, SPANS, picker, row
    from platform_picker import choices, platform_picker


@app.cell
def _():
    airtime = opened()
    head("how_sure_are_we", airtime)
    return (airtime,)


@app.cell
def _(airtime):
    platform = platform_picker(airtime, "crawls")
    mo.stop(not platform.options, note("There are no crawls yet."))
    span = picker("Show", "span", SPANS)
    return platform, span


@app.cell
def _(platform, span):
    choices(platform, span)
    return


@app.cell
def _(airtime, platform, span):
    days = mo.sql(
        f"""
        with chosen as (
            select
                *,
                epoch(observed_at) - lag(epoch(observed_at)) over (
                    partition by is_complete order by observed_at
                ) as gap
            from marts.crawls
            where platform = {literal(platform.value)}
              and observed_at > (
                  select max(observed_at) - to_days({int(span.value)})
                  from marts.crawls
                  where platform = {literal(platform.value)}
              )
        ),

        of_crawls as (
            select
                observed_at::date as day,
                count(*) filter (where is_complete) as complete,
                count(*) filter (where not is_complete) as incomplete,
                max(gap) filter (where is_complete) / 60 as longest_gap,
                avg(streams) filter (where is_complete) as streams,
                sum(doubles) as doubled,
                sum(doubles) + sum(streams) filter (where doubles is not null) as returned,
                doubled / nullif(returned, 0) as doubles,
                sum(found_by_id) as found_by_id,
                sum(points_used) as points_used
            from chosen
            group by day
        ),

        covered as (
            select hour_at::date as day, avg(coverage) as coverage
            from marts.hourly_activity
            where platform = {literal(platform.value)}
            group by day
        )

        select of_crawls.*, covered.coverage
        from of_crawls
        left join covered using (day)
        order by day desc
        """,
        output=False,
        engine=airtime,
    )
    return (days,)


@app.cell
def _(days):
    total, incomplete = days["complete"].sum() + days["incomplete"].sum(), days["incomplete"].sum()
    returned = days["returned"].sum()
    facts(
        {
            "crawls": f"{total:,}",
            "of them incomplete": f"{incomplete:,} ({incomplete / total:.1%})",
            "coverage, average day": shown("{:.1%}", days["coverage"].mean()),
            "longest gap": shown("{:,.0f} min", days["longest_gap"].max()),
            "doubles": shown("{:.2%}", days["doubled"].sum() / returned if returned else None),
        }
    )
    return


@app.cell
def _(days):
    mo.vstack([heading("Crawls, day by day"), table(days, CRAWLS_BY_DAY, page_size=10)])
    return


@app.cell
def _(days):
    coverage(days)
    return


@app.cell
def _(airtime, platform):
    kinds = mo.sql(
        f"""
        select distinct period
        from marts.rank_streamers
        where platform = {literal(platform.value)}
        """,
        output=False,
        engine=airtime,
    )
    return (kinds,)


@app.cell
def _(kinds):
    mo.stop(kinds.is_empty(), note("Nobody is ranked yet: no crawl is complete."))
    present = set(kinds["period"])
    period = picker("Period", "period", {label: kind for kind, label in PERIODS.items() if kind in present})
    mo.vstack([heading("How exact the newest rankings are"), row(period)])
    return (period,)


@app.cell
def _(airtime, period, platform):
    errors = mo.sql(
        f"""
        with newest as (
            select
                *,
                hours_watched_error / nullif(hours_watched, 0) as watched,
                hours_broadcast_error / nullif(hours_broadcast, 0) as broadcast,
                case
                    when rank <= 10 then 1 when rank <= 100 then 11 when rank <= 1000 then 101 else 1001
                end as first
            from marts.rank_streamers
            where platform = {literal(platform.value)}
              and period = {literal(period.value)}
              and period_start = (
                  select max(period_start)
                  from marts.rank_streamers
                  where platform = {literal(platform.value)} and period = {literal(period.value)}
              )
        )

        select
            case first
                when 1 then '1 to 10' when 11 then '11 to 100' when 101 then '101 to 1,000' else 'beyond'
            end as leaders,
            count(*) as streamers,
            median(watched) as watched,
            median(broadcast) as broadcast,
            quantile_cont(watched, 0.9) as worst
        from newest
        group by first
        order by first
        """,
        output=False,
        engine=airtime,
    )
    return (errors,)


@app.cell
def _(errors):
    meaning = (
        "A standard error is what sampling leaves open: when a stream began and ended, and how its viewers "
        "moved between two crawls. About two thirds of the true values lie within one. It does not see long "
        "outages, which coverage shows, nor what is wrong for a whole platform at once."
    )
    mo.vstack([table(errors, ERRORS_BY_RANK, page_size=5), note(meaning)])
    return


@app.cell
def _(airtime, platform):
    stopped = mo.sql(
        f"""
        select *
        from marts.crawls
        where platform = {literal(platform.value)} and not is_complete
        order by observed_at desc
        """,
        output=False,
        engine=airtime,
    )
    return (stopped,)


@app.cell
def _(stopped):
    each = note("Every crawl was complete.") if stopped.is_empty() else table(stopped, INCOMPLETE_CRAWLS)
    mo.vstack([heading("Incomplete crawls"), each])
    return


if __name__ == "__main__":
    app.run()
