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

    private const string HarmlessText = "Hello.";

    private readonly ServiceKey key;
    private readonly IChatClient client;
    private readonly ItemCache cache;
    private readonly ChatOptions options;
    private readonly string maker;

    // That a prompt was refused is the prompt's fault only where another was not.
    private bool answered;

    public ChatModel(ChatOptions options, ItemCache cache)
    {
        ArgumentNullException.ThrowIfNull(options);
        this.options = options;
        this.cache = cache;
        maker = CanonicalJson.Hash(new JsonObject
        {
            ["chat"] = Version,
            ["endpoint"] = options.Endpoint.TrimEnd('/'),
            ["model"] = options.Model,
            ["maxTokens"] = options.MaxTokens,
            ["temperature"] = options.Temperature,
        });
        key = new ServiceKey(options.KeyVariable);
        client = new OpenAIClient(new ApiKeyCredential(key.ValueToSend), new OpenAIClientOptions
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
            if (cache.Get(maker, prompt) is not { } kept)
            {
                var (made, refusal) = Request(instructions, asked, cancellationToken);
                if (made is null)
                {
                    // Not kept: whatever needs the answer anew asks again.
                    return new ChatAnswer(Value: null, refusal, prompt);
                }

                kept = cache.Keep(maker, prompt, made);
            }

            using var document = JsonDocument.Parse(kept);
            var answer = document.RootElement;
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

    /// <summary>The answer as it is kept, its text and whether it was cut; or why the service does not answer this prompt, though it answers others.</summary>
    private (byte[]? Answer, string? Refusal) Request(string instructions, string material, CancellationToken cancellationToken)
    {
        try
        {
            var response = Send([new(ChatRole.System, instructions), new(ChatRole.User, material)], cancellationToken);
            answered = true;
            return (Encoding.UTF8.GetBytes(new JsonObject { ["text"] = response.Text, ["cut"] = response.FinishReason == ChatFinishReason.Length }.ToJsonString()), null);
        }
        catch (ClientResultException refusal) when (refusal.Status is 400 or 413 or 422)
        {
            if (!answered)
            {
                RequireAnswers(cancellationToken);
            }

            return (null, string.Create(CultureInfo.InvariantCulture, $"the service refused the prompt with status {refusal.Status}"));
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair as an escape within the service's own JSON: there is an answer, and nothing to be read in it.
            return (Encoding.UTF8.GetBytes(new JsonObject { ["text"] = "", ["cut"] = false }.ToJsonString()), null);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested && exception is ClientResultException or HttpRequestException or AggregateException or OperationCanceledException or IOException or JsonException)
        {
            throw Unanswered(exception);
        }
    }

    /// <exception cref="ArtifactException">The service refuses a harmless prompt, too: nothing would be answered, whatever is asked.</exception>
    private void RequireAnswers(CancellationToken cancellationToken)
    {
        try
        {
            Send([new(ChatRole.User, HarmlessText)], cancellationToken);
            answered = true;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested && exception is ClientResultException or HttpRequestException or AggregateException or OperationCanceledException or IOException or JsonException)
        {
            throw Unanswered(exception);
        }
    }

    private ChatResponse Send(ChatMessage[] messages, CancellationToken cancellationToken)
    {
        var wanted = new Microsoft.Extensions.AI.ChatOptions { MaxOutputTokens = options.MaxTokens, Temperature = (float?)options.Temperature };
        return client.GetResponseAsync(messages, wanted, cancellationToken).GetAwaiter().GetResult();
    }

    // Without the exception itself: its message goes to the run's records, and may hold what the service was sent.
    private ArtifactException Unanswered(Exception exception) => new(
        $"The chat model '{options.Model}' at {options.Endpoint} did not answer: {key.Redact(exception.Message)}; expected an endpoint that speaks OpenAI's protocol, "
        + $"with its key in the environment variable {key.Variable}. Answers so far are kept: run again to go on.");
}
