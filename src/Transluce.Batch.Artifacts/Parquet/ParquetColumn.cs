namespace Transluce.Batch.Artifacts;

/// <summary>How Parquet stores a leaf column's values.</summary>
public enum ParquetType
{
    Boolean = 0,
    Int32 = 1,
    Int64 = 2,
    Int96 = 3,
    Float = 4,
    Double = 5,
    ByteArray = 6,
    FixedLengthByteArray = 7,
}

/// <summary>A leaf column of a Parquet file.</summary>
/// <param name="Path">Names from the root, joined by dots, for example <c>conversation.list.element.content</c>.</param>
/// <param name="Type">Physical type.</param>
/// <param name="IsText">Whether the bytes are marked as UTF-8 text.</param>
/// <param name="MaxDefinitionLevel">Optional and repeated groups on the path: the level of a value that is there.</param>
/// <param name="MaxRepetitionLevel">Lists on the path: 0 for one value a row.</param>
/// <param name="ElementDefinitionLevel">The lowest level at which the innermost list has an element (0 without lists): a lower one is an empty or null list.</param>
public sealed record ParquetColumn(
    string Path,
    ParquetType Type,
    bool IsText,
    int MaxDefinitionLevel,
    int MaxRepetitionLevel,
    int ElementDefinitionLevel);
