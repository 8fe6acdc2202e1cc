"""Invented stream titles and tags, in the streamer's language where the phrase book has it."""

from random import Random

_PHRASES = {
    "en": (
        "{game} until I win | !discord",
        "chill {game} and coffee ☕",
        "Day {n} of {game}, no hits",
        "RANKED GRIND to top {n} 🔥 !socials",
        "first time playing {game}, be kind",
        "\"just one more\" - {game} marathon",
        "viewer games, all welcome",
    ),
    "es": ("jugando {game} con ustedes", "¡A por el top {n}! {game}", "charlando un rato 💬"),
    "pt": ("{game} com os amigos", "subindo até o top {n}, vamos!", "só conversa hoje 😄"),
    "de": ("Gemütlich {game}, später mehr", "Tag {n}: {game} ohne Treffer", "Quatschen & Kaffee"),
    "fr": ("On découvre {game}", "Objectif top {n}, go !", "Discussion détente"),
    "ru": ("Играем в {game}", "День {n}, идём в топ", "Просто общаемся"),
    "ja": ("{game} のんびり配信", "{n}日目 {game}", "雑談します 🍵"),
    "ko": ("{game} 달립니다", "{n}일차 {game}", "수다 방송"),
    "it": ("{game} in compagnia", "verso la top {n}!"),
    "pl": ("{game} na spokojnie", "dzień {n} wyzwania"),
    "tr": ("{game} oynuyoruz", "sohbet, {n} kişi olalım"),
    "zh": ("{game} 實況中", "挑戰第{n}天"),
}  # fmt: skip

_LANGUAGE_TAGS = {
    "en": "English", "es": "Español", "pt": "Português", "de": "Deutsch", "fr": "Français",
    "ru": "Русский", "ja": "日本語", "ko": "한국어", "it": "Italiano", "pl": "Polski", "tr": "Türkçe",
    "zh": "中文", "zh-hk": "粵語", "asl": "AmericanSignLanguage",
}  # fmt: skip

_TAGS = (
    "chill cozy competitive ranked speedrun firstplaythrough nospoilers familyfriendly blind vtuber "
    "community variety hardcore esports LGBTQIAPlus mentalhealth ADHD backseatingallowed educational"
)


def title(rng: Random, language: str, game_name: str) -> str:
    """Return a title for a stretch of a broadcast."""
    phrase = rng.choice(_PHRASES.get(language, _PHRASES["en"]))
    return phrase.format(game=game_name or "something", n=rng.randrange(2, 400))


def tags(rng: Random, language: str) -> tuple[str, ...]:
    """Return at most six tags, the language's own first."""
    own = (_LANGUAGE_TAGS[language],) if language in _LANGUAGE_TAGS else ()
    return own + tuple(rng.sample(_TAGS.split(), rng.randrange(0, 6)))
