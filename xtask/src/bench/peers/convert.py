"""Converts a CSV file with dotted column names to Parquet with nested columns, as programs with these libraries do.

Called with `pyarrow` or `polars`, the CSV file and the Parquet file. Both stream, and compress with Snappy like `aep`.
"""

import sys

library, source, target = sys.argv[1:]


def tree(names):
    """Column names as a tree of their segments."""
    root = {}
    for name in names:
        *parents, last = name.split(".")
        place = root
        for parent in parents:
            place = place.setdefault(parent, {})
        place[last] = name
    return root


def with_pyarrow():
    import pyarrow as pa
    from pyarrow import csv, parquet

    types = {
        "timestamp": pa.timestamp("ms", "UTC"),
        "commerce.order.priceTotal": pa.float64(),
        "_local.pointsEarned": pa.int32(),
    }
    reader = csv.open_csv(
        source,
        read_options=csv.ReadOptions(block_size=8 << 20),
        convert_options=csv.ConvertOptions(column_types=types, strings_can_be_null=True),
    )
    shape = tree(reader.schema.names)

    def nested(place, batch):
        if isinstance(place, str):
            return batch.column(place)
        return pa.StructArray.from_arrays([nested(part, batch) for part in place.values()], names=list(place))

    writer = None
    for batch in reader:
        columns = [nested(part, batch) for part in shape.values()]
        batch = pa.RecordBatch.from_arrays(columns, names=list(shape))
        if writer is None:
            writer = parquet.ParquetWriter(target, batch.schema, compression="snappy")
        writer.write_batch(batch)
    writer.close()


def with_polars():
    import polars as pl

    types = {
        "timestamp": pl.String,
        "commerce.order.priceTotal": pl.Float64,
        "_local.pointsEarned": pl.Int32,
    }
    frame = pl.scan_csv(source, schema_overrides=types)

    def nested(place, name):
        if isinstance(place, str):
            column = pl.col(place)
            if place == "timestamp":
                column = column.str.to_datetime("%Y-%m-%dT%H:%M:%SZ", time_unit="ms", time_zone="UTC")
            return column.alias(name)
        return pl.struct([nested(part, inner) for inner, part in place.items()]).alias(name)

    shape = tree(frame.collect_schema().names())
    frame = frame.select([nested(part, name) for name, part in shape.items()])
    frame.sink_parquet(target, compression="snappy")


{"pyarrow": with_pyarrow, "polars": with_polars}[library]()
