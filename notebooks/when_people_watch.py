"""When people watch: the audience by hour and weekday, and over time."""

import marimo

app = marimo.App(width="medium", app_title="When people watch", css_file="../serving/pages/web.css")

with app.setup:
    import marimo as mo

    from activity_charts import by_hour, by_weekday, concurrency, heat_map
    from columns import WHOLE, Column
    from look import head, heading, literal, note, opened, table
    from pickers import SPANS, picker, same
    from platform_picker import choices, platform_picker

    COUNTS = {"Viewers": "viewers", "Channels": "channels"}


@app.cell
def _():
    airtime = opened()
    head("when_people_watch", airtime)
    return (airtime,)


@app.cell
def _(airtime):
    zones = mo.sql(
        """
        select name
        from pg_timezone_names()
        where contains(name, '/') and not contains(name, 'Etc/') and not contains(name, 'SystemV/')
        order by name
        """,
        output=False,
        engine=airtime,
    )
    return (zones,)


@app.cell
def _(airtime, zones):
    platform = platform_picker(airtime, "hourly_activity")
    mo.stop(not platform.options, note("There are no hours yet: no crawl is complete."))
    measure = picker("Count", "measure", COUNTS)
    span = picker("Show", "span", SPANS)
    zone = picker("Time zone", "zone", same(["UTC", *zones["name"]]), searchable=True)
    return measure, platform, span, zone


@app.cell
def _(measure, platform, span, zone):
    choices(platform, measure, span, zone)
    return


@app.cell
def _(airtime, measure, platform, span, zone):
    hours = mo.sql(
        f"""
        with local as (
            select *, hour_at at time zone 'UTC' at time zone {literal(zone.value)} as local_at
            from marts.hourly_activity
            where platform = {literal(platform.value)}
              and coverage > 0
              and hour_at > (
                  select max(hour_at) - to_days({int(span.value)})
                  from marts.hourly_activity
                  where platform = {literal(platform.value)}
              )
        )

        select
            local_at,
            isodow(local_at) as weekday,
            hour(local_at) as hour_of_day,
            average_{measure.value} as average,
            peak_{measure.value} as peak,
            coverage
        from local
        order by local_at
        """,
        output=False,
        engine=airtime,
    )
    return (hours,)


@app.cell
def _(hours, measure):
    def clock(hour: int) -> str:
        return f"{hour:02d}:00"

    of_weekdays = [
        ("day", Column("Weekday")),
        ("average", Column(f"Average {measure.value}", WHOLE, "At an average moment")),
        ("peak", Column(f"Peak {measure.value}", WHOLE, "The most that a crawl saw at one instant")),
        ("busiest", Column("Busiest hour", clock, "The hour with the highest average")),
        ("quietest", Column("Quietest hour", clock, "The hour with the lowest average")),
        ("hours", Column("Hours seen", WHOLE)),
    ]
    mo.vstack([heading("Weekdays"), table(by_weekday(hours), of_weekdays, page_size=7)])
    return


@app.cell
def _(hours, measure, zone):
    heat_map(by_hour(hours), measure.value, zone.value)
    return


@app.cell
def _(hours, measure, zone):
    concurrency(hours, measure.value, zone.value)
    return


if __name__ == "__main__":
    app.run()
