using System.Text.Json;

namespace Transluce.Batch.LanguageModels;

/// <summary>How text is cut into pieces before BPE: the Llama 3 kind or the GPT-2 kind, rewritten in canonical JSON.</summary>
internal sealed record PreTokenizer(string Json)
{
    // The pattern of Llama 3, 3.1, 3.2 and 3.3. Another pattern could be slow without bound on hostile text, and cutting long text safely relies on it.
    private const string Llama3Pattern =
        @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    /// <summary>Accepts a split by Llama 3's pattern before a bare byte level; or digits (optional) before a byte level with GPT-2's own pattern.</summary>
    public static PreTokenizer Read(CheckedJson section)
    {
        var parts = new List<CheckedJson>();
        if (section.Required("type").Text() == "Sequence")
        {
            section.Only("type", "pretokenizers");
            parts.AddRange(section.Required("pretokenizers").Items());
        }
        else
        {
            parts.Add(section);
        }

        if (parts.Count is 0 or > 2)
        {
            throw section.Refuse("expected [Split, ByteLevel] (the Llama 3 kind), [Digits, ByteLevel] or ByteLevel (the GPT-2 kind)");
        }

        var first = parts.Count == 2 ? ReadFirst(parts[0]) : null;
        var usesRegex = first is null || first.Contains("Digits", StringComparison.Ordinal);
        var byteLevel = ReadByteLevel(parts[^1], usesRegex);
        return new PreTokenizer($$"""{"type":"Sequence","pretokenizers":[{{(first is null ? "" : first + ",")}}{{byteLevel}}]}""");
    }

    private static string ReadFirst(CheckedJson part)
    {
        switch (part.Required("type").Text())
        {
            case "Digits":
                part.Only("type", "individual_digits");
                return $$"""{"type":"Digits","individual_digits":{{(part.Required("individual_digits").Flag() ? "true" : "false")}}}""";
            case "Split":
                part.Only("type", "pattern", "behavior", "invert");
                var pattern = part.Required("pattern");
                pattern.Only("Regex");
                if (pattern.Required("Regex").Text() != Llama3Pattern)
                {
                    throw pattern.Required("Regex").Refuse("only the split pattern of the Llama 3 family is supported");
                }

                if (part.Required("behavior").Text() != "Isolated")
                {
                    throw part.Required("behavior").Refuse("expected \"Isolated\"");
                }

                if (part.Required("invert").Flag())
                {
                    throw part.Required("invert").Refuse("expected false");
                }

                return $$"""{"type":"Split","pattern":{"Regex":{{JsonSerializer.Serialize(Llama3Pattern)}}},"behavior":"Isolated","invert":false}""";
            default:
                throw part.Required("type").Refuse("expected \"Split\" (the Llama 3 kind) or \"Digits\" (the SmolLM2 kind)");
        }
    }

    private static string ReadByteLevel(CheckedJson part, bool usesRegex)
    {
        if (part.Required("type").Text() != "ByteLevel")
        {
            throw part.Required("type").Refuse("expected \"ByteLevel\" last");
        }

        part.Only("type", "add_prefix_space", "trim_offsets", "use_regex");
        if (part.Required("add_prefix_space").Flag())
        {
            throw part.Required("add_prefix_space").Refuse("a space in front of every text is not supported");
        }

        if (!part.IsAbsent("trim_offsets"))
        {
            part.Required("trim_offsets").Flag();
        }

        // Absent in files older than the option, which all used the pattern.
        var given = part.IsAbsent("use_regex") || part.Required("use_regex").Flag();
        if (given != usesRegex)
        {
            throw part.Optional("use_regex").Refuse(usesRegex ? "expected true, since no other split stands in front" : "expected false, since the split pattern has done the work");
        }

        return $$"""{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":{{(usesRegex ? "true" : "false")}}}""";
    }
}
