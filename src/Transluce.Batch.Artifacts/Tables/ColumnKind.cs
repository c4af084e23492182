namespace Transluce.Batch.Artifacts;

/// <summary>How a record parameter is laid out in Parquet.</summary>
internal enum ColumnKind
{
    /// <summary>int, long, float, double or bool: a required primitive.</summary>
    Scalar,

    /// <summary>The same as an optional primitive.</summary>
    NullableScalar,

    /// <summary>string: UTF-8, required or optional.</summary>
    Text,

    /// <summary>An enum's value name in lower case, as UTF-8.</summary>
    Enum,

    /// <summary>byte[]: required binary.</summary>
    Binary,

    /// <summary>An array of primitives: an optional list of required elements that is never null.</summary>
    List,

    /// <summary>string[]: the same with UTF-8 elements.</summary>
    TextList,
}
