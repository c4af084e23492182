using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Transluce.Batch.Tests.Services;

/// <summary>A chat service on this machine that speaks just enough of OpenAI's protocol.</summary>
/// <param name="answer">Instructions and material to an answer; null makes the service fail.</param>
internal sealed class ChatService(Func<string, string, string?> answer) : LocalService
{
    /// <summary>What was asked, in the order of arrival.</summary>
    public List<(string Instructions, string Material, string? Authorization)> Requests { get; } = [];

    /// <summary>The status of a refusal of this material, or null where it is answered.</summary>
    public Func<string, int?> Refuse { get; init; } = _ => null;

    /// <summary>What the service says of how an answer ended.</summary>
    public string FinishReason { get; init; } = "stop";

    protected override void Answer(HttpListenerContext context)
    {
        using var document = JsonDocument.Parse(context.Request.InputStream);
        var messages = document.RootElement.GetProperty("messages").EnumerateArray().Select(Content).ToArray();
        var (instructions, material) = messages.Length == 1 ? ("", messages[0]) : (messages[0], messages[1]);
        var authorization = context.Request.Headers["Authorization"];
        Requests.Add((instructions, material, authorization));
        var refusal = Refuse(material);
        var text = refusal is null ? instructions.Length == 0 ? "Hello yourself." : answer(instructions, material) : null;
        context.Response.StatusCode = refusal ?? (text is null ? 401 : 200);
        context.Response.ContentType = "application/json";
        context.Response.Close(Encoding.UTF8.GetBytes(text is null ? Error(authorization) : Completion(text)), willBlock: true);
    }

    private static string Content(JsonElement message)
    {
        var content = message.GetProperty("content");
        return content.ValueKind == JsonValueKind.String ? content.GetString()! : string.Concat(content.EnumerateArray().Select(part => part.GetProperty("text").GetString()));
    }

    // As careless services do, it repeats what it was sent.
    private static string Error(string? authorization) => new JsonObject { ["error"] = new JsonObject { ["message"] = $"wrong key: {authorization}", ["type"] = "auth" } }.ToJsonString();

    private string Completion(string text) => new JsonObject
    {
        ["id"] = "1",
        ["object"] = "chat.completion",
        ["created"] = 1,
        ["model"] = "toy",
        ["choices"] = new JsonArray(new JsonObject
        {
            ["index"] = 0,
            ["message"] = new JsonObject { ["role"] = "assistant", ["content"] = text },
            ["finish_reason"] = FinishReason,
        }),
        ["usage"] = new JsonObject { ["prompt_tokens"] = 1, ["completion_tokens"] = 1, ["total_tokens"] = 2 },
    }.ToJsonString();
}
