"""The tasks, kept in Redis: one hash for each, and a bounded list of the newest."""

import uuid
from typing import Literal

from pydantic import BaseModel
from redis import Redis

from app.settings import REDIS_URL

NEWEST = "tasks:newest"
KEPT = 50
KEPT_SECONDS = 24 * 60 * 60

# Short timeouts: a page that says "unavailable" at once is better than one that hangs.
redis = Redis.from_url(
    REDIS_URL, decode_responses=True, socket_timeout=2, socket_connect_timeout=2
)

State = Literal["queued", "done", "failed"]


class Task(BaseModel):
    """One thing to do. `slip` is empty until the worker has prepared it."""

    id: str
    title: str
    state: State = "queued"
    slip: str = ""


def _key(task_id: str) -> str:
    return f"task:{task_id}"


def add(title: str) -> Task:
    """Keeps a new task in state `queued`."""
    task = Task(id=str(uuid.uuid4()), title=title)
    with redis.pipeline() as pipe:
        pipe.hset(_key(task.id), mapping=task.model_dump())
        pipe.expire(_key(task.id), KEPT_SECONDS)
        pipe.lpush(NEWEST, task.id)
        pipe.ltrim(NEWEST, 0, KEPT - 1)
        pipe.execute()
    return task


def find(task_id: str) -> Task | None:
    """The task, or None where there is none with this id (any more)."""
    kept = redis.hgetall(_key(task_id))
    return Task(**kept) if kept else None


def newest() -> list[Task]:
    """The newest tasks, newest first."""
    with redis.pipeline() as pipe:
        for task_id in redis.lrange(NEWEST, 0, KEPT - 1):
            pipe.hgetall(_key(task_id))
        return [Task(**kept) for kept in pipe.execute() if kept]


def finish(task_id: str, state: State, slip: str = "") -> None:
    """Records how the worker fared."""
    redis.hset(_key(task_id), mapping={"state": state, "slip": slip})
