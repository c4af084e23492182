using System.Reflection;

namespace Transluce.Batch.Artifacts;

/// <summary>A complete artifact: its manifest and the rows of its tables, read part by part in shard order.</summary>
public sealed class ArtifactReader(IObjectStore store, string stage, string key)
{
    private readonly Lazy<Manifest> manifest = new(() => Manifest.Load(store, stage, key));

    public IObjectStore Store { get; } = store;

    public string Stage { get; } = stage;

    public string Key { get; } = key;

    /// <exception cref="ArtifactException">The artifact is missing or incomplete, or its manifest is damaged.</exception>
    public Manifest Manifest => manifest.Value;

    /// <summary>Rows of a table in part order; ascending by key where every shard holds later keys than the one before it.</summary>
    /// <exception cref="ArtifactException">A part is missing or damaged.</exception>
    public IEnumerable<TRow> Read<TRow>(params KeyRange[] ranges)
        where TRow : class
        => Parts<TRow>().SelectMany(part => ReadPart<TRow>(part, ranges));

    /// <summary>Rows of a table that one shard wrote.</summary>
    /// <exception cref="ArtifactException">The part is missing or damaged.</exception>
    public IEnumerable<TRow> ReadShard<TRow>(int shard, params KeyRange[] ranges)
        where TRow : class
        => Parts<TRow>().Where(part => part.Shard == shard).SelectMany(part => ReadPart<TRow>(part, ranges));

    private IReadOnlyList<PartRecord> Parts<TRow>()
    {
        var name = typeof(TRow).GetCustomAttribute<TableAttribute>()?.Name;
        return Manifest.Tables.FirstOrDefault(t => t.Name == name)?.Parts
            ?? throw new ArtifactException($"Artifact '{Stage}/{Key}' has no table '{name}'; it has {string.Join(", ", Manifest.Tables.Select(t => t.Name))}.");
    }

    private IEnumerable<TRow> ReadPart<TRow>(PartRecord part, KeyRange[] ranges)
        where TRow : class
        => TableReader.Read<TRow>(Store.OpenRead(part.Path), $"{Store.Location}/{part.Path}", ranges);
}
