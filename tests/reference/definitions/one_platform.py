"""One platform made ready to be measured: its calendar, weighed observations, current names and metadata."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date

from tests.reference.definitions.measures import Measure, measure
from tests.reference.definitions.metadata import TWITCH
from tests.reference.definitions.observations import NO_CATEGORY, listed_game_id
from tests.reference.definitions.periods import ONE_DAY, Calendar, Period
from tests.reference.definitions.sessions import Session, sessions_of
from tests.reference.definitions.weights import Weighed, crawl_seconds, weighed_observations
from tests.reference.platforms.shared_games import Categories, known_facts, shared_ids
from tests.reference.worlds.world import World

NO_TWITCH = World(TWITCH, 300)


class Platform:
    """A world with everything that several marts need, worked out once; `twitch` is the world of Twitch."""

    def __init__(
        self, world: World, timezone: str, reconnect_minutes: int = 10, twitch: World = NO_TWITCH
    ) -> None:
        self.world = world
        self.id = world.platform
        self.crawl_seconds = crawl_seconds(world)
        self.calendar = Calendar(timezone, self.crawl_seconds, is_imported=bool(world.history))
        self.observations = weighed_observations(world, self.calendar)
        self.crawl_days = {self.calendar.day_of(at) for at in self.crawl_seconds}
        self.by_day: dict[date, list[Weighed]] = defaultdict(list)
        self.game_names: dict[str, str] = {}
        self.streamer_names: dict[str, str] = {}
        self.streamer_logins: dict[str, str] = {}
        for one in self.observations:
            self.by_day[one.day].append(one)
            game_id = listed_game_id(one.row)
            self.game_names[game_id] = NO_CATEGORY if game_id == NO_CATEGORY else one.row.game_name
            self.streamer_names[one.row.streamer_id] = one.row.streamer_name
            self.streamer_logins[one.row.streamer_id] = one.row.streamer_login
        self._name_by_readings()
        self.twitch = Categories(world if world.platform == TWITCH else twitch)
        self.facts = known_facts(world, self.game_names, self.twitch)
        self.shared_ids = shared_ids(world, self.game_names, self.twitch)
        self.sessions: list[Session] = sessions_of(self.observations, reconnect_minutes)
        self._totals: dict[Period, Measure] = {}
        self._columns: dict[Period, dict] = {}

    def _name_by_readings(self) -> None:
        """Give streamers the names that the platform gave after they were last observed."""
        last_seen = {one.row.streamer_id: one.row.observed_at for one in self.observations}
        for reading in sorted(self.world.name_readings, key=lambda reading: reading.observed_at):
            seen_at = last_seen.get(reading.streamer_id)
            if seen_at is not None and reading.observed_at > seen_at:
                self.streamer_names[reading.streamer_id] = reading.streamer_name
                self.streamer_logins[reading.streamer_id] = reading.streamer_login

    def within(self, period: Period) -> list[Weighed]:
        """Return the observations of a period, oldest first."""
        found, day = [], period.start
        while day < period.end:
            found += self.by_day.get(day, [])
            day += ONE_DAY
        return found

    def session_counts(self, period: Period) -> Counter[str]:
        """Return streamer_id -> sessions whose first observation is in a period."""
        return Counter(
            session.streamer_id for session in self.sessions if period.start <= session.day < period.end
        )

    def main_game(self, observations: Iterable[Weighed]) -> str:
        """Return the name of the game with most viewer-seconds, then airtime, then the first name."""
        sums: dict[str, list[int]] = defaultdict(lambda: [0, 0])
        for one in observations:
            total = sums[listed_game_id(one.row)]
            total[0] += one.row.viewer_count * one.sample_seconds
            total[1] += one.sample_seconds
        of_game = {(-watched, -airtime, self.game_names[game]) for game, (watched, airtime) in sums.items()}
        return min(of_game)[2]

    def main_games(self, period: Period) -> dict[str, str]:
        """Return streamer_id -> main game of everyone with an observation in a period."""
        by_streamer: dict[str, list[Weighed]] = defaultdict(list)
        for one in self.within(period):
            by_streamer[one.row.streamer_id].append(one)
        return {streamer_id: self.main_game(of_one) for streamer_id, of_one in by_streamer.items()}

    def covered_seconds(self, period: Period) -> int:
        """Return the sum of sample_seconds of the period's crawls."""
        start, end = self.calendar.start_of(period.start), self.calendar.start_of(period.end)
        return sum(seconds for at, seconds in self.crawl_seconds.items() if start <= at < end)

    def total(self, period: Period) -> Measure:
        """Return the measure of the whole platform."""
        if period not in self._totals:
            self._totals[period] = measure(self.within(period))
        return self._totals[period]

    def ranked_periods(self) -> list[Period]:
        """Return the calendar periods with a crawl, and the last_N_days."""
        return self.calendar.calendar_periods(self.crawl_days) + self.calendar.rolling_periods()

    def common_columns(self, period: Period) -> dict:
        """Return the columns of the period itself, which every row of it carries."""
        if period not in self._columns:
            self._columns[period] = {
                "period_end": period.end,
                "is_closed": self.calendar.is_closed(period),
                "coverage": self.calendar.coverage(period),
            }
        return self._columns[period]
