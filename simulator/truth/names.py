"""Invented names of streamers: logins are lower-case ASCII and unique, display names need not be."""

from random import Random

_FIRST = (
    "amber arctic azure brisk canyon cedar cobalt comet coral crimson dapper dusty echo ember feral "
    "fizzy frost fuzzy gentle ginger granite hazel hollow hushed indigo ivory jolly keen lazy lunar "
    "mellow misty mossy neon nimble nova ochre odd pixel plucky quiet rapid rusty sable salty shy "
    "silver sleepy solar spry static sturdy sunny swift tidal velvet vivid wandering witty zesty"
)
_SECOND = (
    "anvil badger beacon biscuit bramble cactus cobbler comrade cricket dumpling ember falcon fennel "
    "ferret finch gecko goblin grizzly harbor heron hornet jackal kestrel kettle lantern lemur lynx "
    "magpie mantis marmot marten meadow moth muffin narwhal nomad ocelot osprey otter parsnip pebble "
    "pickle puffin quokka raven saffron sparrow stoat tapir teapot thistle toad tundra turnip urchin "
    "vole walrus warbler wombat yak"
)
_NATIVE = {
    "ja": "ほしぞら ねこまた あおいろ つきみ こはる ゆきだま かぜまる しろくま",
    "ko": "하늘고래 달토끼 바다별 은하수 노을빛 작은곰 구름이 초록숲",
    "zh": "星河 墨魚 青山 小熊貓 夜雨 白鷺 雲雀 竹影",
    "zh-hk": "港灣 月光 海豚 燈塔",
}
_SUFFIXES = ("tv", "live", "_ttv", "hq", "plays")


def unique_names(rng: Random, languages: list[str]) -> list[tuple[str, str]]:
    """Return one (login, display name) for each streamer, given their languages."""
    taken: set[str] = set()
    return [_name(rng, language, taken) for language in languages]


def renamed(login: str, display_name: str, generation: int) -> tuple[str, str]:
    """Return the names after `generation` renames (0: the first ones); in the end old ones come back."""
    suffix = ("", *_SUFFIXES)[generation % (len(_SUFFIXES) + 1)]
    return f"{login}{suffix}", f"{display_name}{suffix.strip('_').upper()}"


def _name(rng: Random, language: str, taken: set[str]) -> tuple[str, str]:
    first, second = rng.choice(_FIRST.split()), rng.choice(_SECOND.split())
    joint, tail = rng.choice(("", "", "_")), rng.choice(("", "", "", str(rng.randrange(10, 100))))
    login = f"{first}{joint}{second}{tail}"
    while login in taken:
        login = f"{first}{joint}{second}{rng.randrange(100, 1_000_000)}"
    taken.add(login)
    if language in _NATIVE and rng.random() < 0.7:
        return login, rng.choice(_NATIVE[language].split())
    pretty = login.replace(first, first.title(), 1).replace(second, second.title(), 1)
    return login, rng.choice((pretty, pretty, login))
