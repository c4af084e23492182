using Transluce.Batch.LanguageModels;

namespace Transluce.Batch.Transcripts.Embedding.Onnx;

/// <summary>How the vectors of a text's tokens become one.</summary>
internal enum Pooling
{
    /// <summary>The first token's.</summary>
    Cls,

    /// <summary>Their mean.</summary>
    Mean,

    /// <summary>The largest value of each component.</summary>
    Max,
}

/// <summary>The settings of a pooling step.</summary>
/// <param name="Pooling">Which.</param>
/// <param name="Dimensions">Numbers in a vector.</param>
/// <param name="IncludesPrompt">Whether the prompt's tokens count.</param>
internal sealed record PoolingSettings(Pooling Pooling, int Dimensions, bool IncludesPrompt)
{
    private const string Prefix = "pooling_mode_";
    private const long MaxBytes = 1 << 20;

    public static PoolingSettings Read(string file)
    {
        var json = CheckedJson.Read(file, MaxBytes);
        var dimensions = json.Required(json.IsAbsent("word_embedding_dimension") ? "embedding_dimension" : "word_embedding_dimension").Integer();
        var includes = json.IsAbsent("include_prompt") || json.Required("include_prompt").Flag();
        if (!json.IsAbsent("pooling_mode"))
        {
            // Newer releases write one name instead of a flag for each.
            var name = json.Required("pooling_mode");
            return new PoolingSettings(Named(name.Text()) ?? throw Refuse(name, name.Text()), dimensions, includes);
        }

        var chosen = new List<Pooling>();
        foreach (var (name, value) in json.Properties().Where(p => p.Name.StartsWith(Prefix, StringComparison.Ordinal) && p.Value.Flag()))
        {
            chosen.Add(Named(name[Prefix.Length..].Replace("_tokens", "", StringComparison.Ordinal).Replace("_token", "", StringComparison.Ordinal)) ?? throw Refuse(value, name));
        }

        return chosen is [var only] ? new PoolingSettings(only, dimensions, includes) : throw Refuse(json, $"{chosen.Count} modes at once");
    }

    private static Pooling? Named(string name) => name switch
    {
        "cls" => Pooling.Cls,
        "mean" => Pooling.Mean,
        "max" => Pooling.Max,
        _ => null,
    };

    private static Artifacts.ArtifactException Refuse(CheckedJson json, string mode)
        => json.Refuse($"pooling by {mode} is not supported here; expected exactly one of cls, mean and max");
}
