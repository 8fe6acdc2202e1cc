"""Invents the streams of a full Twitch.

Languages are spread as Twitch's description guesses (English 45 %), viewers heavy-tailed. Words are
made of random syllables; titles have 43 characters on average, as recorded ones have.
"""

import json
from datetime import datetime, timedelta
from itertools import accumulate
from random import Random
from typing import Any

from ingestion.platforms.reading import shipped

AT = datetime(2026, 10, 7, 20)
VOWELS, CONSONANTS = "aaeeeiioou", "bcddfghklllmmnnnprrrsssttttvwyz"
GAMES, WORDS, TAGS, EVEN_LANGUAGES = 4_000, 30_000, 5_000, 32
COMMON_WORDS = ["!discord", "!socials", "ranked", "grind", "road", "to", "chill", "stream", "day", "🔴", "w/"]


def live_streams(count: int, *, is_even: bool = False, seed: int = 1) -> dict[str, list[bytes]]:
    """Return `count` rows of Get Streams as JSON by language, most viewers first, evenly if asked."""
    rng = Random(seed)
    words = COMMON_WORDS + [_word(rng, 2, 11) for _ in range(WORDS)]
    tags = [_word(rng, 4, 14).capitalize() for _ in range(TAGS)]
    games = [" ".join(_word(rng, 3, 9).capitalize() for _ in range(rng.randint(1, 4))) for _ in range(GAMES)]
    choices = [_Zipf(rng, items, power) for items, power in ((words, 0.8), (tags, 0.9), (games, 1.1))]
    guessed = shipped("twitch").languages.guessed
    if is_even:
        guessed = dict.fromkeys(list(guessed)[:EVEN_LANGUAGES], 1)
    languages, weights = zip(*guessed.items(), strict=True)
    rows: dict[str, list[bytes]] = {language: [] for language in languages}
    ages = sorted((int(min(rng.expovariate(1 / 9_000), 170_000)) for _ in range(count)), reverse=True)
    for place, order in enumerate(rng.sample(range(count), count)):
        [language] = rng.choices(languages, weights)
        viewers = int(90_000 / (place + 1) ** 0.95 * rng.uniform(0.8, 1.2))
        rows[language].append(_row(rng, order, ages[order], viewers, language, *choices))
    return rows


class _Zipf:
    def __init__(self, rng: Random, items: list[str], power: float) -> None:
        self._rng, self._items = rng, items
        self._weights = list(accumulate(1 / (place + 2) ** power for place in range(len(items))))

    def some(self, count: int) -> list[str]:
        return self._rng.choices(self._items, cum_weights=self._weights, k=count)


def _word(rng: Random, least: int, most: int) -> str:
    syllables = zip(rng.choices(CONSONANTS, k=most), rng.choices(VOWELS, k=most), strict=True)
    return "".join(letter for syllable in syllables for letter in syllable)[: rng.randint(least, most)]


def _row(
    rng: Random, order: int, age: int, viewers: int, language: str, words: _Zipf, tags: _Zipf, games: _Zipf
) -> bytes:
    login = _word(rng, 4, 12) + rng.choice(("", "", "tv", f"_{rng.randrange(100)}", str(rng.randrange(3000))))
    [game] = games.some(1)
    row: dict[str, Any] = {
        "id": str(316_000_000_000 + order * 40 + rng.randrange(40)),
        "user_id": str(int(1.3e9 * rng.random() ** 0.6) + 10_000),
        "user_login": login,
        "user_name": login if rng.random() < 0.6 else login.capitalize(),
        "game_id": str(500_000 + _number(game)),
        "game_name": game,
        "type": "live",
        "title": " ".join(words.some(rng.randint(2, 10))),
        "viewer_count": viewers,
        "started_at": f"{AT - timedelta(seconds=age):%Y-%m-%dT%H:%M:%SZ}",
        "language": language,
        "thumbnail_url": f"https://static-cdn.jtvnw.net/previews-ttv/live_user_{login}-{{width}}x{{height}}.jpg",
        "tag_ids": [],
        "tags": list(dict.fromkeys([language.upper(), *tags.some(rng.randint(0, 6))])),
        "is_mature": False,
    }
    return json.dumps(row, ensure_ascii=False).encode()


def _number(text: str) -> int:
    return sum(ord(letter) * 31**place for place, letter in enumerate(text)) % 900_000
