using System.ClientModel;
using System.ClientModel.Primitives;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using OpenAI;
using Transluce.Batch.Artifacts;

namespace Transluce.Batch.Transcripts.Labelling;

/// <summary>An answer of a chat model.</summary>
/// <param name="Text">As it came. Hostile text.</param>
/// <param name="PromptSha256">Of what was asked.</param>
public sealed record ChatAnswer(string Text, string PromptSha256);

/// <summary>
/// The one place where a chat model is asked. Answers are kept by what was asked of which model, so that a question is paid for once: a killed
/// run goes on where it was, and what a service answers differently the second time changes nothing.
/// </summary>
public sealed class ChatModel : IDisposable
{
    // Raised when an answer of an earlier program must not be taken for one of this.
    private const int Version = 1;

    private readonly IChatClient client;
    private readonly ItemCache cache;
    private readonly ChatOptions options;
    private readonly string maker;

    public ChatModel(ChatOptions options, ItemCache cache)
    {
        ArgumentNullException.ThrowIfNull(options);
        this.options = options;
        this.cache = cache;
        maker = CanonicalJson.Hash(new JsonObject
        {
            ["chat"] = Version,
            ["endpoint"] = options.Endpoint,
            ["model"] = options.Model,
            ["maxTokens"] = options.MaxTokens,
            ["temperature"] = options.Temperature,
        });
        var key = Environment.GetEnvironmentVariable(options.KeyVariable);
        client = new OpenAIClient(new ApiKeyCredential(string.IsNullOrEmpty(key) ? "none" : key), new OpenAIClientOptions
        {
            Endpoint = new Uri(options.Endpoint),
            NetworkTimeout = TimeSpan.FromSeconds(options.TimeoutSeconds),
            RetryPolicy = new ClientRetryPolicy(maxRetries: 4),
        }).GetChatClient(options.Model).AsIChatClient();
    }

    public string Name => options.Model;

    /// <summary>Asks, or takes the answer given before.</summary>
    /// <param name="instructions">What is wanted; ours.</param>
    /// <param name="material">What it is about; may hold hostile text.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    /// <exception cref="ArtifactException">The service does not answer. Nothing is recorded then: the next run asks again, and only what is left.</exception>
    public ChatAnswer Ask(string instructions, string material, CancellationToken cancellationToken)
    {
        var prompt = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(new JsonArray(instructions, material).ToJsonString())));
        var kept = cache.Get(maker, prompt) ?? cache.Keep(maker, prompt, Encoding.UTF8.GetBytes(Request(instructions, material, cancellationToken)));
        return new ChatAnswer(Encoding.UTF8.GetString(kept), prompt);
    }

    public void Dispose() => client.Dispose();

    private string Request(string instructions, string material, CancellationToken cancellationToken)
    {
        ChatMessage[] messages = [new(ChatRole.System, instructions), new(ChatRole.User, material)];
        var wanted = new Microsoft.Extensions.AI.ChatOptions { MaxOutputTokens = options.MaxTokens, Temperature = (float?)options.Temperature };
        try
        {
            return client.GetResponseAsync(messages, wanted, cancellationToken).GetAwaiter().GetResult().Text;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested && exception is ClientResultException or HttpRequestException or AggregateException or OperationCanceledException or IOException or System.Text.Json.JsonException)
        {
            throw new ArtifactException(
                $"The chat model '{options.Model}' at {options.Endpoint} did not answer: {exception.Message.ReplaceLineEndings(" ")}; expected an endpoint that speaks OpenAI's protocol, "
                + $"with its key in the environment variable {options.KeyVariable}. Answers so far are kept: run again to go on.",
                exception);
        }
    }
}
