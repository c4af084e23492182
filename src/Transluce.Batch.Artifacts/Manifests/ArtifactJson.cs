using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Transluce.Batch.Artifacts;

/// <summary>The JSON spelling of manifests, completion records and run files: snake_case, indented, LF, nothing that depends on the machine.</summary>
public static class ArtifactJson
{
    /// <summary>Files larger than this are refused unread: a manifest of 100,000 parts stays far below.</summary>
    public const int MaxBytes = 256 << 20;

    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        MaxDepth = 64,
    };

    private static readonly JsonSerializerOptions LineOptions = new(Options) { WriteIndented = false, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    public static byte[] Serialize<T>(T value) => [.. JsonSerializer.SerializeToUtf8Bytes(value, Options), (byte)'\n'];

    /// <summary>One value on one line without nulls, for JSONL files.</summary>
    public static string SerializeLine<T>(T value) => JsonSerializer.Serialize(value, LineOptions);

    public static JsonObject ToNode<T>(T value) => JsonSerializer.SerializeToNode(value, Options)!.AsObject();

    /// <summary>Reads a JSON object of the store.</summary>
    /// <exception cref="ArtifactException">Missing, truncated, not JSON or of another shape.</exception>
    public static T Read<T>(IObjectStore store, string path)
    {
        using var stream = store.OpenRead(path);
        if (stream.Length > MaxBytes)
        {
            throw new ArtifactException($"'{store.Location}/{path}' has {stream.Length} bytes, more than the {MaxBytes} such a file may have. Delete it and run again.");
        }

        try
        {
            return JsonSerializer.Deserialize<T>(stream, Options) ?? throw new JsonException("it holds null");
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException or InvalidOperationException or ArgumentException)
        {
            throw new ArtifactException($"'{store.Location}/{path}' is not a valid {typeof(T).Name}: {exception.Message} Delete it and run again.", exception);
        }
    }
}
