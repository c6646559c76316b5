"""Writes the files of this folder: `pip install pyarrow==26.0.1 duckdb==2.0.1`, `python make.py`."""

import datetime as dt
import json
from decimal import Decimal

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

UTC = dt.timezone.utc
events = [
    {
        "id": f"e{i}",
        "time": dt.datetime(2026, 11, 1, 8, 0, i, 123456 * (i % 2), tzinfo=UTC),
        "session": f"s{i % 2}",
        "kind": "action",
        "subject": {"type": "agent", "id": "billing-bot"},
        "action": {"name": "refund"},
        "args": {
            "amount": 10 * i,
            "note": None if i % 2 else 'é "q" \n x',
            "tags": ["a", None],
        },
        "resource": {"type": "order", "id": f"o{i}", "classification": None},
    }
    for i in range(5)
]
table = pa.Table.from_pylist(events)
for codec in ["none", "snappy", "gzip", "zstd", "lz4", "brotli"]:
    pq.write_table(table, f"ev-{codec}.parquet", compression=codec, row_group_size=2)
pq.write_table(table, "ev-v2.parquet", data_page_version="2.0", use_dictionary=False)

odd = {
    "dec": pa.array(
        [Decimal("1.10"), Decimal("-12345678901234567890.12"), None], pa.decimal128(38, 2)
    ),
    "i64": pa.array([2**62 + 1, -1, None], pa.int64()),
    "u64": pa.array([2**64 - 1, 0, None], pa.uint64()),
    "u8": pa.array([255, 0, None], pa.uint8()),
    "f": pa.array([0.1, float("nan"), None], pa.float64()),
    "f32": pa.array([0.5, 1, None], pa.float32()),
    "b": pa.array([True, False, None]),
    "d": pa.array([dt.date(2026, 1, 2), dt.date(1969, 12, 31), None]),
    "tms": pa.array([1, -1, None], pa.timestamp("ms", tz="UTC")),
    "tns": pa.array([1, -1, None], pa.timestamp("ns", tz="UTC")),
    "tl": pa.array([1, -1, None], pa.timestamp("us")),
    "m": pa.array(
        [[("a", 1), ("__proto__", 2), ("1", 3)], [], None], pa.map_(pa.string(), pa.int64())
    ),
    "mm": pa.array(
        [[("a", [("x", "y")])], [], None],
        pa.map_(pa.string(), pa.map_(pa.string(), pa.string())),
    ),
    "ls": pa.array([[{"x": 1, "y": [1, 2]}, None], [], None]),
    "st": pa.array(
        [{"p": {"q": None}}, {"p": None}, None],
        pa.struct([("p", pa.struct([("q", pa.int32())]))]),
    ),
    "nul": pa.nulls(3),
}
pq.write_table(pa.table(odd), "odd.parquet")
lines = [json.dumps({"id": "x", "a": 1}), '{"id":\n "y"}', '{"id":"a\nb"}', None]
pq.write_table(pa.table({"value": pa.array(lines)}), "lines.parquet")
pq.write_table(pa.table({"t": pa.array([dt.time(1, 2)], pa.time64("us"))}), "time.parquet")
pq.write_table(
    pa.table({"t": pa.array([b"\xff\x00"], pa.binary()), "id": ["a"]}), "bytes.parquet"
)
pq.write_table(pa.table({"__proto__": ["a"], "id": ["a"]}), "proto.parquet")
pq.write_table(
    pa.table({"id": pa.array([], pa.string()), "x": pa.array([], pa.int64())}), "empty.parquet"
)
duckdb.sql(
    """copy (select 'e' || i as id, timestamptz '2026-11-01 08:00:00+00' + interval (i) second as time,
    's' as session, 'action' as kind, {type: 'agent', id: 'billing-bot'} as subject,
    {name: 'refund'} as action, json_object('amount', i, 'big', 12345678901234567890) as args
    from range(3) t(i)) to 'duck.parquet' (format parquet)"""
)

# pages with checksums, uncompressed: nothing else tells that a text changed
pq.write_table(table, "crc.parquet", compression="none", write_page_checksum=True)

# one value in each row that JSON cannot hold, or no double, beside columns that are read
big, nan = 2**53 + 1, float("nan")
values = {
    "amount": (pa.float64(), [1.5] * 12),
    "f": (pa.float64(), [0.1, nan, -0.0, float("inf")]),
    "i": (pa.int64(), [1, None, None, None, big, -big, -5]),
    "u": (pa.uint64(), [1, None, None, None, None, None, None, 2**64 - 1]),
    "dec": (
        pa.decimal128(38, 2),
        [Decimal("1.10"), *[None] * 7, Decimal("12345678901234567890.12")],
    ),
    "tag": (pa.map_(pa.string(), pa.string()), [[("a", "b")], *[None] * 8, [("a", "1"), ("a", "2")]]),
    "raw": (pa.binary(), [b"x", *[None] * 9, b"\xff"]),
    "deep": (pa.list_(pa.list_(pa.float64())), [[[1], []], *[None] * 10, [[nan]]]),
    "day": (pa.date32(), [dt.date(2026, 1, 2), None, dt.date(9999, 12, 31)]),
    "none": (pa.null(), []),
}
names = [(name, kind) for name, (kind, _) in values.items()]
args = [
    {name: (of[i] if i < len(of) else None) for name, (_, of) in values.items()}
    for i in range(12)
]
rows = {
    "id": [f"e{i}" for i in range(12)],
    "action": [{"name": "refund"}] * 12,
    "args": pa.array(args, pa.struct(names)),
}
pq.write_table(pa.table(rows), "types.parquet", row_group_size=5)
