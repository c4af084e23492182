namespace Transluce.Batch.Pipeline;

/// <summary>Guesses which key an unknown one was meant to be: a near spelling here, else the same key in another section.</summary>
internal static class KeySuggestion
{
    public static string For(string key, RecordShape shape, string path, Type root)
    {
        var known = shape.Members.Select(member => member.Key).ToArray();
        // "topK" means "k", "size" means "batchSize": where exactly one key ends like it.
        var ending = known.Where(candidate => key.EndsWith(candidate, StringComparison.OrdinalIgnoreCase) || candidate.EndsWith(key, StringComparison.OrdinalIgnoreCase)).ToArray();
        if ((EditDistance.Nearest(key, known) ?? (ending.Length == 1 && key.Length > 0 ? ending[0] : null)) is { } here)
        {
            return $"; did you mean '{here}'?";
        }

        var elsewhere = Paths(root, "").Where(candidate => string.Equals(candidate[(candidate.LastIndexOf('.') + 1)..], key, StringComparison.OrdinalIgnoreCase)).ToArray();
        return elsewhere.Length > 0
            ? $"; did you mean {string.Join(" or ", elsewhere.Select(candidate => $"'{candidate}'"))}?"
            : $"; {(path.Length == 0 ? "the keys" : $"the keys of '{path}'")} are {string.Join(", ", known)}";
    }

    private static IEnumerable<string> Paths(Type type, string path)
    {
        foreach (var member in RecordShape.Of(type).Members)
        {
            var memberPath = path.Length == 0 ? member.Key : $"{path}.{member.Key}";
            yield return memberPath;
            var inner = RecordShape.ItemTypeOf(member.Type) ?? member.Type;
            if (RecordShape.IsRecord(inner))
            {
                foreach (var below in Paths(inner, memberPath))
                {
                    yield return below;
                }
            }
        }
    }
}
