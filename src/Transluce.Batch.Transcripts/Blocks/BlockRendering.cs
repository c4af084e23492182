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

    // The log reader admits 512 levels; one more for the object that holds the arguments.
    private static readonly JsonDocumentOptions Deep = new() { MaxDepth = 1024 };

    public static string Render(BlockRow block, IEnumerable<ToolCallRow> calls)
        => string.Join('\n', Parts(block, calls).Select(part => part.Text));

    /// <summary>SHA-256 of the rendered text's UTF-8, lower-case hexadecimal.</summary>
    public static string Sha256(BlockRow block, IEnumerable<ToolCallRow> calls)
    {
        var hash = new Utf8Hash();
        foreach (var part in Parts(block, calls))
        {
            hash.Append(part.Start > 0 ? "\n" : "");
            hash.Append(part.Text);
        }

        return hash.Finish();
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
}

/// <summary>A stretch of a rendered block.</summary>
/// <param name="Field"><c>reasoning</c>, <c>text</c>, <c>other</c>, <c>call</c> or <c>error</c>.</param>
/// <param name="Start">Its offset in the rendered text, UTF-16 units.</param>
/// <param name="Text">What stands there.</param>
public readonly record struct RenderedPart(string Field, int Start, string Text);
