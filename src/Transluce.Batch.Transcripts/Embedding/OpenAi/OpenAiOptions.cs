using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Nodes;

namespace Transluce.Batch.Transcripts.Embedding.OpenAi;

/// <summary>A service with OpenAI's embeddings interface.</summary>
public sealed record OpenAiOptions
{
    [Description("Address below which /embeddings is, for example 'https://models.example/v1'.")]
    [RegularExpression("https?://[^@?#\\s]+", ErrorMessage = "an http or https address without user, query or fragment")]
    public required string Endpoint { get; init; }

    [Description("Name of the model at the service.")]
    public required string Model { get; init; }

    [Description("Numbers in a vector; asked of the service only where it is set.")]
    [Range(1, 100_000)]
    public int? Dimensions { get; init; }

    [Description("Put before passages.")]
    public string PassagePrompt { get; init; } = "";

    [Description("Put before questions.")]
    public string QueryPrompt { get; init; } = "";

    [Description("Environment variable that holds the key; a service without keys needs none.")]
    [RegularExpression("[A-Za-z_][A-Za-z0-9_]*")]
    public string KeyVariable { get; init; } = "OPENAI_API_KEY";

    [Description("Texts in a request.")]
    [Range(1, 2048)]
    public int BatchTexts { get; init; } = 64;

    [Description("Most requests a minute; 0 for as many as the service answers.")]
    [Range(0, 100_000)]
    public int RequestsPerMinute { get; init; }

    [Description("Attempts at a request before the run gives up.")]
    [Range(1, 100)]
    public int Attempts { get; init; } = 6;

    [Description("Seconds a request may take.")]
    [Range(1, 3600)]
    public int TimeoutSeconds { get; init; } = 120;

    /// <summary>As it stands in keys: what decides vectors, nothing of how they are fetched.</summary>
    internal JsonObject ToJson() => new()
    {
        ["endpoint"] = Endpoint.TrimEnd('/'),
        ["model"] = Model,
        ["dimensions"] = Dimensions,
        ["passagePrompt"] = PassagePrompt,
        ["queryPrompt"] = QueryPrompt,
    };
}
