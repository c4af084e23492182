using System.Text.Json;
using Transluce.Batch.Artifacts;

namespace Transluce.Batch.Transcripts.Labelling;

/// <summary>Asks of each member whether it belongs to what its cluster is said to be about.</summary>
internal sealed class MemberChecks(ChatModel model, LabelOptions options, ClusterPrompt prompt)
{
    private const int Together = 8;

    private const string Instructions =
        $$"""
        You check whether steps of software agents belong to a group. You are given the group's name and description and numbered items. Judge each item by itself.
        {{Excerpt.Warning}}
        Answer with one JSON object and nothing else: {"items": [{"item": 0, "belongs": true, "reason": "a few words"}]}, one entry an item.
        """;

    public IEnumerable<MemberCheckRow> Of(LabelledCluster cluster, ClusterLabelRow label, CancellationToken cancellationToken)
    {
        foreach (var members in cluster.Members.Take(options.Checked).Chunk(Together))
        {
            var answer = model.Ask(Instructions, $"GROUP\n{Excerpt.Indented(label.Name)}\n{Excerpt.Indented(label.Description)}\n\nITEMS\n{prompt.Uncited(members)}", "items", cancellationToken);
            var entries = Entries(answer.Value);
            for (var i = 0; i < members.Length; i++)
            {
                var (decision, reason) = entries.GetValueOrDefault(i, (null, answer.FailureReason ?? "the model gave no answer for it"));
                yield return new MemberCheckRow(cluster.Row.ClusterId, members[i].ItemId, decision, reason, model.Name, answer.PromptSha256);
            }
        }
    }

    private static Dictionary<int, (bool? Decision, string Reason)> Entries(JsonElement? answer)
    {
        var entries = new Dictionary<int, (bool?, string)>();
        if (answer is { } value && value.TryGetProperty("items", out var items) && items.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in items.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.Object))
            {
                if (item.TryGetProperty("item", out var number) && number.ValueKind == JsonValueKind.Number && number.TryGetInt32(out var place))
                {
                    // A model that answers twice meant the first.
                    entries.TryAdd(place, (ChatJson.Truth(item, "belongs"), ChatJson.Text(item, "reason") ?? ""));
                }
            }
        }

        return entries;
    }
}
