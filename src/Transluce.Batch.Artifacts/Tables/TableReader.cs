namespace Transluce.Batch.Artifacts;

/// <summary>An inclusive range of one integer key column, by which whole row groups are skipped.</summary>
public sealed record KeyRange(string Column, int Minimum, int Maximum);

/// <summary>Reads Parquet parts back into rows and checks schema name and version first.</summary>
public static class TableReader
{
    /// <summary>Streams the rows of one part, at most one row group in memory.</summary>
    /// <param name="content">A seekable Parquet file.</param>
    /// <param name="name">Named in errors.</param>
    /// <param name="ranges">Only rows within all of these ranges are returned.</param>
    public static IEnumerable<TRow> Read<TRow>(Stream content, string name, params KeyRange[] ranges)
        where TRow : class
        => throw new NotImplementedException();
}
