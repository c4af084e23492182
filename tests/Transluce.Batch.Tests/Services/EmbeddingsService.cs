using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Transluce.Batch.Tests.Services;

/// <summary>A service on this machine with OpenAI's embeddings interface; a text's vector is made of its length.</summary>
internal sealed class EmbeddingsService : LocalService
{
    private readonly List<Call> calls = [];

    /// <summary>Status of the next answers, in order; then 200.</summary>
    public Queue<int> Failures { get; } = new();

    public string? RetryAfter { get; set; }

    /// <summary>A service that knows one way only to write vectors.</summary>
    public bool AlwaysFloats { get; set; }

    public Func<int, int> Answers { get; set; } = asked => asked;

    public IReadOnlyList<Call> Calls
    {
        get
        {
            lock (calls)
            {
                return [.. calls];
            }
        }
    }

    protected override void Answer(HttpListenerContext context)
    {
        var request = JsonNode.Parse(context.Request.InputStream)!;
        string[] texts = [.. request["input"]!.AsArray().Select(t => t!.GetValue<string>())];
        lock (calls)
        {
            calls.Add(new Call(context.Request.Url!.AbsolutePath, context.Request.Headers["Authorization"], request["model"]!.GetValue<string>(), request["dimensions"]?.GetValue<int>(), texts));
        }

        var status = Failures.TryDequeue(out var failure) ? failure : texts.Any(t => t.Contains("poison", StringComparison.Ordinal)) ? 400 : 200;
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        if (status != 200 && RetryAfter is not null)
        {
            context.Response.AddHeader("Retry-After", RetryAfter);
        }

        var base64 = !AlwaysFloats && request["encoding_format"]?.GetValue<string>() == "base64";
        var body = status == 200
            ? new JsonObject
            {
                ["object"] = "list",
                ["model"] = "test",
                ["usage"] = new JsonObject { ["prompt_tokens"] = 1, ["total_tokens"] = 1 },
                ["data"] = new JsonArray([.. texts.Take(Answers(texts.Length)).Select((t, i) => new JsonObject { ["object"] = "embedding", ["index"] = i, ["embedding"] = Vector(t, base64) })]),
            }
            : new JsonObject { ["error"] = new JsonObject { ["message"] = "no", ["type"] = "test" } };
        using var output = context.Response.OutputStream;
        JsonSerializer.Serialize(output, body);
    }

    private static JsonNode Vector(string text, bool base64)
    {
        float[] vector = [text.Length, 1, 0];
        return base64
            ? JsonValue.Create(Convert.ToBase64String([.. vector.SelectMany(BitConverter.GetBytes)]))
            : new JsonArray([.. vector.Select(v => JsonValue.Create(v))]);
    }

    internal sealed record Call(string Path, string? Authorization, string Model, int? Dimensions, string[] Texts);
}

/// <summary>A clock whose waits are over at once; it remembers them.</summary>
internal sealed class HastyClock : TimeProvider
{
    private readonly Lock gate = new();
    private DateTimeOffset now = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public List<TimeSpan> Waits { get; } = [];

    public override DateTimeOffset GetUtcNow() => now;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        lock (gate)
        {
            Waits.Add(dueTime);
            now += dueTime;
        }

        return System.CreateTimer(callback, state, TimeSpan.FromMilliseconds(1), Timeout.InfiniteTimeSpan);
    }
}
