using System.ClientModel;
using System.ClientModel.Primitives;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using OpenAI;
using Transluce.Batch.Artifacts;

namespace Transluce.Batch.Transcripts.Labelling;

/// <summary>An answer of a chat model.</summary>
/// <param name="Value">The JSON object in it, or null where there is none with the property asked for. Hostile text.</param>
/// <param name="FailureReason">Why there is none, or null.</param>
/// <param name="PromptSha256">Of what was asked.</param>
public sealed record ChatAnswer(JsonElement? Value, string? FailureReason, string PromptSha256);

/// <summary>
/// The one place where a chat model is asked. Answers are kept by what was asked of which model, so that a question is paid for once: a killed
/// run goes on where it was, and what a service answers differently the second time changes nothing.
/// </summary>
public sealed class ChatModel : IDisposable
{
    // Raised when an answer of an earlier program must not be taken for one of this.
    private const int Version = 2;
    private const int Attempts = 2;

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

    /// <summary>
    /// Asks for a JSON object, or takes the answer given before. An answer that holds none is asked for once more, in other words: what a
    /// service says to the same words may be the same again.
    /// </summary>
    /// <param name="instructions">What is wanted; ours.</param>
    /// <param name="material">What it is about; may hold hostile text.</param>
    /// <param name="property">What the object must hold.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    /// <exception cref="ArtifactException">The service does not answer. Nothing is recorded then: the next run asks again, and only what is left.</exception>
    public ChatAnswer Ask(string instructions, string material, string property, CancellationToken cancellationToken)
    {
        var asked = material;
        for (var attempt = 1; ; attempt++)
        {
            var prompt = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(new JsonArray(instructions, asked).ToJsonString())));
            var answer = JsonDocument.Parse(cache.Get(maker, prompt) ?? cache.Keep(maker, prompt, Request(instructions, asked, cancellationToken))).RootElement;
            if (ChatJson.TryRead(answer.GetProperty("text").GetString()!, out var value) && value.TryGetProperty(property, out _))
            {
                return new ChatAnswer(value, FailureReason: null, prompt);
            }

            var reason = answer.GetProperty("cut").GetBoolean()
                ? string.Create(CultureInfo.InvariantCulture, $"the model's answer was cut at {options.MaxTokens} tokens; raise maxTokens")
                : $"the model's answer holds no JSON object with '{property}'";
            if (attempt == Attempts)
            {
                return new ChatAnswer(Value: null, reason, prompt);
            }

            asked = $"{material}\n\nAn answer to this could not be read: {reason}. Answer with the JSON object alone, and be brief.";
        }
    }

    public void Dispose() => client.Dispose();

    /// <summary>The answer as it is kept: its text, and whether it was cut.</summary>
    private byte[] Request(string instructions, string material, CancellationToken cancellationToken)
    {
        ChatMessage[] messages = [new(ChatRole.System, instructions), new(ChatRole.User, material)];
        var wanted = new Microsoft.Extensions.AI.ChatOptions { MaxOutputTokens = options.MaxTokens, Temperature = (float?)options.Temperature };
        try
        {
            var response = client.GetResponseAsync(messages, wanted, cancellationToken).GetAwaiter().GetResult();
            return Encoding.UTF8.GetBytes(new JsonObject { ["text"] = response.Text, ["cut"] = response.FinishReason == ChatFinishReason.Length }.ToJsonString());
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested && exception is ClientResultException or HttpRequestException or AggregateException or OperationCanceledException or IOException or JsonException)
        {
            throw new ArtifactException(
                $"The chat model '{options.Model}' at {options.Endpoint} did not answer: {exception.Message.ReplaceLineEndings(" ")}; expected an endpoint that speaks OpenAI's protocol, "
                + $"with its key in the environment variable {options.KeyVariable}. Answers so far are kept: run again to go on.",
                exception);
        }
    }
}
