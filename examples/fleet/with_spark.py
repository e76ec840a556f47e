"""Has Spark spread the reading of many files, and asks which versions of a crate are in them.

    find /usr/bin -type f | python with_spark.py CRATE [PROGRAM]
"""

import shlex
import sys

import columns
from pyspark.sql import SparkSession
from pyspark.sql import functions as f


def main(crate, program="auditable"):
    spark = SparkSession.builder.master("local[2]").appName("fleet").getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    paths = [line.rstrip("\n") for line in sys.stdin]
    # One thread each, since Spark runs a task on each processor. Exit status 1 is no failure: not all parts have lists.
    command = f"{shlex.quote(program)} inspect --quiet --threads 1 --format ndjson --files-from -"
    lines = spark.sparkContext.parallelize(paths, numSlices=max(1, min(64, len(paths) // 100))).pipe(command)
    scan = spark.read.schema(columns.spark()).json(lines)
    crates = (
        scan.select("path", "member", f.explode("binaries").alias("inside"))
        .select("path", "member", f.explode("inside.lists").alias("list"))
        .select("path", "member", f.explode("list.packages").alias("package"))
        .select("path", "member", "package.name", "package.version", "package.source")
    )
    versions = (
        crates.where(f.col("name") == crate)
        .groupBy("version", "source")
        .agg(f.countDistinct(f.struct("path", f.coalesce("member", f.lit("")))).alias("binaries"))
        .orderBy(f.desc("binaries"), "version")
    )
    for row in versions.collect():
        print(f"{row.version} | {row.source} | {row.binaries}")
    spark.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
