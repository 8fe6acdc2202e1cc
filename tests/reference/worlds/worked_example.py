"""The worked example of the metric definitions as a `World`."""

from datetime import datetime

from tests.reference.worlds.world import HistoryRow, MetadataRow, World, epoch

STINTS = (
    ("ana", datetime(2019, 1, 5, 10), 60, "Duel", 100, 1000, 1100),
    ("ana", datetime(2019, 1, 6, 10), 20, "Farm", 50, 1100, 1150),
    ("bo", datetime(2019, 1, 5, 10, 30), 60, "Duel", 10, 200, 260),
    ("cy", datetime(2019, 1, 7, 9), 30, "Farm", 400, 500, 900),
    ("di", datetime(2019, 1, 7, 9), 30, "Duel", 5, 0, 40),
)


def worked_example() -> World:
    """Return five stints of four streamers, one row a minute, followers moving evenly from first to last."""
    history = [
        HistoryRow(
            platform="history",
            username=username,
            timestamp=epoch(start) + 60 * minute,
            game=game,
            viewers=viewers,
            followers=first + (last - first) * minute // (minutes - 1),
        )
        for username, start, minutes, game, viewers, first, last in STINTS
        for minute in range(minutes)
    ]
    metadata = [
        MetadataRow("history", "Duel", 1500000000, "Apex Co", "FPS", 1),
        MetadataRow("history", "Farm", 1400000000, "Soil Inc", "Simulation", 1),
    ]
    return World("history", 60, history=history, metadata=metadata)
