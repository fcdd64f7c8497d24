# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "boto3>=1.35", "botocore>=1.35", "httpx>=0.28", "python-multipart>=0.0.20", "snippet-support",
#   "starlette>=0.41",
# ]
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
#
# [tool.snippets-runner]
# services = ["s3"]
# isolation = { s3 = "process" }
# timeout = 90
# redact = [{ pattern = 'users/7/[0-9a-f-]{24,36}', as = "users/7/<uuid>" }]
# ///
"""Uploads that bypass the app: a signed PUT, a form with a limit, many parts, and a write that may not overwrite."""

import hashlib
import uuid
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qs, urlsplit

import boto3
import httpx
from botocore.config import Config
from snippet_support import serve
from upload_gate import gate

options = Config(signature_version="s3v4", s3={"addressing_style": "path"})
s3 = boto3.client("s3", config=options)
s3.create_bucket(Bucket="uploads")
JPEG = {"Content-Type": "image/jpeg"}
PHOTO = bytes.fromhex("ffd8ffe0") + bytes(60_000)
http = httpx.Client(timeout=20, limits=httpx.Limits(max_keepalive_connections=0))

# --8<-- [start:presign]
def may_upload(user: int) -> tuple[str, str]:
    """Choose the key here; the URL allows a PUT of one type for 900 seconds."""
    key = f"users/{user}/{uuid.uuid4()}.jpg"
    params = {"Bucket": "uploads", "Key": key, "ContentType": "image/jpeg"}
    return key, s3.generate_presigned_url("put_object", Params=params, ExpiresIn=900)
# --8<-- [end:presign]


print("[put]")
# --8<-- [start:put]
key, url = may_upload(7)
signed = parse_qs(urlsplit(url).query)
print("key:", key, "| signed headers:", *signed["X-Amz-SignedHeaders"])
tries = {
    "another type": (url, PHOTO, {"Content-Type": "text/html"}),
    "another user's folder": (url.replace("/7/", "/8/"), PHOTO, JPEG),
    "ten days instead": (url.replace("Expires=900", "Expires=864000"), PHOTO, JPEG),
    "as signed": (url, PHOTO, JPEG),
    "as signed, 5 MB": (url, bytes(5_000_000), JPEG),  # nothing in the URL forbids it
}
got = {}
for what, (to, body, headers) in tries.items():
    got[what] = http.put(to, content=body, headers=headers).status_code
    print(f"PUT {what:22} {got[what]}")
assert list(got.values()) == [403, 403, 403, 200, 200]
assert s3.head_object(Bucket="uploads", Key=key)["ContentLength"] == 5_000_000
# --8<-- [end:put]
with serve(gate(s3)) as front:
    print("[post]")
    # --8<-- [start:post]
    limits = [["content-length-range", 1, 100_000], JPEG]
    key = f"users/7/{uuid.uuid4()}.jpg"
    post = s3.generate_presigned_post("uploads", key, JPEG, limits, ExpiresIn=900)
    moved = post["fields"] | {"key": "users/8/mine.jpg"}
    asked, large = post["fields"], bytes(5_000_000)
    forms = ("60 kB", asked, PHOTO), ("5 MB", asked, large), ("other key", moved, PHOTO)
    for what, fields, body in forms:
        answer = http.post(f"{front}/uploads", data=fields, files={"file": body})
        print(f"POST {what:21} {answer.status_code} {answer.text[:54]}")
        assert answer.status_code == (204 if what == "60 kB" else 403)
    # --8<-- [end:post]
    print("[conditional]")
    # --8<-- [start:conditional]
    def take(writer: int, base: str) -> int:
        url, condition = f"{base}/uploads/nick/ada", {"If-None-Match": "*"}
        return http.put(url, content=str(writer), headers=condition).status_code

    once = {"Bucket": "uploads", "Key": "plain", "IfNoneMatch": "*"}
    statuses = [s3.put_object(Body=who, **once)["ResponseMetadata"]["HTTPStatusCode"]
                for who in (b"first", b"second")]
    kept = s3.get_object(Bucket="uploads", Key="plain")["Body"].read().decode()
    print(f"If-None-Match, ignored by the store: {statuses}, the {kept} is kept")
    with ThreadPoolExecutor(8) as pool:
        statuses = sorted(pool.map(take, range(8), [front] * 8))
    print(f"If-None-Match, eight at once:        {statuses}")
    assert statuses == [200] + [412] * 7
    # --8<-- [end:conditional]

print("[multipart]")
# --8<-- [start:multipart]
big = {"Bucket": "uploads", "Key": "videos/1.mp4"}
upload = s3.create_multipart_upload(**big)["UploadId"]
chunks = [b"a" * 5_242_880, b"b" * 5_242_880, b"the rest"]


def part(number: int) -> dict[str, int | str]:
    params = big | {"UploadId": upload, "PartNumber": number}
    to = s3.generate_presigned_url("upload_part", Params=params, ExpiresIn=900)
    answer = http.put(to, content=chunks[number - 1])
    return {"PartNumber": number, "ETag": answer.headers["ETag"]}


parts = [part(3), part(1)]  # any order; then the browser's tab is closed
there = {each["PartNumber"] for each in s3.list_parts(**big, UploadId=upload)["Parts"]}
parts += [part(number) for number in {1, 2, 3} - there]  # resume: what is missing
parts.sort(key=lambda each: each["PartNumber"])
whole = {"Parts": parts}
made = s3.complete_multipart_upload(**big, UploadId=upload, MultipartUpload=whole)
md5 = hashlib.md5(b"".join(chunks)).hexdigest()
tag = made["ETag"].strip('"')
print(f"multipart: had {sorted(there)}; ETag is the MD5: {tag == md5}, ends {tag[-2:]}")
middle = s3.get_object(**big, Range="bytes=5242878-5242881")
print("range:", middle["ContentRange"], middle["Body"].read())
# --8<-- [end:multipart]
assert tag != md5 and tag.endswith("-3")
