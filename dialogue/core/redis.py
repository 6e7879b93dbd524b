"""How Redis is asked, where there is one: briefly, and never again after a failure within the same call."""

from redis import BlockingConnectionPool, Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry

AWAY = (RedisError, OSError)  # What asking raises while Redis is away, paused or overwhelmed.


def pool(url: str, *, patience: float, most: int = 20) -> BlockingConnectionPool:
    """Connections that give up after `patience` seconds, whatever they wait for; at most `most` of them."""
    made: BlockingConnectionPool = BlockingConnectionPool.from_url(
        url, max_connections=most, timeout=patience, socket_timeout=patience, socket_connect_timeout=patience,
        retry=Retry(NoBackoff(), 0), protocol=2)
    return made


def client(url: str, *, patience: float) -> Redis:
    """A client over such connections."""
    return Redis(connection_pool=pool(url, patience=patience))
