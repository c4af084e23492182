namespace Transluce.Batch.Artifacts;

/// <summary>Turns pages of a leaf column into rows; a row may go on from one page to the next.</summary>
internal sealed class RowAssembler<T>(ParquetFile file, ParquetColumn column)
{
    private List<T>? row;
    private int rows;

    public IEnumerable<IReadOnlyList<T>> Append(LeafValues<T> page)
    {
        var value = 0;
        for (var entry = 0; entry < page.EntryCount; entry++)
        {
            var begins = page.RepetitionLevels.Length == 0 || page.RepetitionLevels[entry] == 0;
            if (begins && row is not null)
            {
                rows++;
                yield return row;
            }

            if (begins)
            {
                row = [];
            }
            else if (row is null)
            {
                throw new ArtifactException($"'{file.Name}': column '{column.Path}' does not begin with a row. Fetch or write the file again.");
            }

            var level = page.DefinitionLevels.Length == 0 ? 0 : page.DefinitionLevels[entry];
            if (level == column.MaxDefinitionLevel)
            {
                row!.Add(page.Values[value++]);
            }
            else if (level >= column.ElementDefinitionLevel)
            {
                row!.Add(Null());
            }
        }
    }

    public IEnumerable<IReadOnlyList<T>> Finish(int expectedRows)
    {
        if (rows + (row is null ? 0 : 1) != expectedRows)
        {
            throw new ArtifactException($"'{file.Name}': column '{column.Path}' has {rows + (row is null ? 0 : 1)} rows where {expectedRows} belong. Fetch or write the file again.");
        }

        if (row is not null)
        {
            yield return row;
        }
    }

    private T Null() => default(T) is null
        ? default!
        : throw new ArtifactException($"'{file.Name}': column '{column.Path}' has a null where a {typeof(T).Name} is needed. Leave such rows out.");
}
