namespace Transluce.Batch.Jobs;

/// <summary>Stages by whose tables a finished run is read.</summary>
internal static class StageNames
{
    public const string Tokenize = "tokenize";
    public const string MergeExemplars = "merge-exemplars";
    public const string Score = "score";
    public const string Select = "select";

    public const string Ingest = "ingest";
    public const string Resolve = "resolve";

    /// <summary>Clusters and their labels, of turns or of runs.</summary>
    public static readonly string[] Clusters = ["cluster", "cluster-runs"];
    public static readonly string[] Labels = ["label", "label-runs"];
}
