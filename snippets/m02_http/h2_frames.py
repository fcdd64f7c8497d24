# /// script
# requires-python = ">=3.11"
# dependencies = ["h2>=4.1", "hyperframe>=6"]
# ///
"""Send the same request as HTTP/2 frames, and look at them."""

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import DataReceived, RequestReceived, ResponseReceived
from h2.exceptions import ProtocolError
from hyperframe.frame import Frame

BODY = b'{"name":"Ada","email":"ada@example.com"}'


# --8<-- [start:frames]
def show(sender: str, data: bytes) -> None:
    """Print each frame: its type, its stream, its flags and its length."""
    while data:
        frame, length = Frame.parse_frame_header(memoryview(data[:9]))
        flags = ",".join(sorted(frame.flags)) or "-"
        kind = type(frame).__name__.removesuffix("Frame")
        where = f"stream {frame.stream_id}"
        print(f"{sender}: {kind:<15} {where}  {flags:<23} {length:>3} bytes")
        data = data[9 + length:]


client = H2Connection(H2Configuration(client_side=True, header_encoding="utf-8"))
server = H2Connection(H2Configuration(client_side=False, header_encoding="utf-8"))
print("[frames]")
client.initiate_connection()
preface = client.data_to_send()
print("preface:", preface[:24])
show("client", preface[24:])
server.initiate_connection()
server.receive_data(preface)
settings = server.data_to_send()
show("server", settings)
client.receive_data(settings)
client.data_to_send()  # its acknowledgement, not shown
REQUEST = [
    (":method", "POST"), (":scheme", "https"), (":authority", "api.shop.example"),
    (":path", "/api/users"), ("content-type", "application/json"),
    ("content-length", str(len(BODY))),
]
sizes = []
for _ in range(2):
    stream = client.get_next_available_stream_id()
    client.send_headers(stream, REQUEST)
    client.send_data(stream, BODY, end_stream=True)
    request = client.data_to_send()
    sizes.append(len(request))
    show("client", request)
    events = server.receive_data(request)
# --8<-- [end:frames]

# --8<-- [start:fields]
print("[fields]")
for event in events:
    if isinstance(event, RequestReceived):
        print(*("  " + ": ".join(map(str, field)) for field in event.headers), sep="\n")
assert any(isinstance(event, DataReceived) and event.data == BODY for event in events)
server.send_headers(stream, [(":status", "201"), ("location", "/api/users/42")], True)
response = server.data_to_send()
show("server", response)
for event in client.receive_data(response):
    if isinstance(event, ResponseReceived):
        print(*("  " + ": ".join(map(str, field)) for field in event.headers), sep="\n")
text = "".join(f"{name}: {value}\r\n" for name, value in REQUEST)
print(f"the same fields again: {sizes[0] - sizes[1]} bytes fewer, by HPACK's table")
assert sizes[1] < sizes[0]

for field in (("connection", "keep-alive"), ("Content-Type", "application/json")):
    strict = H2Connection(H2Configuration(client_side=False))
    sloppy = H2Connection(H2Configuration(
        validate_outbound_headers=False, normalize_outbound_headers=False))
    sloppy.initiate_connection()
    sloppy.send_headers(1, [*REQUEST[:4], field], end_stream=True)
    try:
        strict.receive_data(sloppy.data_to_send())
        raise AssertionError("accepted")
    except ProtocolError as error:
        print(f"{field[0]!r} as a field name -> {type(error).__name__}: {error}")
# --8<-- [end:fields]
