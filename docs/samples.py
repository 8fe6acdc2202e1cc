"""Writes the tutorial's samples again, all of them from the one demonstration in AIRTIME_HOME.

In the tutorial a block of SQL, or a command that reads what is published, is followed by a block of text:
what it prints. `make samples` takes both kinds to the demonstration and replaces the text.
"""

import re
import shlex
import subprocess
from collections.abc import Callable
from pathlib import Path

import duckdb

from ingestion.settings import read_settings

PROJECT = Path(__file__).resolve().parents[1]
TUTORIAL = Path(__file__).with_name("tutorial.md")
SAMPLE = re.compile(r"```(sql|sh)\n(?P<asked>(?:(?!```).)*?)```\n\n```text\n(?P<said>.*?)```", re.DOTALL)


def samples(page: str) -> list[tuple[str, str, str]]:
    """Return what a page asks and what it says was answered: the language, the question, the answer."""
    return [(match[1], match["asked"].strip(), match["said"]) for match in SAMPLE.finditer(page)]


def with_answers(page: str, answer: Callable[[str, str], str]) -> str:
    """Return a page whose samples are what `answer` makes of their language and question."""

    def answered(match: re.Match) -> str:
        asked = match[0][: match.start("said") - match.start()]
        return f"{asked}{answer(match[1], match['asked'].strip()).rstrip()}\n```"

    return SAMPLE.sub(answered, page)


def ask(published: Path, query: str) -> str:
    """Return the answer of a published file to a query, as DuckDB prints it in Python.

    Raises:
        duckdb.Error: the query is wrong, or the file cannot be opened.
    """
    with duckdb.connect(published, read_only=True) as connection:
        return str(connection.sql(query))


def main() -> None:
    """Replace the samples of the tutorial."""
    published = read_settings().published

    def answer(language: str, asked: str) -> str:
        if language == "sql":
            return ask(published, asked)
        done = subprocess.run(shlex.split(asked), cwd=PROJECT, stdout=subprocess.PIPE, text=True, check=True)
        return done.stdout.replace(f"{PROJECT}/", "")

    TUTORIAL.write_text(with_answers(TUTORIAL.read_text(), answer))


if __name__ == "__main__":
    main()
