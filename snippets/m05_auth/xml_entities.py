# /// script
# requires-python = ">=3.11"
# dependencies = ["defusedxml>=0.7.1", "snippet-support", "starlette>=0.41"]
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
#
# [tool.snippets-runner]
# timeout = 20
# ///
"""An order in XML that reads a file of the server's, and calls a service inside."""

import io
import xml.sax
from xml.sax.handler import feature_external_ges

import defusedxml.sax
from defusedxml.common import DefusedXmlException
from snippet_support import serve, work_in_temporary_folder
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

root = work_in_temporary_folder().resolve()
(root / "secret.txt").write_text("s3cret")


# --8<-- [start:xml]
class Text(xml.sax.ContentHandler):
    seen = ""

    def characters(self, content: str) -> None:
        self.seen += content


def parse(reader: xml.sax.xmlreader.XMLReader, target: str) -> str:
    """Read an order whose note is an entity that stands for ``target``."""
    order = f'<!DOCTYPE o [<!ENTITY note SYSTEM "{target}">]><o>&note;</o>'
    reader.setContentHandler(text := Text())
    try:
        reader.parse(io.StringIO(order))
    except DefusedXmlException as error:
        return f"refused, {type(error).__name__}"
    return text.seen or "nothing"


asked: list[str] = []


async def internal(request: Request) -> PlainTextResponse:
    asked.append(request.url.path)
    return PlainTextResponse("an inner service")


with serve(Starlette(routes=[Route("/admin", internal)])) as url:
    for target in (f"file://{root}/secret.txt", f"{url}/admin"):
        open_ = xml.sax.make_parser()
        open_.setFeature(feature_external_ges, True)
        readers = {"entities on": open_, "default": xml.sax.make_parser(),
                   "defusedxml": defusedxml.sax.make_parser()}
        for name, reader in readers.items():
            print(f"{target.split(':')[0]}, {name + ':':13} {parse(reader, target)}")
# --8<-- [end:xml]
assert asked == ["/admin"], "the parser called the inner service, once"
