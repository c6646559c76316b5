"""Counts the parts of a trace with `agentz part` on Spark; `agentz merge` makes the result of them.

spark-submit --archives agentz.tgz#agentz agentz_spark.py --plan plan.json --parts parts s3://traces/*.jsonl.gz
"""

import argparse, json, os, subprocess, sys

from pyspark import SparkFiles
from pyspark.sql import SparkSession


def lines(spark, paths, form):
    """The events as lines of JSON, in the column `value`; in `event` as Spark can read them."""
    if form == "text":  # JSON Lines; those of .gz files too
        read = spark.read.option("lineSep", "\n").text(paths)
    else:
        read = spark.read.format(form).load(paths if len(paths) > 1 else paths[0])
    if "agentz_event" in read.columns:  # what `agentz trace convert` writes
        read = read.selectExpr("agentz_event AS value")
    elif read.columns != ["value"]:
        whole = "map('timestampFormat', \"yyyy-MM-dd'T'HH:mm:ss.SSSSSSXXX\")"
        read = read.selectExpr(f"to_json(struct(*), {whole}) AS value")
    # what is no text is no event: agentz counts the line as malformed, where Spark would repair it
    again = "encode(decode(cast(value AS binary), 'UTF-8'), 'UTF-8') = cast(value AS binary)"  # before Spark 4
    valid = "is_valid_utf8(value)" if int(spark.version.split(".")[0]) >= 4 else again
    spark.udf.register("readable", readable)
    unread = "if(get_json_object(value, '$.time') IS NULL, value, NULL)"
    return read.selectExpr(f"if({valid}, value, '?') AS value").selectExpr("value", f"coalesce(readable({unread}), value) AS event")


def readable(line):
    """An event of which Spark's JSON reads nothing (it has a number of 1,001 digits, or a name of 50,001
    characters), as Spark can read it. None: the line is no event, or there is no line.
    """

    def once(pairs):  # as agentz has it: an object with one name twice is no event
        if len({name for name, _ in pairs}) < len(pairs):
            raise ValueError("a name twice")
        return {name: value for name, value in pairs if len(name) <= 1000}

    def no_constant(text):  # NaN and the like are no JSON
        raise ValueError(text)

    try:
        event = line and json.loads(line, object_pairs_hook=once, parse_int=str, parse_float=str, parse_constant=no_constant)
    except (ValueError, RecursionError):
        return None
    return json.dumps(event) if isinstance(event, dict) else None


def counted(command):
    """What an executor does with the lines of its partition: one process, one part."""

    def part(batches):
        import pyarrow

        here = None if os.path.isabs(command) else SparkFiles.getRootDirectory()
        with subprocess.Popen(command, shell=True, cwd=here, stdin=-1, stdout=-1) as worker:
            for batch in batches:
                worker.stdin.writelines(value.as_py().encode() + b"\n" for value in batch.column(0))
            worker.stdin.close()  # agentz writes its part after the last line
            said = worker.stdout.read().decode().splitlines()
        if worker.returncode != 0:
            raise RuntimeError(f"agentz part ended with status {worker.returncode}")
        yield pyarrow.RecordBatch.from_pydict({"part": said})

    return part


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("trace", nargs="+", help="files or folders of the trace")
    parser.add_argument("--plan", required=True, help="the file of `agentz plan --format json`")
    parser.add_argument("--parts", required=True, help="the folder for the parts; its content is replaced")
    parser.add_argument("--format", default="text", help="text (JSON Lines, default), parquet, delta, orc ...")
    parser.add_argument("--way", choices=["transform", "arrow"], default="transform")
    parser.add_argument("--worker", default="./agentz/worker", help="the program of `agentz pack worker`")
    flags = parser.parse_args()
    with open(flags.plan) as file:
        plan = json.load(file)
    if "jobs" not in plan:
        sys.exit(f"{flags.plan} is no plan: {plan.get('error', {}).get('message', 'make it with `agentz plan`')}")
    job = next(job for job in plan["jobs"] if job["engine"] == "spark")
    spark = SparkSession.builder.appName("agentz").config("spark.sql.session.timeZone", "UTC").getOrCreate()
    if spark.sparkContext.master.startswith("local["):  # there, archives are not in the working folder
        flags.worker = os.path.join(SparkFiles.getRootDirectory(), flags.worker)
    command = flags.worker + plan["part"].removeprefix("agentz")
    lines(spark, flags.trace, flags.format).createOrReplaceTempView("events")
    if flags.way == "arrow":
        parts = spark.sql(job["lines"]).mapInArrow(counted(command), "part string")
    else:
        using = command.replace("\\", "\\\\").replace("'", "\\'")
        parts = spark.sql(f"SELECT TRANSFORM (value) USING '{using}' AS (part STRING) FROM ({job['lines']})")
    parts.write.mode("overwrite").text(flags.parts)


if __name__ == "__main__":
    main()
