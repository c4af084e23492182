namespace Transluce.Batch.Pipeline;

/// <summary>What a stage is called within a run.</summary>
public static class StageId
{
    private const int PartitionDigits = 16;

    /// <summary>The name, with the first digits of the partition behind it where there is one: <c>ingest@0123456789abcdef</c>.</summary>
    public static string Of(string name, string? partition) => partition is null ? name : $"{name}@{partition[..Math.Min(partition.Length, PartitionDigits)]}";
}
