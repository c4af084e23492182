using System.Text.Json.Nodes;
using Transluce.Batch.Artifacts;

namespace Transluce.Batch.Neurons.Exemplars;

/// <summary>Which positions of a window count: for the ranking, the statistics and, later, the scores.</summary>
/// <param name="Mode">Default leaves out the constant prefix and special tokens; reference counts every token.</param>
/// <param name="RemoveRepeats">Keep only the best window of equal contexts. Never in reference mode.</param>
/// <param name="SpecialIds">The tokenizer's special tokens.</param>
public sealed record RankingRules(RankingMode Mode, bool RemoveRepeats, IReadOnlySet<int> SpecialIds)
{
    public static RankingRules From(ExemplarOptions options, IReadOnlySet<int> specialIds)
        => new(options.Mode, options.RemoveRepeats && options.Mode == RankingMode.Default, specialIds);

    /// <summary>Leading tokens computed once for all windows that share them; the whole window runs in reference mode.</summary>
    public int PrefixLength(SequenceRow sequence)
    {
        if (sequence.PrefixLength < 0 || sequence.PrefixLength > sequence.TokenIds.Length)
        {
            throw new ArtifactException(
                $"Sequence {sequence.SequenceId} of split {sequence.Split} has a prefix of {sequence.PrefixLength} tokens, but {sequence.TokenIds.Length} tokens in all; rebuild the sequences artifact.");
        }

        return Mode == RankingMode.Reference ? 0 : sequence.PrefixLength;
    }

    /// <summary>Whether a token behind the prefix counts.</summary>
    public bool IsEligible(int tokenId) => Mode == RankingMode.Reference || !SpecialIds.Contains(tokenId);

    /// <summary>What enters a stage's key.</summary>
    public JsonObject ToJson() => new()
    {
        ["mode"] = Mode.ToString(),
        ["removeRepeats"] = RemoveRepeats,
        ["specialIds"] = new JsonArray([.. SpecialIds.Order().Select(id => (JsonNode)id)]),
    };
}
