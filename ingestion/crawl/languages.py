"""The languages by which Get Streams can be filtered, with a guess of their shares of what is live."""

# Source: https://www.loc.gov/standards/iso639-2/php/code_list.php, and `bh`, which was withdrawn in 2021.
ISO_639_1 = (
    "aa", "ab", "ae", "af", "ak", "am", "an", "ar", "as", "av", "ay", "az", "ba", "be", "bg", "bh", "bi",
    "bm", "bn", "bo", "br", "bs", "ca", "ce", "ch", "co", "cr", "cs", "cu", "cv", "cy", "da", "de", "dv",
    "dz", "ee", "el", "en", "eo", "es", "et", "eu", "fa", "ff", "fi", "fj", "fo", "fr", "fy", "ga", "gd",
    "gl", "gn", "gu", "gv", "ha", "he", "hi", "ho", "hr", "ht", "hu", "hy", "hz", "ia", "id", "ie", "ig",
    "ii", "ik", "io", "is", "it", "iu", "ja", "jv", "ka", "kg", "ki", "kj", "kk", "kl", "km", "kn", "ko",
    "kr", "ks", "ku", "kv", "kw", "ky", "la", "lb", "lg", "li", "ln", "lo", "lt", "lu", "lv", "mg", "mh",
    "mi", "mk", "ml", "mn", "mr", "ms", "mt", "my", "na", "nb", "nd", "ne", "ng", "nl", "nn", "no", "nr",
    "nv", "ny", "oc", "oj", "om", "or", "os", "pa", "pi", "pl", "ps", "pt", "qu", "rm", "rn", "ro", "ru",
    "rw", "sa", "sc", "sd", "se", "sg", "si", "sk", "sl", "sm", "sn", "so", "sq", "sr", "ss", "st", "su",
    "sv", "sw", "ta", "te", "tg", "th", "ti", "tk", "tl", "tn", "to", "tr", "ts", "tt", "tw", "ty", "ug",
    "uk", "ur", "uz", "ve", "vi", "vo", "wa", "wo", "xh", "yi", "yo", "za", "zh", "zu",
)  # fmt: skip
OWN_CODES = ("other", "asl", "zh-hk")
LANGUAGES = ISO_639_1 + OWN_CODES

# Streams, rounded, on a day with 100,000; only balances the chains as long as no crawl has been landed.
GUESSED_STREAMS = {
    "en": 45_000, "es": 11_000, "pt": 7_500, "ru": 7_000, "de": 5_500, "fr": 5_000, "ja": 3_500, "zh": 2_500,
    "it": 2_000, "ko": 2_000, "pl": 2_000, "tr": 1_500, "th": 1_000, "cs": 600, "nl": 500, "uk": 500,
    "ar": 400, "hu": 400, "sv": 300, "fi": 300, "zh-hk": 300, "da": 200, "no": 200, "ro": 200, "other": 200,
    "el": 150, "vi": 150, "id": 150, "bg": 100, "tl": 100, "sk": 100, "hi": 50, "ms": 50, "asl": 20,
}  # fmt: skip
