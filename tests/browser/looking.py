"""What is looked at on every page: axe's rules, its width, its console, and where its requests go."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Page, Request

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDE, NARROW, REFLOW = 1280, 360, 320
_RUN = """async tags => {
  const found = await axe.run(document, {
    runOnly: {type: "tag", values: tags}, rules: {"target-size": {enabled: true}}, resultTypes: ["violations"],
  });
  return found.violations.map(one => `${one.id} (${one.impact}): ${one.help}: ` +
    one.nodes.slice(0, 3).map(node => node.target.join(" ") + " " + node.html.slice(0, 160)).join(" | "));
}"""
_WIDEST = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return "";
  const over = [...document.querySelectorAll("body *")].filter(one => one.getBoundingClientRect().right > width + 1
    && !one.closest(".cf-scroll"));
  return `${document.documentElement.scrollWidth}px wide at ${width}px: `
    + over.slice(0, 3).map(one => one.outerHTML.slice(0, 120)).join(" | ");
}"""
_UNSEEN_FOCUS = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  const style = getComputedStyle(one);
  const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
  return outlined || style.boxShadow !== "none" ? "" : one.outerHTML.slice(0, 160);
}"""


@dataclass
class Watched:
    """A page of the browser, and what went wrong on it since it was last cleared."""

    page: Page
    host: str
    problems: list[str] = field(default_factory=list)

    def hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") or "Error" in message.text:
            self.problems.append(f"console: {message.text[:300]}")

    def follow(self, request: Request) -> None:
        if urlsplit(request.url).netloc != self.host and not request.url.startswith("data:"):
            self.problems.append(f"asks another host: {request.url}")

    def sign_in(self, url: str, cookie: list[str] | None) -> None:
        """Hold this session cookie and no other."""
        self.page.context.clear_cookies()
        if cookie:
            self.page.context.add_cookies([{"name": cookie[0], "value": cookie[1], "url": url}])

    def open(self, url: str, status: int = 200) -> None:
        """Go to the address and wait until nothing more is loaded."""
        answer = self.page.goto(url, wait_until="load")
        if answer is None or answer.status != status:
            self.problems.append(f"{url} answered {answer.status if answer else 'nothing'}")

    def look(self, *widths: int) -> list[str]:
        """Everything that is wrong with the page that is open, at each width."""
        found = list(self.problems)
        self.problems.clear()
        for width in widths:
            self.page.set_viewport_size({"width": width, "height": 800})
            if wide := self.page.evaluate(_WIDEST):
                found.append(f"scrolls sideways: {wide}")
            if width != REFLOW:
                self.page.evaluate(AXE.read_text(encoding="utf-8"))
                found += [f"axe at {width}px: {one}" for one in self.page.evaluate(_RUN, TAGS)]
        return found

    def unseen_focus(self, stops: int = 80) -> list[str]:
        """Elements that the Tab key reaches and on which focus cannot be seen."""
        found = []
        for _ in range(stops):
            self.page.keyboard.press("Tab")
            unseen = self.page.evaluate(_UNSEEN_FOCUS)
            if unseen is None:
                break
            if unseen:
                found.append(unseen)
        return found


@contextmanager
def watched(browser: Browser, url: str, *, scripts: bool = True) -> Iterator[Watched]:
    """A fresh window onto one site."""
    context = browser.new_context(java_script_enabled=scripts, viewport={"width": WIDE, "height": 800})
    page = context.new_page()
    found = Watched(page, urlsplit(url).netloc)
    page.on("console", found.hear)
    page.on("pageerror", lambda error: found.problems.append(f"script: {error}"))
    page.on("request", found.follow)
    try:
        yield found
    finally:
        context.close()
