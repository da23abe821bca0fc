"""The Celery worker: prepares the packing slip of each task."""

import logging
import zlib

from celery import Celery

from app import store
from app.settings import REDIS_URL

logger = logging.getLogger(__name__)

celery = Celery("shop", broker=REDIS_URL)
celery.conf.update(
    # The outcome is kept with the task itself (see store.py).
    task_ignore_result=True,
    # A request must not wait for a broker that is away.
    task_publish_retry=False,
    broker_transport_options={"socket_timeout": 5, "socket_connect_timeout": 2},
    broker_connection_retry_on_startup=True,
    # A worker that outlives Redis' restart comes back by itself.
    broker_connection_max_retries=None,
)


@celery.task(name="tasks.prepare")
def prepare(task_id: str) -> str:
    """Gives the task its slip, for example `PACK-ORDER-17-9C3F`."""
    task = store.find(task_id)
    if task is None:
        logger.warning("task %s is gone, nothing to prepare", task_id)
        return ""
    try:
        slip = slip_for(task.title)
    except ValueError:
        store.finish(task_id, "failed")
        raise
    store.finish(task_id, "done", slip)
    return slip


def slip_for(title: str) -> str:
    """The words of a title as a code, with four digits that tell similar titles apart."""
    words = ["".join(filter(str.isalnum, word)) for word in title.upper().split()]
    name = "-".join(word for word in words if word)
    if name in ("", "FAIL"):
        raise ValueError(f"cannot make a slip from the title {title!r}")
    return f"{name[:40]}-{zlib.crc32(title.encode()) & 0xFFFF:04X}"
