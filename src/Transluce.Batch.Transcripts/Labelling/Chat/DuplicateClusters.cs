using Transluce.Batch.Artifacts;

namespace Transluce.Batch.Transcripts.Labelling;

/// <summary>Finds clusters that a reader would not tell apart: those whose centroids lie close are put before the model in pairs.</summary>
internal sealed class DuplicateClusters(ChatModel model, LabelOptions options, ClusterPrompt prompt)
{
    private const int ShownEach = 3;

    private const string Instructions =
        $$"""
        You are given two groups of steps that software agents took, each with name, description and items. Do both groups show the same thing, so that a reader would want
        them as one?
        {{Excerpt.Warning}}
        Answer with one JSON object and nothing else: {"same": true, "reason": "a few words"}.
        """;

    /// <returns>Each cluster that is one with a larger one (of equal ones that with the lower id), and that one; chains lead to their end.</returns>
    public IEnumerable<(int Cluster, int Into)> Find(LabelledCluster[] leaves, IReadOnlyDictionary<int, ClusterLabelRow> labels, CancellationToken cancellationToken)
    {
        LabelledCluster[] ordered = [.. leaves.Where(leaf => labels[leaf.Row.ClusterId].FailureReason is null).OrderByDescending(leaf => leaf.Row.Items).ThenBy(leaf => leaf.Row.ClusterId)];
        var into = new Dictionary<int, int>();
        for (var i = 1; i < ordered.Length; i++)
        {
            for (var j = 0; j < i && !into.ContainsKey(ordered[i].Row.ClusterId); j++)
            {
                if (!into.ContainsKey(ordered[j].Row.ClusterId) && Cosine(ordered[i], ordered[j]) >= options.DuplicateCosine && Same(ordered[j], ordered[i], labels, cancellationToken))
                {
                    into.Add(ordered[i].Row.ClusterId, ordered[j].Row.ClusterId);
                }
            }
        }

        return into.Select(pair => (pair.Key, pair.Value)).Order();
    }

    public static double Cosine(LabelledCluster left, LabelledCluster right) => Clustering.FixedDot.Double(left.Row.Centroid, right.Row.Centroid);

    private bool Same(LabelledCluster first, LabelledCluster second, IReadOnlyDictionary<int, ClusterLabelRow> labels, CancellationToken cancellationToken)
    {
        var answer = model.Ask(Instructions, $"FIRST\n{Group(first, labels)}\nSECOND\n{Group(second, labels)}", "same", cancellationToken);
        return answer.Value is { } value && ChatJson.Truth(value, "same") == true;
    }

    private string Group(LabelledCluster cluster, IReadOnlyDictionary<int, ClusterLabelRow> labels)
        => $"{Excerpt.Indented(labels[cluster.Row.ClusterId].Name)}\n{Excerpt.Indented(labels[cluster.Row.ClusterId].Description)}\n{prompt.Uncited(cluster.Typical(ShownEach))}";
}
