"""Fixtures for tests that drive a real Chromium.

Every test process imports this module through conftest.py, so the fixtures import Playwright and the server only when
a browser test needs them.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from quoth import Library

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 860}


@pytest.fixture(scope="session")
def seed_chat(seed_library: Library) -> Iterator[str]:
    """The address of a chat about the seed articles, which no test changes."""
    from tests.browser import serving_here

    with serving_here(seed_library.folder) as url:
        yield url


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser for a module; Playwright's event loop must end before tests that run one of their own."""
    from playwright.sync_api import sync_playwright

    names = ("chromium", "chromium-browser", "google-chrome")
    path = next((found for name in names if (found := shutil.which(name))), None)
    if path is None:
        pytest.fail("Chromium is not installed; install it with the system's package manager")
    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=flags)
        yield browser
        browser.close()


@pytest.fixture(params=["desktop-light", "phone-dark"])
def context(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    """For tests in which the layout matters."""
    size, theme = {"desktop-light": (DESKTOP, "light"), "phone-dark": (PHONE, "dark")}[request.param]
    context = chromium.new_context(viewport=size, color_scheme=theme)  # type: ignore[arg-type]
    yield context
    context.close()


@pytest.fixture
def desktop(chromium: Browser) -> Iterator[BrowserContext]:
    permissions = ["clipboard-read", "clipboard-write"]
    context = chromium.new_context(viewport=DESKTOP, permissions=permissions)  # type: ignore[arg-type]
    yield context
    context.close()


@pytest.fixture
def phone(chromium: Browser) -> Iterator[BrowserContext]:
    context = chromium.new_context(viewport=PHONE, color_scheme="dark")  # type: ignore[arg-type]
    yield context
    context.close()


@pytest.fixture
def page(desktop: BrowserContext, seed_chat: str) -> Page:
    from tests.browser import opened

    return opened(desktop, seed_chat)


@pytest.fixture
def phone_page(phone: BrowserContext, seed_chat: str) -> Page:
    from tests.browser import opened

    return opened(phone, seed_chat)


@pytest.fixture
def each_page(context: BrowserContext, seed_chat: str) -> Page:
    """For tests in which the layout matters: a page on a desktop, then one on a phone."""
    from tests.browser import opened

    return opened(context, seed_chat)
