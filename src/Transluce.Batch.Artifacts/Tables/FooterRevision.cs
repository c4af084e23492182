namespace Transluce.Batch.Artifacts;

/// <summary>
/// Revises the footer that Parquet.Net writes. It orders strings by UTF-16, but Parquet orders them by bytes, so that a reader would skip row
/// groups which hold what it looks for; it repeats every bound in the deprecated fields; and it declares neither orders nor sorting.
/// </summary>
/// <remarks>Byte bounds are kept where both are short ASCII, for which the orders agree. Sorting is declared for the leading numeric keys.</remarks>
internal sealed class FooterRevision
{
    private const int MaxBoundBytes = 64;
    private readonly int sortedColumns;
    private readonly int leafCount;
    private readonly ThriftWriter writer = new();

    private FooterRevision(IReadOnlyList<RowColumn> columns)
    {
        sortedColumns = columns.TakeWhile(c => c.IsKey && c.Kind == ColumnKind.Scalar).Count();
        leafCount = columns.Count;
    }

    /// <summary>What a struct of the footer is, where it is treated differently from the rest.</summary>
    private enum Part
    {
        File,
        RowGroup,
        Column,
        ColumnMetadata,
        Other,
    }

    public static byte[] Revise(ReadOnlySpan<byte> footer, IReadOnlyList<RowColumn> columns)
    {
        var revision = new FooterRevision(columns);
        var reader = new ThriftReader(footer);
        revision.CopyStruct(ref reader, Part.File);
        return revision.writer.Written.ToArray();
    }

    // Field numbers of parquet.thrift: FileMetaData 4 row_groups, 7 column_orders; RowGroup 1 columns, 4 sorting_columns;
    // ColumnChunk 3 meta_data; ColumnMetaData 1 type, 12 statistics.
    private void CopyStruct(ref ThriftReader reader, Part part)
    {
        var read = 0;
        var written = 0;
        var inserted = part is not (Part.File or Part.RowGroup);
        var isBytes = false;
        reader.BeginStruct();
        while (reader.NextField(ref read, out var type))
        {
            if (!inserted && read > (part == Part.File ? 7 : 4))
            {
                inserted = Insert(ref written, part);
            }

            writer.Field(ref written, read, type);
            if (part == Part.ColumnMetadata && read == 1)
            {
                var physical = reader.Int32(type);
                isBytes = physical == (int)ParquetType.ByteArray;
                writer.Number(physical);
            }
            else if (part == Part.ColumnMetadata && read == 12)
            {
                WriteStatistics(ref reader, isBytes);
            }
            else
            {
                CopyValue(ref reader, type, Child(part, read));
            }
        }

        if (!inserted)
        {
            Insert(ref written, part);
        }

        writer.EndStruct();
    }

    private static Part Child(Part part, int field) => (part, field) switch
    {
        (Part.File, 4) => Part.RowGroup,
        (Part.RowGroup, 1) => Part.Column,
        (Part.Column, 3) => Part.ColumnMetadata,
        _ => Part.Other,
    };

    private bool Insert(ref int written, Part part)
    {
        if (part == Part.File)
        {
            writer.Field(ref written, 7, ThriftType.List);
            writer.List(leafCount, ThriftType.Struct);
            for (var i = 0; i < leafCount; i++)
            {
                // ColumnOrder 1: TYPE_ORDER, an empty struct.
                var last = 0;
                writer.Field(ref last, 1, ThriftType.Struct);
                writer.EndStruct();
                writer.EndStruct();
            }
        }
        else if (sortedColumns > 0)
        {
            writer.Field(ref written, 4, ThriftType.List);
            writer.List(sortedColumns, ThriftType.Struct);
            for (var i = 0; i < sortedColumns; i++)
            {
                // SortingColumn: 1 column, 2 descending, 3 nulls first.
                var last = 0;
                writer.Field(ref last, 1, ThriftType.Int32);
                writer.Number(i);
                writer.Field(ref last, 2, ThriftType.False);
                writer.Field(ref last, 3, ThriftType.False);
                writer.EndStruct();
            }
        }

        return true;
    }

    // Statistics: 3 null_count, 5 max_value, 6 min_value; 1 and 2 are the deprecated bounds.
    private void WriteStatistics(ref ThriftReader reader, bool isBytes)
    {
        long? nulls = null;
        var bounds = new byte[]?[2];
        var id = 0;
        reader.BeginStruct();
        while (reader.NextField(ref id, out var type))
        {
            switch (id)
            {
                case 3:
                    nulls = reader.Int64(type);
                    break;
                case 5 or 6:
                    bounds[id - 5] = reader.Binary(type).ToArray();
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }

        var last = 0;
        if (nulls is { } count)
        {
            writer.Field(ref last, 3, ThriftType.Int64);
            writer.Number(count);
        }

        if (bounds is [{ } maximum, { } minimum] && (!isBytes || (IsShortAscii(maximum) && IsShortAscii(minimum))))
        {
            writer.Field(ref last, 5, ThriftType.Binary);
            writer.Binary(maximum);
            writer.Field(ref last, 6, ThriftType.Binary);
            writer.Binary(minimum);
        }

        writer.EndStruct();
    }

    private static bool IsShortAscii(byte[] bound) => bound.Length <= MaxBoundBytes && System.Text.Ascii.IsValid(bound);

    private void CopyValue(ref ThriftReader reader, ThriftType type, Part part)
    {
        switch (type)
        {
            case ThriftType.True or ThriftType.False:
                break;
            case ThriftType.Byte:
                writer.Byte((byte)reader.Int32(type));
                break;
            case ThriftType.Int16 or ThriftType.Int32:
                writer.Number(reader.Int32(type));
                break;
            case ThriftType.Int64:
                writer.Number(reader.Int64(type));
                break;
            case ThriftType.Binary:
                writer.Binary(reader.Binary(type));
                break;
            case ThriftType.Struct:
                CopyStruct(ref reader, part);
                break;
            default:
                var count = reader.List(type, out var element);
                writer.List(count, element);
                for (; count > 0; count--)
                {
                    CopyValue(ref reader, element, part);
                }

                break;
        }
    }
}
