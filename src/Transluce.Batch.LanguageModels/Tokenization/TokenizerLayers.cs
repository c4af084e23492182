namespace Transluce.Batch.LanguageModels;

/// <summary>The sections around the model: added tokens are read, the others are checked to be of a kind that changes none of our ids.</summary>
internal static class TokenizerLayers
{
    // More than any model has; each becomes part of a set that every encoded id is looked up in.
    private const int MaximumAddedTokens = 1 << 16;

    /// <summary>Content → id. Tokens that are not special would also be matched inside ordinary text, which we do not do, so they are refused.</summary>
    public static Dictionary<string, int> ReadAddedTokens(CheckedJson section)
    {
        var specials = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var token in section.Items())
        {
            token.Only("id", "content", "single_word", "lstrip", "rstrip", "normalized", "special");
            foreach (var flag in (ReadOnlySpan<string>)["single_word", "lstrip", "rstrip"])
            {
                if (token.Required(flag).Flag())
                {
                    throw token.Required(flag).Refuse("only special tokens that match as they are written are supported");
                }
            }

            token.Required("normalized").Flag();
            if (!token.Required("special").Flag())
            {
                throw token.Refuse("only special added tokens are supported: an ordinary one would be matched inside untrusted text");
            }

            var content = token.Required("content").Text();
            if (content.Length == 0 || specials.Count >= MaximumAddedTokens || !specials.TryAdd(content, token.Required("id").Integer()))
            {
                throw token.Refuse("each of at most 65536 added tokens needs a text of its own");
            }
        }

        return specials;
    }

    /// <summary>Truncation and padding are settings of a caller, who here is us; they are only checked to be well formed.</summary>
    public static void CheckIgnored(CheckedJson root)
    {
        foreach (var name in (ReadOnlySpan<string>)["truncation", "padding"])
        {
            if (!root.IsAbsent(name))
            {
                _ = root.Required(name).Properties().ToArray();
            }
        }
    }

    public static void CheckDecoder(CheckedJson section)
    {
        if (section.Required("type").Text() != "ByteLevel")
        {
            throw section.Required("type").Refuse("byte-level BPE is decoded by \"ByteLevel\"");
        }

        CheckByteLevel(section);
    }

    /// <summary>Post-processors add special tokens around whole texts; we add them by chat format instead, and accept the kinds that do no more than that.</summary>
    public static void CheckPostProcessor(CheckedJson root)
    {
        if (root.IsAbsent("post_processor"))
        {
            return;
        }

        var section = root.Required("post_processor");
        if (section.Required("type").Text() != "Sequence")
        {
            CheckOnePostProcessor(section);
            return;
        }

        section.Only("type", "processors");
        foreach (var processor in section.Required("processors").Items())
        {
            CheckOnePostProcessor(processor);
        }
    }

    private static void CheckOnePostProcessor(CheckedJson section)
    {
        switch (section.Required("type").Text())
        {
            case "ByteLevel":
                CheckByteLevel(section);
                break;
            case "TemplateProcessing":
                section.Only("type", "single", "pair", "special_tokens");
                CheckTemplate(section.Required("single"));
                CheckTemplate(section.Required("pair"));
                foreach (var (_, token) in section.Required("special_tokens").Properties())
                {
                    token.Only("id", "ids", "tokens");
                    token.Required("id").Text();
                    _ = token.Required("ids").Items().Sum(id => (long)id.Integer());
                    _ = token.Required("tokens").Items().Sum(text => text.Text().Length);
                }

                break;
            default:
                throw section.Required("type").Refuse("only \"TemplateProcessing\" and \"ByteLevel\" post-processors are known");
        }
    }

    private static void CheckTemplate(CheckedJson section)
    {
        foreach (var piece in section.Items())
        {
            var named = piece.Properties().ToArray();
            if (named.Length != 1 || named[0].Name is not ("SpecialToken" or "Sequence"))
            {
                throw piece.Refuse("expected a SpecialToken or a Sequence");
            }

            named[0].Value.Only("id", "type_id");
            named[0].Value.Required("id").Text();
            named[0].Value.Required("type_id").Integer();
        }
    }

    private static void CheckByteLevel(CheckedJson section)
    {
        section.Only("type", "add_prefix_space", "trim_offsets", "use_regex");
        foreach (var flag in (ReadOnlySpan<string>)["add_prefix_space", "trim_offsets", "use_regex"])
        {
            if (!section.IsAbsent(flag))
            {
                section.Required(flag).Flag();
            }
        }
    }
}
