"""Makes the site misbehave on request. Does nothing unless SITE_SWITCHES is `on`."""

import asyncio
import logging
import random

from fastapi import APIRouter, HTTPException, Request
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from app.settings import MAINTENANCE_FILE, SWITCHES_ENABLED

logger = logging.getLogger(__name__)
router = APIRouter(prefix="/api/_switch")


class Switches(BaseModel):
    """How the site misbehaves. The defaults are a site that behaves."""

    model_config = ConfigDict(extra="forbid")

    # Milliseconds added to each answer.
    slow_ms: int = Field(0, ge=0, le=30_000)
    # Share of answers that are a 500 (0 to 1).
    error_rate: float = Field(0, ge=0, le=1)
    # Share of requests that end in an exception nobody catches (0 to 1).
    exception_rate: float = Field(0, ge=0, le=1)
    # Which requests the three above apply to.
    path: str = Field("/api/", pattern="^/api/", max_length=200)
    # The page throws in the browser.
    js_error: bool = False
    # The whole site answers 503, the page too.
    down: bool = False


current = Switches()


@router.get("")
def read() -> Switches:
    """What is switched on now. The page asks for it."""
    return current


@router.post("")
def change(wanted: dict) -> Switches:
    """Changes the named switches and leaves the others as they are."""
    require_enabled()
    try:
        return apply(Switches(**{**current.model_dump(), **wanted}))
    except ValidationError as error:
        problems = [f"{problem['loc'][0]}: {problem['msg']}" for problem in error.errors()]
        raise HTTPException(422, problems) from error


@router.delete("")
def reset() -> Switches:
    """Switches everything off."""
    require_enabled()
    return apply(Switches())


def require_enabled() -> None:
    """Answers as if there were no switches, where there should be none."""
    if not SWITCHES_ENABLED:
        raise HTTPException(404)


def apply(wanted: Switches) -> Switches:
    """Puts the switches in force, the file that nginx looks at included."""
    global current
    if wanted.down:
        MAINTENANCE_FILE.touch()
    else:
        MAINTENANCE_FILE.unlink(missing_ok=True)
    current = wanted
    return current


async def misbehave(request: Request) -> None:
    """Runs before each request of the API."""
    switches = current
    if not request.url.path.startswith(switches.path):
        return
    await asyncio.sleep(switches.slow_ms / 1000)
    if random.random() < switches.exception_rate:
        raise RuntimeError("the till is out of paper")
    if random.random() < switches.error_rate:
        logger.error("cannot serve %s %s", request.method, request.scope["route"].path)
        raise HTTPException(500, "the till is jammed")
