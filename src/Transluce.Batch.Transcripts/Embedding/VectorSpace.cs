using System.Text.Json.Nodes;
using Transluce.Batch.Artifacts;

namespace Transluce.Batch.Transcripts.Embedding;

/// <summary>
/// Says whether vectors may be compared: those of one provider, version, settings, files and fitted model. Numerics are no part of it: the
/// same model on another processor puts a text next to where it was, and a centroid stays what it is.
/// </summary>
internal static class VectorSpace
{
    /// <param name="embeddings">Manifest of an artifact of <see cref="EmbedStage"/>.</param>
    public static string Of(Manifest embeddings)
    {
        var recipe = embeddings.Recipe;
        return CanonicalJson.Hash(new JsonObject
        {
            ["model"] = recipe.Options.DeepClone(),
            ["files"] = new JsonObject(recipe.Fingerprints.Select(file => KeyValuePair.Create<string, JsonNode?>(file.Key, file.Value))),

            // All but the texts: the artifacts the model is kept in.
            ["inputs"] = new JsonArray([.. recipe.Inputs.Where(input => input.Stage != "chunk").Select(input => JsonValue.Create(input.Key))]),
        });
    }
}
