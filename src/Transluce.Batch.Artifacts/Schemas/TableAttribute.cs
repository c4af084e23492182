namespace Transluce.Batch.Artifacts;

/// <summary>Makes a record a row type: its table's name and the version of its schema, raised by every change of a column.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class TableAttribute(string name, int schemaVersion) : Attribute
{
    /// <summary>The folder below the artifact, for example <c>exemplars</c>.</summary>
    public string Name { get; } = name;

    public int SchemaVersion { get; } = schemaVersion;

    /// <summary>Rows per Parquet row group where the writer does not cut groups itself.</summary>
    public int RowGroupRows { get; init; } = 65_536;
}

/// <summary>A column of the sort key. Keys come first in the record, and a writer refuses rows that do not ascend by them.</summary>
[AttributeUsage(AttributeTargets.Parameter | AttributeTargets.Property)]
public sealed class KeyAttribute : Attribute;
