"""A page in a real browser: what it shows, what can be chosen on it, what went wrong on it."""

from playwright.sync_api import Locator, Page, expect

SECONDS_TO_WAIT = 60
GIVEN_UP = "net::ERR_ABORTED"


class Opened:
    """A page that has been opened; `problems` says what no page may do."""

    def __init__(self, page: Page, base: str) -> None:
        """Listen to a page of the server at `base`."""
        page.set_default_timeout(SECONDS_TO_WAIT * 1000)
        expect.set_options(timeout=SECONDS_TO_WAIT * 1000)
        self.page, self.base, self.problems = page, base, []
        page.on("console", lambda said: self._note("console", said.text, said.type == "error"))
        page.on("pageerror", lambda error: self._note("error", str(error)))
        # what is still loading when a link is followed is given up
        page.on("requestfailed", lambda asked: self._note("failed", asked.url, asked.failure != GIVEN_UP))
        page.on("response", lambda answer: self._note(str(answer.status), answer.url, answer.status >= 400))
        page.on("request", lambda asked: self._note("outside", asked.url, not self._is_ours(asked.url)))

    def _note(self, what: str, text: str, is_problem: bool = True) -> None:
        if is_problem:
            self.problems.append(f"{what}: {text}")

    def _is_ours(self, url: str) -> bool:
        return url.startswith((self.base, self.base.replace("http", "ws", 1), "data:", "blob:"))

    def go(self, path: str) -> "Opened":
        """Open a path of the server."""
        self.page.goto(self.base + path, wait_until="commit")
        return self

    def choose(self, picker: str, option: str) -> None:
        """Choose an option of a picker by what a reader sees."""
        control = self.page.get_by_label(picker, exact=True)
        if control.evaluate("control => control.tagName") == "SELECT":
            control.select_option(label=option)
        else:
            control.click()
            self.page.locator("input[cmdk-input]").fill(option)
            self.page.locator("[cmdk-item]").get_by_text(option, exact=True).click()

    def is_headed(self, text: str) -> None:
        """Wait until a heading says a text."""
        expect(self.page.get_by_role("heading", name=text, exact=True)).to_be_visible()

    def says(self, text: str) -> None:
        """Wait until a paragraph says a text."""
        expect(self.page.locator("p", has_text=text).first).to_be_visible()

    def table(self, number: int = 0) -> Locator:
        """Return the page's first, second .. table."""
        return self.page.locator("marimo-table").nth(number)

    def headings(self, number: int = 0) -> list[str]:
        """Return a table's headings."""
        self.table(number).locator("th").first.wait_for()
        return [text.strip() for text in self.table(number).locator("th").all_inner_texts()]

    def sees(self, heading: str, text: str, *, row: int = 0, number: int = 0) -> None:
        """Wait until a cell of a table shows a text."""
        expect(self.table(number).locator("th", has_text=heading).first).to_be_visible()
        column = self.headings(number).index(heading)
        cell = self.table(number).locator("tbody tr").nth(row).locator("td").nth(column)
        expect(cell).to_have_text(text)

    def draws(self) -> None:
        """Bring the first chart into view, and wait until it is drawn."""
        self.page.locator("marimo-lazy").first.scroll_into_view_if_needed()
        expect(self.page.locator(".vega-embed svg, .vega-embed canvas").first).to_be_visible()
