using System.Globalization;
using System.Text.Json;

namespace Transluce.Batch.Transcripts.Ingestion;

/// <summary>Scores as numbers: letters and words have the values that are usual for them, numbers are numbers, the rest is none.</summary>
internal static class NormalisedScores
{
    public static double? Of(string valueJson)
    {
        using var document = JsonDocument.Parse(valueJson, new JsonDocumentOptions { MaxDepth = 1024 });
        var value = document.RootElement;
        return value.ValueKind switch
        {
            JsonValueKind.Number => value.TryGetDouble(out var number) && double.IsFinite(number) ? number : null,
            JsonValueKind.True => 1,
            JsonValueKind.False => 0,
            JsonValueKind.String => OfText(value.GetString()!),
            _ => null,
        };
    }

    /// <summary>An object of scores as JSON text.</summary>
    public static string Json(IEnumerable<KeyValuePair<string, string>> scores)
    {
        var copy = new JsonCopy(int.MaxValue);
        copy.Structure((byte)'{');
        var separator = false;
        foreach (var (name, value) in scores)
        {
            if (separator)
            {
                copy.Structure((byte)',');
            }

            copy.String(name);
            copy.Structure((byte)':');
            copy.Token(System.Text.Encoding.UTF8.GetBytes(value));
            separator = true;
        }

        copy.Structure((byte)'}');
        return copy.Text();
    }

    /// <summary>Scorer → number, where there is one.</summary>
    public static string NumbersJson(IEnumerable<KeyValuePair<string, string>> scores)
        => Json(scores.Select(score => (score.Key, Value: Of(score.Value)))
            .Where(score => score.Value is not null)
            .Select(score => KeyValuePair.Create(score.Key, score.Value!.Value.ToString("R", CultureInfo.InvariantCulture))));

    private static double? OfText(string text) => text.Trim() switch
    {
        "C" => 1,
        "P" => 0.5,
        "I" or "N" => 0,
        var word when word.Equals("yes", StringComparison.OrdinalIgnoreCase) || word.Equals("true", StringComparison.OrdinalIgnoreCase) => 1,
        var word when word.Equals("no", StringComparison.OrdinalIgnoreCase) || word.Equals("false", StringComparison.OrdinalIgnoreCase) => 0,
        var word => double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null,
    };
}
