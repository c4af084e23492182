using System.Text;
using Transluce.Batch.Artifacts;

namespace Transluce.Batch.Transcripts.Chunking;

/// <summary>Messages that belong together and the text they make, growing a block at a time.</summary>
internal sealed class Turn(ChunkOptions options, string kind, BlockRow first)
{
    public const string AssistantKind = "turn";
    public const string ToolKind = "tool";
    public const string NoOutput = "(no output)";

    // Bounds memory where a message is followed by very many results; the rest begins another turn.
    private const int MaxCharacters = 1 << 20;

    private readonly Elision elision = new(options.KeepHead, options.KeepTail);
    private readonly List<Passage> passages = [];
    private int characters;

    public string Kind => kind;

    public BlockRow First => first;

    public int LastBlock { get; private set; } = first.BlockIndex;

    public IReadOnlyList<Passage> Passages => passages;

    public string Text
    {
        get
        {
            var text = new StringBuilder(characters);
            passages.ForEach(passage => text.Append(passage.Text));
            return text.ToString();
        }
    }

    /// <summary>The kind of chunk that a block begins.</summary>
    public static string KindOf(BlockRow block) => block.Role switch
    {
        "assistant" => AssistantKind,
        "tool" => ToolKind,
        "system" => "system",
        _ => "user",
    };

    /// <summary>Results belong to the message before them; everything else begins a turn of its own.</summary>
    public bool Takes(BlockRow block)
        => KindOf(block) == ToolKind && kind is AssistantKind or ToolKind && characters < MaxCharacters
        && (block.RunOrdinal, block.TranscriptOrdinal) == (first.RunOrdinal, first.TranscriptOrdinal);

    /// <param name="block">The next block.</param>
    /// <param name="calls">Its tool calls.</param>
    /// <param name="ends">For fields too long for their row.</param>
    public void Add(BlockRow block, IReadOnlyList<ToolCallRow> calls, LargeTextEnds ends)
    {
        LastBlock = block.BlockIndex;
        if (options.Reasoning && block.Reasoning is { Length: > 0 } reasoning)
        {
            Append(elision.Passages(ends.Of(block, Passage.ReasoningField, reasoning), block.BlockIndex, Passage.ReasoningField), block);
        }

        var silent = true;
        foreach (var (field, text) in SaidOrReturned(block))
        {
            silent = false;
            Append(elision.Passages(ends.Of(block, field, text), block.BlockIndex, field), block);
        }

        if (silent && block.Role == "tool")
        {
            // That nothing came back is worth saying: it is how some problems look.
            Append([Passage.Ours(NoOutput, block.BlockIndex)], block);
        }

        foreach (var call in options.Calls ? calls : [])
        {
            var arguments = call.ArgumentsJson;
            Append(elision.Passages(new LongText(arguments, arguments, arguments.Length), block.BlockIndex, Passage.CallField, call.CallIndex), block);
        }
    }

    /// <summary>The text, what the model's provider ran and returned, what went wrong; placeholders of images and documents only where there is nothing else.</summary>
    private static IEnumerable<(string Field, string Text)> SaidOrReturned(BlockRow block)
    {
        var error = block.ToolErrorMessage ?? "";
        if (block.Text.Length > 0)
        {
            yield return (Passage.SaidOrReturned, block.Text);
        }

        if (block.Other is { Length: > 0 } other && (HoldsResults(block) || (block.Text.Length == 0 && error.Length == 0)))
        {
            yield return (Passage.OtherField, other);
        }

        if (error.Length > 0)
        {
            yield return (Passage.ErrorField, error);
        }
    }

    /// <summary>Whether the other parts say more than that there was an image, or some bytes for the provider.</summary>
    private static bool HoldsResults(BlockRow block)
        => block.ContentTypes is { } types && types.Split('+').Any(type => type is not ("text" or "reasoning" or "image" or "image_url" or "audio" or "video" or "document" or "data"));

    private void Append(IEnumerable<Passage> added, BlockRow block)
    {
        if (characters > 0)
        {
            passages.Add(Passage.Ours("\n", block.BlockIndex));
            characters++;
        }

        foreach (var passage in added)
        {
            passages.Add(passage);
            characters += passage.Text.Length;
        }
    }
}
