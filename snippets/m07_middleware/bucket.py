# /// script
# requires-python = ">=3.11"
# dependencies = ["redis>=5.2"]
#
# [tool.snippets-runner]
# services = ["redis"]
# ///
"""A token bucket in Redis: read, decide and write in one script, which nothing can come between."""

import os

from redis import Redis

redis = Redis.from_url(os.environ["REDIS_URL"], decode_responses=True)

# --8<-- [start:script]
BUCKET = redis.register_script("""
local capacity, rate = tonumber(ARGV[1]), tonumber(ARGV[2])   -- tokens, tokens a second
local now = redis.call('TIME')
now = now[1] + now[2] / 1000000
local kept = redis.call('HMGET', KEYS[1], 'tokens', 'at')
local tokens = math.min(capacity, (kept[1] or capacity) + (now - (kept[2] or now)) * rate)
local wait = 0
if tokens >= 1 then tokens = tokens - 1 else wait = math.ceil((1 - tokens) / rate) end
redis.call('HSET', KEYS[1], 'tokens', tokens, 'at', now)
redis.call('EXPIRE', KEYS[1], math.ceil(capacity / rate) + 1)  -- a full bucket needs no memory
return wait                                                    -- seconds; 0: go on
""")


def wait_for(key: str, *, capacity: int, rate: float) -> int:
    """Take a token; return 0, or after how many seconds there will be one."""
    return int(BUCKET(keys=[key], args=[capacity, rate]))
# --8<-- [end:script]
