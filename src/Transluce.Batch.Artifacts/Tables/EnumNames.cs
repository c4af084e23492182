namespace Transluce.Batch.Artifacts;

/// <summary>An enum's values as they stand in tables: their names in lower case.</summary>
internal static class EnumNames<TEnum>
    where TEnum : struct, Enum
{
    private static readonly (TEnum Value, string Name)[] Names =
        [.. Enum.GetValues<TEnum>().Select(v => (v, v.ToString().ToLowerInvariant()))];

    public static string ToName(TEnum value)
    {
        foreach (var (candidate, name) in Names)
        {
            if (EqualityComparer<TEnum>.Default.Equals(candidate, value))
            {
                return name;
            }
        }

        throw new ArgumentOutOfRangeException(nameof(value), value, $"Not a {typeof(TEnum).Name}.");
    }

    public static bool TryParse(string? name, out TEnum value)
    {
        foreach (var (candidate, candidateName) in Names)
        {
            if (string.Equals(candidateName, name, StringComparison.Ordinal))
            {
                value = candidate;
                return true;
            }
        }

        value = default;
        return false;
    }
}
