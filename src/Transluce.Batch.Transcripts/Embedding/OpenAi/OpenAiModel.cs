using System.ClientModel;
using System.ClientModel.Primitives;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using OpenAI;
using OpenAI.Embeddings;
using Transluce.Batch.Pipeline;

namespace Transluce.Batch.Transcripts.Embedding.OpenAi;

/// <summary>A model behind an embeddings service. What a service answers may change; the first answer to a text is cached and counts.</summary>
public sealed class OpenAiModel : EmbeddingModel
{
    private readonly OpenAiOptions options;
    private readonly Lazy<OpenAiProvider> provider;

    /// <param name="options">Which service and how to ask it.</param>
    /// <param name="clock">For pauses between requests.</param>
    public OpenAiModel(OpenAiOptions options, TimeProvider clock)
    {
        this.options = options;
        provider = new Lazy<OpenAiProvider>(() =>
        {
            var key = new ServiceKey(options.KeyVariable);
            return new OpenAiProvider(Connect(options, key), options, key, Fingerprint(), clock);
        });
    }

    public override string Name => "openai";

    public override JsonObject Options => options.ToJson();

    public override double ChunksPerSecond => options.RequestsPerMinute > 0 ? options.RequestsPerMinute / 60.0 * options.BatchTexts : 100;

    public override double BytesPerChunk => 4.0 * (options.Dimensions ?? 1536);

    public override EmbeddingProvider Open(ShardContext shard) => provider.Value;

    /// <summary>The provider outside of any stage.</summary>
    public EmbeddingProvider Open() => provider.Value;

    private static IEmbeddingGenerator<string, Embedding<float>> Connect(OpenAiOptions options, ServiceKey key)
    {
        return new EmbeddingClient(options.Model, new ApiKeyCredential(key.ValueToSend), new OpenAIClientOptions
        {
            Endpoint = new Uri(options.Endpoint.TrimEnd('/')),
            NetworkTimeout = TimeSpan.FromSeconds(options.TimeoutSeconds),
            RetryPolicy = new ClientRetryPolicy(maxRetries: 0),
        }).AsIEmbeddingGenerator(options.Dimensions);
    }
}
