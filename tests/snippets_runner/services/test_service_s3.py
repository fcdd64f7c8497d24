"""S3: the client of Amazon's own SDK, signatures and all."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from pools import NewCorner


def client(environment: Mapping[str, str], *, secret: str | None = None) -> Any:
    return boto3.client(
        "s3",
        endpoint_url=environment["AWS_ENDPOINT_URL_S3"],
        aws_access_key_id=environment["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=secret or environment["AWS_SECRET_ACCESS_KEY"],
        region_name=environment["AWS_DEFAULT_REGION"],
        config=Config(signature_version="s3v4"),
    )


def fetch(url: str, *, body: bytes | None = None) -> tuple[int, bytes]:
    request = urllib.request.Request(url, data=body, method="PUT" if body else "GET")
    try:
        with urllib.request.urlopen(request, timeout=10) as response:
            return response.status, response.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, b""


@pytest.mark.parametrize("isolation", ["bucket", "process"])
def test_an_object_is_in_the_snippets_own_bucket_and_in_no_other(corner: NewCorner, isolation: str) -> None:
    mine, other = corner("s3", isolation), corner("s3", isolation)
    client(mine).put_object(Bucket=mine["S3_BUCKET"], Key="orders/1", Body=b"paid")

    stored = client(mine).get_object(Bucket=mine["S3_BUCKET"], Key="orders/1")
    assert stored["Body"].read() == b"paid"
    assert "Contents" not in client(other).list_objects_v2(Bucket=other["S3_BUCKET"])


def test_with_a_server_of_its_own_a_snippet_sees_its_own_buckets_only(corner: NewCorner) -> None:
    corner("s3", "process")
    environment = corner("s3", "process")
    client(environment).create_bucket(Bucket="photos")

    names = [each["Name"] for each in client(environment).list_buckets()["Buckets"]]
    assert sorted(names) == sorted(["photos", environment["S3_BUCKET"]])


def test_a_presigned_url_works_and_a_tampered_one_does_not(corner: NewCorner) -> None:
    environment = corner("s3")
    where = {"Bucket": environment["S3_BUCKET"], "Key": "report.txt"}
    upload = client(environment).generate_presigned_url("put_object", Params=where, ExpiresIn=60)
    download = client(environment).generate_presigned_url("get_object", Params=where, ExpiresIn=60)

    assert fetch(upload, body=b"figures")[0] == 200
    assert fetch(download) == (200, b"figures")
    assert fetch(download.replace("report.txt", "secret.txt"))[0] == 403


def test_a_wrong_secret_is_refused(corner: NewCorner) -> None:
    environment = corner("s3")

    with pytest.raises(ClientError, match="SignatureDoesNotMatch"):
        client(environment, secret="guess").list_objects_v2(Bucket=environment["S3_BUCKET"])
