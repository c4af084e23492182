using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Nodes;

namespace Transluce.Batch.Transcripts.Labelling;

/// <summary>A chat model behind any endpoint that speaks OpenAI's protocol.</summary>
public sealed record ChatOptions
{
    [Description("Address of the service, for example 'https://models.example/v1'.")]
    [RegularExpression("https?://[^@?#\\s]+", ErrorMessage = "an http or https address without user, query or fragment")]
    public required string Endpoint { get; init; }

    [Description("Name of the model at that service.")]
    [MinLength(1)]
    public required string Model { get; init; }

    [Description("Environment variable that holds the key. The key itself never stands in a file; where the variable is not set, the service is asked without one.")]
    [RegularExpression("[A-Za-z_][A-Za-z0-9_]{0,100}")]
    public string KeyVariable { get; init; } = "OPENAI_API_KEY";

    [Description("Most tokens of one answer.")]
    [Range(16, 100_000)]
    public int MaxTokens { get; init; } = 1_000;

    [Description("Left out, the service's own. 0 asks for the likeliest answer; some models refuse it.")]
    [Range(0.0, 2.0)]
    public double? Temperature { get; init; }

    [Description("Longest wait for one answer, in seconds.")]
    [Range(1, 3_600)]
    public int TimeoutSeconds { get; init; } = 120;

    /// <summary>As it stands in keys: what decides an answer. How to reach the service is no part of it but for its address.</summary>
    internal JsonObject ToJson() => new()
    {
        ["endpoint"] = Endpoint.TrimEnd('/'),
        ["model"] = Model,
        ["maxTokens"] = MaxTokens,
        ["temperature"] = Temperature,
    };
}
