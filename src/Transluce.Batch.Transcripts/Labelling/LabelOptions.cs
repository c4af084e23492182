using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Nodes;

namespace Transluce.Batch.Transcripts.Labelling;

/// <summary>How clusters are named. Without a chat model by their keywords and cited members; with one, by it as well.</summary>
public sealed record LabelOptions
{
    [Description("Keywords kept of a cluster.")]
    [Range(1, 100)]
    public int Keywords { get; init; } = 10;

    [Description("Keywords that make its name.")]
    [Range(1, 10)]
    public int NameWords { get; init; } = 4;

    [Description("Members quoted in its description, the medoid first, each of another run where there are enough.")]
    [Range(1, 10)]
    public int Cited { get; init; } = 3;

    [Description("Longest quote, in characters.")]
    [Range(20, 2_000)]
    public int QuoteLength { get; init; } = 160;

    [Description("The chat model that names clusters and checks their members; left out, there is none.")]
    public ChatOptions? Chat { get; init; }

    [Description("With a chat model: members of a cluster shown to name it, and as many of the nearest items outside.")]
    [Range(1, 100)]
    public int Shown { get; init; } = 8;

    [Description("With a chat model: members of a cluster checked one by one, nearest first; 0 checks none.")]
    [Range(0, 1_000_000)]
    public int Checked { get; init; } = 50;

    [Description("With a chat model: cosine of centroids above which it is asked whether two clusters are one.")]
    [Range(-1.0, 1.0)]
    public double DuplicateCosine { get; init; } = 0.8;

    /// <summary>As it stands in keys.</summary>
    internal JsonObject ToJson()
    {
        var slice = new JsonObject
        {
            ["keywords"] = Keywords,
            ["nameWords"] = NameWords,
            ["cited"] = Cited,
            ["quoteLength"] = QuoteLength,
            ["chat"] = Chat?.ToJson(),
        };
        if (Chat is not null)
        {
            slice["shown"] = Shown;
            slice["checked"] = Checked;
            slice["duplicateCosine"] = DuplicateCosine;
        }

        return slice;
    }
}
