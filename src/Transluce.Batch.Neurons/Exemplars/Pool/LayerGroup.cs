namespace Transluce.Batch.Neurons.Exemplars;

/// <summary>Neighbouring layers that one shard of explain and score runs by itself.</summary>
/// <param name="Index">0, 1, 2 … from the bottom.</param>
/// <param name="FirstLayer">Its lowest layer.</param>
/// <param name="LayerCount">Its layers; the last group may have fewer.</param>
public sealed record LayerGroup(int Index, int FirstLayer, int LayerCount)
{
    public static IReadOnlyList<LayerGroup> Cut(int layers, int layersPerGroup)
        => [.. Enumerable.Range(0, (layers + layersPerGroup - 1) / layersPerGroup)
            .Select(index => new LayerGroup(index, index * layersPerGroup, Math.Min(layersPerGroup, layers - (index * layersPerGroup))))];
}
