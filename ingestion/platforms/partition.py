"""Divides what is live by language into lists that can be read side by side."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from heapq import heapify, heapreplace

from ingestion.platforms.lists import Languages

# 800 points a minute at 300 ms a call keep 4 chains busy; a full bucket may be spent faster than that.
# Each chain costs up to one page that is not full, so a chain has at least this many pages to read.
FEWEST_CHAINS, MOST_CHAINS = 4, 32
STREAMS_A_CHAIN = 1_000


@dataclass(order=True)
class ChainPlan:
    """The languages of one chain, largest first, and how many streams are expected there."""

    streams: float = 0.0
    number: int = 0
    languages: list[str] = field(default_factory=list, compare=False)


def partition(expected: Mapping[str, int], languages: Languages) -> list[ChainPlan]:
    """Divide the languages of a description, and those in `expected`, into parts of like size, largest first.

    `expected` is how many streams a language has (none: a guess); it balances the parts, no more. Each
    language is in one part, and none has more than fit a call.
    """
    expected = expected if any(expected.values()) else {**expected, **languages.guessed}
    sizes = {language: float(expected.get(language, 0)) for language in (*languages.codes, *expected)}
    wanted = min(max(int(sum(sizes.values())) // STREAMS_A_CHAIN, FEWEST_CHAINS), MOST_CHAINS)
    needed = -(-len(sizes) // languages.a_call)
    plans = [ChainPlan(number=number) for number in range(max(wanted, needed))]
    heapify(plans)
    full: list[ChainPlan] = []
    for language in sorted(sizes, key=lambda one: (-sizes[one], one)):
        plan = plans[0]
        plan.languages.append(language)
        # a language without streams has some weight too, so that these are spread as well
        plan.streams += sizes[language] + 1
        heapreplace(plans, plan)
        if len(plan.languages) == languages.a_call:
            full.append(plan)
            plans.remove(plan)
            heapify(plans)
    return sorted([*full, *(plan for plan in plans if plan.languages)], reverse=True)


def unlisted(seen: Sequence[str | None], expected: Mapping[str, int], languages: Languages) -> list[str]:
    """Return the languages that are in no part of `partition(expected, languages)`, each once, in order."""
    known = {*languages.codes, *expected}
    return [one for one in dict.fromkeys(seen) if one and one not in known]
