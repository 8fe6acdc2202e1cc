"""Tracked: how the numbers that are tracked move, beside each other, and which grow most."""

import marimo

app = marimo.App(width="medium", app_title="Tracked", css_file="../serving/pages/web.css")

with app.setup:
    import marimo as mo
    import polars as pl

    from charts import MOST_POINTS, item_lines
    from columns import TRACKED_RANKED, TRACKED_SERIES
    from look import head, heading, literal, meanings, note, opened, table
    from pickers import PERIODS, SPANS, asked_several, finder, picker, row, same, several, starts

    BUCKETS = {"Hour": "1h", "15 minutes": "15m", "8 hours": "8h", "Day": "1d"}
    SCALES = {"as it is": "", "first = 100": "indexed"}
    FIRST_SHOWN = 3
    NOTHING = (
        "There are no tracked items yet. `python -m ingestion track kinds` lists what can be tracked, "
        "`track add` puts an item on the list and `track run` reads it; what has been read shows here after "
        "the next load, build and publish."
    )


@app.cell
def _():
    airtime = opened()
    head("tracked", airtime)
    return (airtime,)


@app.cell
def _(airtime):
    kinds = mo.sql(
        """
        select kind, count(*) as items
        from marts.tracked_items
        where metrics > 0
        group by kind
        order by items desc, kind
        """,
        output=False,
        engine=airtime,
    )
    mo.stop(kinds.is_empty(), note(NOTHING))
    kind = picker("Kind", "kind", same(kinds["kind"]), searchable=True)
    search = finder("Find", "search", "part of a name or id")
    return kind, search


@app.cell
def _(airtime, kind):
    metrics = mo.sql(
        f"""
        select metric, any_value(sort) as sort
        from marts.reading_buckets
        where kind = {literal(kind.value)} and bucket = '1d'
        group by metric
        order by metric
        """,
        output=False,
        engine=airtime,
    )
    mo.stop(metrics.is_empty(), note("There are no readings of this kind yet; choose another."))
    metric = picker("Metric", "metric", same(metrics["metric"]))
    return metric, metrics


@app.cell
def _(airtime, kind, metric, search):
    chosen = ", ".join(map(literal, ["", *asked_several("items")]))
    found = mo.sql(
        f"""
        select
            item_id,
            coalesce(item_label, item_id) || case
                when count(*) over (partition by coalesce(item_label, item_id)) > 1
                    then ' (' || item_id || ')'
                else ''
            end as label
        from marts.tracked_items
        left join (
            select kind, item_id, rank
            from marts.rank_tracked
            where metric = {literal(metric.value)} and period = 'last_7_days'
        ) as growth using (kind, item_id)
        where kind = {literal(kind.value)}
          and metrics > 0
          and (
              contains(lower(concat_ws(' ', item_label, item_id)), lower({literal(search.value)}))
              or item_id in ({chosen})
          )
        order by item_id in ({chosen}) desc, growth.rank nulls last, label
        limit 50
        """,
        output=False,
        engine=airtime,
    )
    return (found,)


@app.cell
def _(found, kind, metric, search):
    items = several("Items", "items", dict(found.select("label", "item_id").iter_rows()), FIRST_SHOWN)
    bucket = picker("Bucket", "bucket", BUCKETS)
    span = picker("Show", "span", SPANS)
    scale = picker("Scale", "scale", SCALES)
    pickers = row(kind, search, items, metric, bucket, span, scale)
    is_found = not search.value or any(
        search.value.lower() in f"{label} {item_id}".lower() for item_id, label in found.iter_rows()
    )
    missing = [] if is_found else [note(f"No item of {kind.value} has “{search.value}” in its name or id.")]
    mo.vstack([pickers, *missing])
    return bucket, items, scale, span


@app.cell
def _(airtime, bucket, items, kind, metric, span):
    mo.stop(not items.value, note("Choose an item."))
    ids = ", ".join(map(literal, items.value))
    readings = mo.sql(
        f"""
        with of_items as (
            from marts.reading_buckets
            where kind = {literal(kind.value)}
              and item_id in ({ids})
              and metric = {literal(metric.value)}
              and bucket = {literal(bucket.value)}
        ),

        spanned as (
            select
                item_id,
                bucket_start,
                case sort when 'counter' then last_value else mean_value end as value,
                value_change,
                readings
            from of_items
            where bucket_start > (select max(bucket_start) - to_days({int(span.value)}) from of_items)
        )

        select
            *,
            100 * value / nullif(
                first_value(value) over (partition by item_id order by bucket_start), 0
            ) as indexed
        from spanned
        order by bucket_start desc, item_id
        """,
        output=False,
        engine=airtime,
    )
    return (readings,)


@app.cell
def _(items, readings):
    mo.stop(readings.is_empty(), note("These items have no reading of the metric; choose another."))
    mo.stop(
        len(readings) > MOST_POINTS,
        note(
            f"{len(readings):,} points are more than a chart can show; choose larger buckets or fewer days."
        ),
    )
    names = {item_id: label for label, item_id in items.options.items()}
    shown = readings.with_columns(pl.col("item_id").replace_strict(names).alias("item"))
    return names, shown


@app.cell
def _(items, metric, metrics, names, scale, shown):
    is_counter = metrics.filter(metric=metric.value)["sort"][0] == "counter"
    measured = "the last reading of each bucket" if is_counter else "the mean of each bucket"
    order = [names[item_id] for item_id in items.value]
    item_lines(shown, "indexed" if scale.value else "value", metric.value, measured, order)
    return


@app.cell
def _(airtime, metric, scale, shown):
    columns = [name for name in TRACKED_SERIES if name != "indexed" or scale.value]
    mo.vstack(
        [
            heading(f"{metric.value}, the newest first"),
            table(shown, columns, meanings=meanings(airtime, "reading_buckets"), page_size=8),
        ]
    )
    return


@app.cell
def _(airtime, kind, metric):
    of_metric = f"kind = {literal(kind.value)} and metric = {literal(metric.value)}"
    periods = mo.sql(
        f"""
        select distinct period, period_start, period_end, is_closed
        from marts.rank_tracked
        where {of_metric}
        order by period_start desc
        """,
        output=False,
        engine=airtime,
    )
    mo.stop(periods.is_empty(), note("What grew needs a second reading, which there is not yet."))
    there = set(periods["period"])
    period = picker("Growth in", "period", {label: name for name, label in PERIODS.items() if name in there})
    return of_metric, period, periods


@app.cell
def _(period, periods):
    start = picker("Which", "start", starts(periods.filter(period=period.value).iter_rows()), searchable=True)
    return (start,)


@app.cell
def _(airtime, of_metric, period, start):
    ranked = mo.sql(
        f"""
        select *, coalesce(item_label, item_id) as item
        from marts.rank_tracked
        where {of_metric} and period = {literal(period.value)} and period_start = {literal(start.value)}
        order by rank, item, item_id
        """,
        output=False,
        engine=airtime,
    )
    return (ranked,)


@app.cell
def _(airtime, metric, period, ranked, start):
    mo.vstack(
        [
            heading(f"Growth of {metric.value}"),
            row(period, start),
            table(ranked, TRACKED_RANKED, meanings=meanings(airtime, "rank_tracked"), page_size=10),
        ]
    )
    return


if __name__ == "__main__":
    app.run()
