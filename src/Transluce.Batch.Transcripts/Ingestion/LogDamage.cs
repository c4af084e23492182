namespace Transluce.Batch.Transcripts.Ingestion;

/// <summary>A part of a log cannot be read: it is quarantined with this reason, the rest goes on.</summary>
internal sealed class LogDamage(string kind, string reason, long? offset = null) : Exception(reason)
{
    public const string Zip = "zip";
    public const string Json = "json";
    public const string Utf8 = "utf8";
    public const string Depth = "depth";
    public const string Cap = "cap";
    public const string Deadline = "deadline";
    public const string Shape = "shape";
    public const string Crc = "crc";

    /// <summary>As in the column of <c>quarantine</c>.</summary>
    public string Kind { get; } = kind;

    /// <summary>In decompressed bytes.</summary>
    public long? Offset { get; } = offset;
}
