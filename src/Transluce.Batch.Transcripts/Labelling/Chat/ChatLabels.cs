using System.Text;
using Transluce.Batch.Artifacts;

namespace Transluce.Batch.Transcripts.Labelling;

/// <summary>Names clusters with a chat model: members against their nearest non-members; then asks of members one by one, and of clusters that lie close whether they are one.</summary>
internal sealed class ChatLabels(LabelOptions options, ChatModel model)
{
    public const string Method = "llm";

    private const string NameInstructions =
        $$"""
        You name groups of steps that software agents took while working on tasks. You are given items INSIDE a group and items OUTSIDE it that lie near.
        Say what the items inside have in common that the items outside do not.
        {{Excerpt.Warning}}
        Answer with one JSON object and nothing else: {"name": "...", "description": "..."}.
        name: at most eight words, specific, no numbering. description: one or two sentences; support them with one to three citations of items inside, each copied from
        the bracket above the passage, with the exact words: [R0T0B5:<RANGE>exact words</RANGE>].
        """;

    private const string ParentInstructions =
        $$"""
        You name a group of groups of steps that software agents took. You are given the names and descriptions of its parts.
        {{Excerpt.Warning}}
        Answer with one JSON object and nothing else: {"name": "...", "description": "..."}. name: at most eight words. description: one sentence, without citations.
        """;

    /// <summary>Members whose texts are needed.</summary>
    public IEnumerable<ClusterMemberRow> Shown(IReadOnlyList<LabelledCluster> clusters)
        => Leaves(clusters).SelectMany(cluster => cluster.Typical(options.Shown).Concat(Outside(cluster)).Concat(cluster.Members.Take(options.Checked)));

    public (IReadOnlyList<ClusterLabelRow> Labels, IReadOnlyList<MemberCheckRow> Checks) Label(IReadOnlyList<LabelledCluster> clusters, ClusterPrompt prompt, CancellationToken cancellationToken)
    {
        var labels = new SortedDictionary<int, ClusterLabelRow>();
        foreach (var leaf in Leaves(clusters))
        {
            labels.Add(leaf.Row.ClusterId, Name(leaf, prompt, cancellationToken));
        }

        foreach (var parent in clusters.Where(cluster => cluster.Row.Level > 0).OrderBy(cluster => cluster.Row.Level))
        {
            var parts = clusters.Where(cluster => cluster.Row.ParentId == parent.Row.ClusterId && labels.ContainsKey(cluster.Row.ClusterId)).Select(cluster => labels[cluster.Row.ClusterId]);
            labels.Add(parent.Row.ClusterId, NameParent(parent, parts, cancellationToken));
        }

        var checks = new MemberChecks(model, options, prompt);
        var answers = Leaves(clusters).Where(leaf => labels[leaf.Row.ClusterId].FailureReason is null)
            .SelectMany(leaf => checks.Of(leaf, labels[leaf.Row.ClusterId], cancellationToken)).ToArray();
        foreach (var (cluster, into) in new DuplicateClusters(model, options, prompt).Find([.. Leaves(clusters)], labels, cancellationToken))
        {
            labels[cluster] = labels[cluster] with { MergedInto = into };
        }

        return ([.. labels.Values], [.. answers.OrderBy(check => check.ClusterId).ThenBy(check => check.ItemId, StringComparer.Ordinal)]);
    }

    private static IEnumerable<LabelledCluster> Leaves(IReadOnlyList<LabelledCluster> clusters) => clusters.Where(cluster => cluster.Row.Level == 0 && cluster.Members.Count > 0);

    private IEnumerable<ClusterMemberRow> Outside(LabelledCluster cluster) => cluster.Outside.Take(options.Shown);

    private ClusterLabelRow Name(LabelledCluster cluster, ClusterPrompt prompt, CancellationToken cancellationToken)
    {
        var runs = new List<string>();
        var typical = cluster.Typical(options.Shown);
        var inside = prompt.Cited(typical, runs);
        ClusterMemberRow[] near = [.. Outside(cluster)];
        var answer = model.Ask(NameInstructions, $"INSIDE\n{inside}\nOUTSIDE\n{prompt.Uncited(near)}", "name", cancellationToken);
        return Row(cluster, [.. runs], answer) with { InsideIds = [.. typical.Select(member => member.ItemId)], OutsideIds = [.. near.Select(member => member.ItemId)] };
    }

    private ClusterLabelRow NameParent(LabelledCluster parent, IEnumerable<ClusterLabelRow> parts, CancellationToken cancellationToken)
    {
        var material = new StringBuilder();
        foreach (var part in parts.Where(part => part.FailureReason is null))
        {
            material.Append("--- part\n").Append(Excerpt.Indented($"{part.Name}: {Uncited(part.Description)}")).Append('\n');
        }

        return Row(parent, [], material.Length == 0
            ? new ChatAnswer(Value: null, "none of its parts has a name", PromptSha256: "")
            : model.Ask(ParentInstructions, material.ToString(), "name", cancellationToken));
    }

    private ClusterLabelRow Row(LabelledCluster cluster, string[] runs, ChatAnswer answer)
    {
        string[] keywords = [.. cluster.Keywords.Select(keyword => keyword.Word)];
        var name = answer.Value is { } named ? ChatJson.Text(named, "name")?.ReplaceLineEndings(" ") : null;
        var description = answer.Value is { } described ? ChatJson.Text(described, "description") : null;
        return new ClusterLabelRow(
            cluster.Row.ClusterId, Method, name ?? "", description ?? "", keywords, model.Name, answer.PromptSha256.Length > 0 ? answer.PromptSha256 : null, runs, MergedInto: -1,
            InsideIds: [], OutsideIds: [], string.IsNullOrEmpty(name) ? answer.FailureReason ?? "the name in the model's answer is no text" : null);
    }

    private static string Uncited(string text)
    {
        var plain = new StringBuilder(text);
        foreach (var citation in CitationParser.Parse(text).Reverse())
        {
            plain.Remove(citation.Start, citation.End - citation.Start);
        }

        return plain.ToString();
    }
}
