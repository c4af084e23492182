using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Transluce.Batch.Artifacts;

namespace Transluce.Batch.Transcripts;

/// <summary>
/// The text of a block as readers see it and as citations are checked against it: reasoning, text, other parts, calls as
/// <c>function(k=v, …)</c>, error; empty parts are left out, the rest is joined by line feeds. A pure function of the rows: the text is stored nowhere.
/// </summary>
public static class BlockRendering
{
    /// <summary>Raised whenever the same rows would give another text; whatever stores offsets into it stores this number too.</summary>
    public const int Version = 1;

    private const int PooledBytes = 1 << 18;

    // The log reader admits 512 levels; one more for the object that holds the arguments.
    private static readonly JsonDocumentOptions Deep = new() { MaxDepth = 1024 };

    public static string Render(BlockRow block, IEnumerable<ToolCallRow> calls)
        => string.Join('\n', Parts(block, calls).Select(part => part.Text));

    /// <summary>SHA-256 of the rendered text's UTF-8, lower-case hexadecimal.</summary>
    public static string Sha256(BlockRow block, IEnumerable<ToolCallRow> calls)
    {
        var parts = Parts(block, calls);
        var most = 0L;
        foreach (var part in parts)
        {
            most += (3L * part.Text.Length) + 1;
        }

        return most <= PooledBytes ? Sha256(parts, (int)most) : Sha256InPieces(parts);
    }

    /// <summary>The parts in order, each with the field of the block it comes from; what <see cref="Render"/> joins by line feeds.</summary>
    public static IReadOnlyList<RenderedPart> Parts(BlockRow block, IEnumerable<ToolCallRow> calls)
    {
        ArgumentNullException.ThrowIfNull(block);
        ArgumentNullException.ThrowIfNull(calls);
        var parts = new List<RenderedPart>();
        var start = 0;
        Add("reasoning", block.Reasoning);
        Add("text", block.Text);
        Add("other", block.Other);
        foreach (var call in calls is IReadOnlyList<ToolCallRow> { Count: < 2 } ? calls : calls.OrderBy(call => call.CallIndex))
        {
            Add("call", Call(call.Function, call.ArgumentsJson));
        }

        Add("error", block.ToolErrorMessage);
        return parts;

        void Add(string field, string? text)
        {
            if (!string.IsNullOrEmpty(text))
            {
                parts.Add(new RenderedPart(field, start, text));
                start += text.Length + 1;
            }
        }
    }

    /// <summary>A call as text: strings stand without quotation marks, so that words quoted from a command are found in it.</summary>
    public static string Call(string function, string argumentsJson)
    {
        var text = new StringBuilder(function).Append('(');
        try
        {
            using var document = JsonDocument.Parse(argumentsJson, Deep);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                return text.Append(argumentsJson).Append(')').ToString();
            }

            var separator = "";
            foreach (var argument in document.RootElement.EnumerateObject())
            {
                var value = argument.Value.ValueKind == JsonValueKind.String ? argument.Value.GetString() : argument.Value.GetRawText();
                text.Append(separator).Append(argument.Name).Append('=').Append(value);
                separator = ", ";
            }

            return text.Append(')').ToString();
        }
        catch (JsonException)
        {
            return $"{function}({argumentsJson})";
        }
    }

    /// <summary>The text is not put together first: this is done for every call of an agent.</summary>
    private static string Sha256(IReadOnlyList<RenderedPart> parts, int most)
    {
        var utf8 = ArrayPool<byte>.Shared.Rent(most);
        var length = 0;
        foreach (var part in parts)
        {
            if (length > 0)
            {
                utf8[length++] = (byte)'\n';
            }

            length += Encoding.UTF8.GetBytes(part.Text, utf8.AsSpan(length));
        }

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(utf8.AsSpan(0, length), hash);
        ArrayPool<byte>.Shared.Return(utf8);
        return Convert.ToHexStringLower(hash);
    }

    /// <summary>Arguments may be long and many: together they need not fit into one array.</summary>
    private static string Sha256InPieces(IReadOnlyList<RenderedPart> parts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (var i = 0; i < parts.Count; i++)
        {
            hash.AppendData(i > 0 ? "\n"u8 : []);
            hash.AppendData(Encoding.UTF8.GetBytes(parts[i].Text));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}

/// <summary>A stretch of a rendered block.</summary>
/// <param name="Field"><c>reasoning</c>, <c>text</c>, <c>other</c>, <c>call</c> or <c>error</c>.</param>
/// <param name="Start">Its offset in the rendered text, UTF-16 units.</param>
/// <param name="Text">What stands there.</param>
public readonly record struct RenderedPart(string Field, int Start, string Text);
