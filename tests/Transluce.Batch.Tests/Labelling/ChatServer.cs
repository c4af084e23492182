using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Transluce.Batch.Tests.Labelling;

/// <summary>A chat service on this machine that speaks just enough of OpenAI's protocol.</summary>
internal sealed class ChatServer : IDisposable
{
    private readonly HttpListener listener = new();
    private readonly Func<string, string, string?> answer;
    private readonly Thread thread;

    /// <param name="answer">Instructions and material to an answer; null makes the service fail.</param>
    public ChatServer(Func<string, string, string?> answer)
    {
        this.answer = answer;
        for (var attempt = 0; ; attempt++)
        {
            Endpoint = $"http://localhost:{20_000 + ((Environment.ProcessId + (attempt * 97)) % 20_000)}/v1";
            listener.Prefixes.Clear();
            listener.Prefixes.Add(Endpoint + "/");
            try
            {
                listener.Start();
                break;
            }
            catch (HttpListenerException) when (attempt < 20)
            {
                // The port is taken.
            }
        }

        thread = new Thread(Serve) { IsBackground = true };
        thread.Start();
    }

    public string Endpoint { get; }

    public List<(string Instructions, string Material, string? Authorization)> Requests { get; } = [];

    public void Dispose()
    {
        listener.Stop();
        thread.Join();
        listener.Close();
    }

    private void Serve()
    {
        while (listener.IsListening)
        {
            HttpListenerContext context;
            try
            {
                context = listener.GetContext();
            }
            catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException or InvalidOperationException)
            {
                return;
            }

            using var document = JsonDocument.Parse(context.Request.InputStream);
            var messages = document.RootElement.GetProperty("messages").EnumerateArray().Select(Content).ToArray();
            Requests.Add((messages[0], messages[1], context.Request.Headers["Authorization"]));
            var text = answer(messages[0], messages[1]);
            context.Response.StatusCode = text is null ? 401 : 200;
            context.Response.ContentType = "application/json";
            context.Response.Close(Encoding.UTF8.GetBytes(text is null ? """{"error":{"message":"wrong key","type":"auth"}}""" : Completion(text)), willBlock: true);
        }
    }

    private static string Content(JsonElement message)
    {
        var content = message.GetProperty("content");
        return content.ValueKind == JsonValueKind.String ? content.GetString()! : string.Concat(content.EnumerateArray().Select(part => part.GetProperty("text").GetString()));
    }

    private static string Completion(string text) => new JsonObject
    {
        ["id"] = "1",
        ["object"] = "chat.completion",
        ["created"] = 1,
        ["model"] = "toy",
        ["choices"] = new JsonArray(new JsonObject
        {
            ["index"] = 0,
            ["message"] = new JsonObject { ["role"] = "assistant", ["content"] = text },
            ["finish_reason"] = "stop",
        }),
        ["usage"] = new JsonObject { ["prompt_tokens"] = 1, ["completion_tokens"] = 1, ["total_tokens"] = 2 },
    }.ToJsonString();
}
