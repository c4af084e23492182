using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Transluce.Batch.Transcripts.Embedding.Lsa;
using Transluce.Batch.Transcripts.Embedding.Onnx;
using Transluce.Batch.Transcripts.Embedding.OpenAi;

namespace Transluce.Batch.Transcripts.Embedding;

/// <summary>What chunks are embedded with.</summary>
public sealed record EmbeddingOptions : IValidatableObject
{
    [Description("'lsa' is fitted on the suite and needs nothing else; 'onnx' takes a sentence-transformers folder, 'openai' asks a service.")]
    public EmbeddingProviderName Provider { get; init; } = EmbeddingProviderName.Lsa;

    [Description("For the provider 'lsa'.")]
    public LsaOptions Lsa { get; init; } = new();

    [Description("For the provider 'onnx'.")]
    public OnnxOptions? Onnx { get; init; }

    [Description("For the provider 'openai'.")]
    public OpenAiOptions? Openai { get; init; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Provider == EmbeddingProviderName.Onnx && Onnx is null)
        {
            yield return new("the provider 'onnx' has no settings; expected at least onnx.path, the folder of a model", ["onnx"]);
        }

        if (Provider == EmbeddingProviderName.OpenAi && Openai is null)
        {
            yield return new("the provider 'openai' has no settings; expected at least openai.endpoint and openai.model", ["openai"]);
        }
    }
}

/// <summary>The kinds of <see cref="EmbeddingProvider"/>.</summary>
public enum EmbeddingProviderName
{
    Lsa,

    Onnx,

    [JsonStringEnumMemberName("openai")]
    OpenAi,
}
