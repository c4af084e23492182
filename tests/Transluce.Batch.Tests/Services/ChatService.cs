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

    /// <summary>What the service says of how an answer ended.</summary>
    public string FinishReason { get; init; } = "stop";

    protected override void Answer(HttpListenerContext context)
    {
        using var document = JsonDocument.Parse(context.Request.InputStream);
        var messages = document.RootElement.GetProperty("messages").EnumerateArray().Select(Content).ToArray();
        Requests.Add((messages[0], messages[1], context.Request.Headers["Authorization"]));
        var text = answer(messages[0], messages[1]);
        context.Response.StatusCode = text is null ? 401 : 200;
        context.Response.ContentType = "application/json";
        context.Response.Close(Encoding.UTF8.GetBytes(text is null ? """{"error":{"message":"wrong key","type":"auth"}}""" : Completion(text)), willBlock: true);
    }

    private static string Content(JsonElement message)
    {
        var content = message.GetProperty("content");
        return content.ValueKind == JsonValueKind.String ? content.GetString()! : string.Concat(content.EnumerateArray().Select(part => part.GetProperty("text").GetString()));
    }

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
