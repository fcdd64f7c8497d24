# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "boto3>=1.35", "python-multipart>=0.0.20", "starlette>=0.41", "botocore>=1.35",
# ]
# ///
"""What our object store lacks, in front of it: forms with a signed policy, and writes with a condition."""

import base64
import hmac
import json
import os
import threading
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route


# --8<-- [start:policy]
def check(form: dict[str, str], size: int) -> str:
    """Return why a form is refused, or an empty text. The policy is what was signed."""
    key = ("AWS4" + os.environ["AWS_SECRET_ACCESS_KEY"]).encode()
    for part in form["x-amz-credential"].split("/")[1:]:  # date, region, service
        key = hmac.digest(key, part.encode(), "sha256")
    right = hmac.new(key, form["policy"].encode(), "sha256").hexdigest()
    if not hmac.compare_digest(right, form["x-amz-signature"]):
        return "the signature does not match"
    policy = json.loads(base64.b64decode(form["policy"]))
    if datetime.fromisoformat(policy["expiration"]) < datetime.now(UTC):
        return "the policy has run out"
    for condition in policy["conditions"]:
        if not holds(condition, form, size):
            return f"not met: {json.dumps(condition)}"
    return ""


def holds(condition: Any, form: dict[str, str], size: int) -> bool:
    if isinstance(condition, dict):
        return all(form.get(name.lower()) == value for name, value in condition.items())
    how, first, second = condition
    if how == "content-length-range":
        return bool(first <= size <= second)
    value = form.get(first.removeprefix("$").lower(), "")
    return value.startswith(second) if how == "starts-with" else value == second
# --8<-- [end:policy]


def gate(s3: Any, limit: int = 1_000_000) -> Starlette:
    """Serve `POST /bucket` and `PUT /bucket/key`, and pass on what is allowed."""
    lock = threading.Lock()  # one process; a store that spans machines needs consensus here

    async def form(request: Request) -> Response:
        async with request.form(max_part_size=limit) as posted:
            fields = {name.lower(): str(value) for name, value in posted.items() if name != "file"}
            body = await posted["file"].read()  # type: ignore[union-attr]
        fields["bucket"] = request.path_params["bucket"]
        if why := check(fields, len(body)):
            return PlainTextResponse(why, 403)
        to = {"Bucket": fields["bucket"], "Key": fields["key"]}
        await run_in_threadpool(s3.put_object, **to, Body=body, ContentType=fields["content-type"])
        return Response(status_code=204)

    # --8<-- [start:conditional]
    def put_unless_there(bucket: str, key: str, body: bytes) -> int:
        """Look and write as one step: nobody gets between."""
        with lock:
            try:
                s3.head_object(Bucket=bucket, Key=key)
                return 412
            except ClientError:
                s3.put_object(Bucket=bucket, Key=key, Body=body)
                return 200
    # --8<-- [end:conditional]

    async def put(request: Request) -> Response:
        if request.headers.get("if-none-match") != "*":
            return PlainTextResponse("only If-None-Match: * here", 501)
        body, where = await request.body(), request.path_params
        return Response(
            status_code=await run_in_threadpool(put_unless_there, where["bucket"], where["key"], body)
        )

    return Starlette(
        routes=[
            Route("/{bucket}", form, methods=["POST"]),
            Route("/{bucket}/{key:path}", put, methods=["PUT"]),
        ]
    )
