using Transluce.Batch.Artifacts;
using Transluce.Batch.LanguageModels;

namespace Transluce.Batch.Transcripts.Embedding.Onnx;

/// <summary>The steps <c>modules.json</c> lists. Two are done here, Transformer and Pooling; Normalize is done to every vector anyway.</summary>
/// <param name="Transformer">Folder of the transformer.</param>
/// <param name="Pooling">Folder of the pooling's settings.</param>
internal sealed record SentenceTransformerModules(string Transformer, string Pooling)
{
    public const string Name = "modules.json";
    private const long MaxBytes = 1 << 20;

    public static SentenceTransformerModules Read(string folder)
    {
        string? transformer = null;
        string? pooling = null;
        foreach (var module in CheckedJson.Read(Path.Combine(folder, Name), MaxBytes).Items())
        {
            var type = module.Required("type");
            switch (type.Text().Split('.')[^1])
            {
                case "Transformer" when transformer is null:
                    transformer = FolderOf(folder, module.Required("path"));
                    break;
                case "Pooling" when transformer is not null && pooling is null:
                    pooling = FolderOf(folder, module.Required("path"));
                    break;
                case "Normalize":
                    break;
                default:
                    throw type.Refuse("this step is not supported here, or not at this place; expected Transformer, Pooling and, optionally, Normalize");
            }
        }

        return transformer is not null && pooling is not null
            ? new SentenceTransformerModules(transformer, pooling)
            : throw new ArtifactException($"'{Path.Combine(folder, Name)}' lists no {(transformer is null ? "Transformer" : "Pooling")}; expected a Transformer and then a Pooling.");
    }

    /// <summary>A name from outside becomes part of a path only if it is a plain name.</summary>
    private static string FolderOf(string folder, CheckedJson path)
        => path.Text().Length == 0 ? folder
        : path.Text().All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-') ? Path.Combine(folder, path.Text())
        : throw path.Refuse("expected the plain name of a folder, such as 1_Pooling");
}
