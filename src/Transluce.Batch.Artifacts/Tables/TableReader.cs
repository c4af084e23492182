namespace Transluce.Batch.Artifacts;

/// <summary>Reads Parquet parts back into rows and checks table name, schema version and column types first.</summary>
public static class TableReader
{
    /// <summary>Streams the rows of one part, at most one row group in memory.</summary>
    /// <param name="content">A seekable Parquet file; disposed at the end.</param>
    /// <param name="name">Named in errors.</param>
    /// <param name="ranges">Only rows within all of these ranges are returned.</param>
    /// <exception cref="ArtifactException">The file is damaged, or holds another table or another schema version.</exception>
    public static IEnumerable<TRow> Read<TRow>(Stream content, string name, params KeyRange[] ranges)
        where TRow : class
    {
        using var file = ParquetFile.Open(content, name);
        var columns = TableSchemaCheck.Match(file, RowSchema<TRow>.Instance);
        var filter = new KeyFilter<TRow>(ranges);
        var loaders = ColumnLoaders<TRow>.Create();
        for (var group = 0; group < file.RowGroupCount; group++)
        {
            if (!filter.MayMatch(file, columns, group))
            {
                continue;
            }

            file.Prefetch(group);
            for (var i = 0; i < loaders.Length; i++)
            {
                loaders[i].Load(file, columns[i], group);
            }

            var rows = file.RowGroupRows(group);
            for (var row = 0; row < rows; row++)
            {
                if (filter.Matches(loaders, row))
                {
                    yield return ColumnLoaders<TRow>.BuildRow(loaders, row);
                }
            }
        }
    }
}
