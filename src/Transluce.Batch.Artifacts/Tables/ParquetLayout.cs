using System.IO.Compression;
using Parquet;
using Parquet.Schema;

namespace Transluce.Batch.Artifacts;

/// <summary>How a row type is laid out in a Parquet file.</summary>
internal static class ParquetLayout
{
    /// <summary>A row group is cut at this many gathered bytes, whatever its row count: the writer's and the reader's memory follow from it.</summary>
    public const long RowGroupBytes = 64L << 20;

    public static (ParquetSchema Schema, DataField[] Leaves) CreateSchema(IEnumerable<RowColumn> columns)
    {
        var schema = new ParquetSchema(columns.Select(CreateField).ToArray());
        return (schema, schema.GetDataFields());
    }

    public static ParquetOptions CreateOptions(IEnumerable<RowColumn> columns)
    {
        var options = new ParquetOptions
        {
            CompressionMethod = CompressionMethod.Zstd,

            // zstd level 1: on byte planes of traces the higher levels are slower and no smaller.
            CompressionLevel = CompressionLevel.Fastest,
        };
        foreach (var column in columns)
        {
            // Splitting floats into byte planes halves traces rounded to half precision (their low planes are nearly constant).
            // It also leaves out min and max, which would be wrong wherever a NaN is; key columns are never floats.
            if (column.ElementType == typeof(float) || column.ElementType == typeof(double))
            {
                options.ColumnEncodingHints[column.LeafPath.Replace('.', '/')] = EncodingHint.ByteSplitStream;
            }
        }

        return options;
    }

    private static Field CreateField(RowColumn column)
    {
        var storage = column.Kind == ColumnKind.Enum ? typeof(string) : column.ElementType;
        return column.Kind is ColumnKind.List or ColumnKind.TextList
            ? new ListField(column.Name, new DataField("element", storage, false))
            : new DataField(column.Name, storage, column.IsNullable);
    }
}
