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
    public const string Cluster = "cluster";
    public const string Label = "label";
}
