# /// script
# requires-python = ">=3.11"
# dependencies = ["fastapi>=0.115", "httpx>=0.28", "snippet-support"]
#
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
#
# [tool.snippets-runner]
# timeout = 20
# ///
"""Four errors that can't become a 500: in a stream, in a background task, in a lost task, in a thread."""

import asyncio
import gc
import threading
from collections.abc import AsyncIterator

import httpx
from fastapi import BackgroundTasks, FastAPI, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse
from snippet_support import serve

app = FastAPI()


# --8<-- [start:routes]
@app.exception_handler(Exception)
def answer_500(request: Request, error: Exception) -> Response:
    return JSONResponse({"title": "Something went wrong"}, 500)


@app.get("/export")
def export() -> Response:
    async def rows() -> AsyncIterator[str]:
        yield "id,total\n"  # with this, status and headers have left
        raise ConnectionError("the database went away")

    return StreamingResponse(rows(), media_type="text/csv")


@app.get("/order")
def order(after: BackgroundTasks) -> str:
    def send_mail() -> None:
        raise ConnectionError("no mail server")

    after.add_task(send_mail)
    return "thank you"
# --8<-- [end:routes]


# --8<-- [start:outside]
def export_fails(client: httpx.Client) -> str:
    with client.stream("GET", "/export") as response:
        try:
            response.read()
        except httpx.RemoteProtocolError as error:
            return f"{response.status_code}, then {type(error).__name__}"
    return "a whole answer"


async def lost_task() -> list[str]:
    """Start a task that fails and that nobody awaits; return what the loop reports."""
    reports: list[str] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: reports.append(context["message"]))
    task = loop.create_task(fail())
    await asyncio.wait([task])
    del task  # only when it is collected does anybody learn of it
    gc.collect()
    return reports


async def fail() -> None:
    raise ValueError("lost")


with serve(app, log_level="critical") as shop, httpx.Client(base_url=shop, timeout=10) as client:
    seen = [export_fails(client), str(client.get("/order").status_code)]
print("stream:    ", seen[0])
print("background:", seen[1], "and no mail")
print("lost task: ", *(reports := asyncio.run(lost_task())))
caught: list[str] = []
threading.excepthook = lambda args: caught.append(args.exc_type.__name__)
thread = threading.Thread(target=lambda: [][0])
thread.start()
thread.join()
print("thread:    ", *caught, "by threading.excepthook; join() said nothing")
assert seen == ["200, then RemoteProtocolError", "200"] and caught == ["IndexError"]
assert reports == ["Task exception was never retrieved"]
# --8<-- [end:outside]
