"""The HTTP API, served by uvicorn behind nginx."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse
from kombu.exceptions import OperationalError
from pydantic import BaseModel, StringConstraints
from redis.exceptions import RedisError

from app import store, switches, worker
from app.settings import SWITCHES_ENABLED

logger = logging.getLogger(__name__)
api = APIRouter(prefix="/api", dependencies=[Depends(switches.misbehave)])


class NewTask(BaseModel):
    """The body of POST /api/tasks."""

    title: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]


@api.get("/health")
def health() -> dict[str, str]:
    """200 while Redis answers, else 503."""
    store.redis.ping()
    return {"status": "ok"}


@api.get("/tasks")
def list_tasks() -> list[store.Task]:
    """The newest tasks."""
    return store.newest()


@api.post("/tasks", status_code=202)
def add_task(new: NewTask) -> store.Task:
    """Keeps the task and hands it to the worker."""
    task = store.add(new.title)
    # One id for both, so that the log tells which task the worker is at.
    worker.prepare.apply_async((task.id,), task_id=task.id)
    logger.info("task %s queued", task.id)
    return task


@api.get("/tasks/{task_id}")
def get_task(task_id: str) -> store.Task:
    """One task; its `state` is `queued`, `done` or `failed`."""
    task = store.find(task_id)
    if task is None:
        raise HTTPException(404, "no such task")
    return task


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    """A restarted site behaves, whatever was switched on before."""
    if SWITCHES_ENABLED:
        switches.apply(switches.Switches())
    yield


async def unavailable(request: Request, error: Exception) -> JSONResponse:
    """Redis is away: say so, in one line of the log instead of a traceback."""
    # The route, not the address: what strangers typed stays out of the log's lines.
    route = request.scope["route"].path
    logger.error("%s %s: Redis is unavailable: %s", request.method, route, error)
    return JSONResponse({"status": "unavailable", "detail": "Redis does not answer"}, 503)


app = FastAPI(title="Shop tasks", lifespan=lifespan, docs_url=None, redoc_url=None)
app.include_router(switches.router)
app.include_router(api)
app.add_exception_handler(RedisError, unavailable)
app.add_exception_handler(OperationalError, unavailable)
