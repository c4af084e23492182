namespace Transluce.Batch.LanguageModels;

/// <summary>The <c>model</c> section: options that must not change the ids, the vocabulary and the merges.</summary>
internal static class BpeModel
{
    public static void CheckOptions(CheckedJson model)
    {
        model.Only("type", "dropout", "unk_token", "continuing_subword_prefix", "end_of_word_suffix", "fuse_unk", "byte_fallback", "ignore_merges", "vocab", "merges");
        // Files of 2020 have no type; such a one is BPE exactly when it has merges.
        if (!model.IsAbsent("type") && model.Required("type").Text() != "BPE")
        {
            throw model.Required("type").Refuse("only byte-level BPE is supported");
        }

        RefuseUnlessAbsent(model, "dropout", "BPE dropout would make the ids random");
        RefuseUnlessAbsent(model, "unk_token", "byte-level BPE has no unknown token");
        RefuseUnlessEmpty(model, "continuing_subword_prefix");
        RefuseUnlessEmpty(model, "end_of_word_suffix");
        if (!model.IsAbsent("fuse_unk"))
        {
            model.Required("fuse_unk").Flag();
        }

        if (!model.IsAbsent("byte_fallback") && model.Required("byte_fallback").Flag())
        {
            throw model.Required("byte_fallback").Refuse("byte fallback belongs to SentencePiece models (Llama 1 and 2), which are not supported");
        }
    }

    /// <summary>Vocabulary entries other than special tokens, which the library must not be able to produce from text.</summary>
    public static Dictionary<string, int> ReadVocabulary(CheckedJson section, Dictionary<string, int> specials)
    {
        var vocabulary = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (token, value) in section.Properties())
        {
            var id = value.Integer();
            if (specials.TryGetValue(token, out var specialId))
            {
                if (id != specialId)
                {
                    throw value.Refuse($"the added token of the same text has id {specialId}");
                }
            }
            else
            {
                vocabulary.Add(token, id);
            }
        }

        return vocabulary.Count > 0 ? vocabulary : throw section.Refuse("expected a vocabulary");
    }

    /// <summary>Merges in order, from <c>"a b"</c> strings or <c>["a", "b"]</c> pairs.</summary>
    public static List<(string Left, string Right)> ReadMerges(CheckedJson section, Dictionary<string, int> vocabulary)
    {
        var merges = new List<(string Left, string Right)>();
        foreach (var item in section.Items())
        {
            var parts = item.IsText ? item.Text().Split(' ') : [.. item.Items().Take(3).Select(part => part.Text())];
            if (parts.Length != 2)
            {
                throw item.Refuse("a merge is a pair of tokens");
            }

            if (!vocabulary.ContainsKey(parts[0]) || !vocabulary.ContainsKey(parts[1]) || !vocabulary.ContainsKey(parts[0] + parts[1]))
            {
                throw item.Refuse("both tokens of a merge and the token they make must be in the vocabulary");
            }

            merges.Add((parts[0], parts[1]));
        }

        return merges;
    }

    private static void RefuseUnlessAbsent(CheckedJson model, string name, string reason)
    {
        if (!model.IsAbsent(name))
        {
            throw model.Required(name).Refuse(reason);
        }
    }

    private static void RefuseUnlessEmpty(CheckedJson model, string name)
    {
        if (!model.IsAbsent(name) && model.Required(name).Text().Length > 0)
        {
            throw model.Required(name).Refuse("byte-level BPE has none");
        }
    }
}
