namespace Transluce.Batch.Pipeline;

/// <summary>Finds what was meant by a misspelt word.</summary>
public static class EditDistance
{
    /// <summary>The candidate nearest to the word, case aside, or null where none is near: at most a third of the word may differ.</summary>
    public static string? Nearest(string word, IEnumerable<string> candidates)
    {
        // Longer words are no misspelling of a key, and the table below is quadratic.
        if (word.Length > 64)
        {
            return null;
        }

        var best = candidates
            .Select(candidate => (Candidate: candidate, Distance: Between(Fold(word), Fold(candidate))))
            .OrderBy(pair => pair.Distance)
            .ThenBy(pair => pair.Candidate, StringComparer.Ordinal)
            .FirstOrDefault();
        return best.Candidate is not null && best.Distance <= Math.Max(1, word.Length / 3) ? best.Candidate : null;
    }

    /// <summary>Optimal string alignment: insertions, deletions, substitutions and swaps of neighbours each cost 1.</summary>
    public static int Between(string left, string right)
    {
        var table = new int[left.Length + 1, right.Length + 1];
        for (var i = 0; i <= left.Length; i++)
        {
            for (var j = 0; j <= right.Length; j++)
            {
                table[i, j] = i == 0 ? j : j == 0 ? i : Math.Min(
                    Math.Min(table[i - 1, j], table[i, j - 1]) + 1,
                    table[i - 1, j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1])
                {
                    table[i, j] = Math.Min(table[i, j], table[i - 2, j - 2] + 1);
                }
            }
        }

        return table[left.Length, right.Length];
    }

    private static string Fold(string word) => word.ToLowerInvariant().Replace("-", "", StringComparison.Ordinal).Replace("_", "", StringComparison.Ordinal);
}
