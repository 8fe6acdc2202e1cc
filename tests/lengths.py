"""How often what is random is tried: a few times in `make test`, many times in `make test-long`."""

from hypothesis import HealthCheck, Phase, Verbosity, settings

LONG = "long"


def times(count: int, when_long: int) -> int:
    """Return `count`, or `when_long` under the profile `long` of hypothesis."""
    return when_long if settings.get_current_profile_name() == LONG else count


def a_few_builds(count: int, when_long: int) -> settings:
    """Return settings for a test of which each example is a warehouse, too dear to be made smaller."""
    return settings(
        max_examples=times(count, when_long),
        deadline=None,
        verbosity=Verbosity.quiet,
        phases=[Phase.explicit, Phase.reuse, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
