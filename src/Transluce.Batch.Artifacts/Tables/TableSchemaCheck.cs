using System.Globalization;

namespace Transluce.Batch.Artifacts;

/// <summary>Compares what a part says it holds with what a row type expects.</summary>
internal static class TableSchemaCheck
{
    /// <returns>The file's column for each of the row type's columns.</returns>
    public static ParquetColumn[] Match<TRow>(ParquetFile file, RowSchema<TRow> schema)
        where TRow : class
    {
        var table = file.Metadata.GetValueOrDefault("table");
        if (table != schema.Table.Name)
        {
            throw new ArtifactException($"'{file.Name}' holds table '{table ?? "(unnamed)"}', but '{schema.Table.Name}' is needed. Check the path.");
        }

        var version = file.Metadata.GetValueOrDefault("schema_version");
        var expected = schema.Table.SchemaVersion.ToString(CultureInfo.InvariantCulture);
        if (version != expected)
        {
            throw new ArtifactException(
                $"'{file.Name}' holds '{table}' of schema version {version ?? "(none)"}, but this program reads version {expected}. Run the stage again with this program, or read the file with the program that wrote it.");
        }

        return [.. schema.Columns.Select(c => MatchColumn(file, c))];
    }

    private static ParquetColumn MatchColumn(ParquetFile file, RowColumn expected)
    {
        var column = file.FindColumn(expected.LeafPath)
            ?? throw new ArtifactException($"'{file.Name}' has no column '{expected.LeafPath}'; it has {string.Join(", ", file.Columns.Select(c => c.Path))}.");
        var type = expected.Kind switch
        {
            ColumnKind.Text or ColumnKind.TextList or ColumnKind.Enum or ColumnKind.Binary => ParquetType.ByteArray,
            _ => Type.GetTypeCode(expected.ElementType) switch
            {
                TypeCode.Int32 => ParquetType.Int32,
                TypeCode.Int64 => ParquetType.Int64,
                TypeCode.Single => ParquetType.Float,
                TypeCode.Double => ParquetType.Double,
                _ => ParquetType.Boolean,
            },
        };
        var isList = expected.Kind is ColumnKind.List or ColumnKind.TextList;
        var definition = isList ? 2 : expected.IsNullable ? 1 : 0;
        if (column.Type != type || column.MaxRepetitionLevel != (isList ? 1 : 0) || column.MaxDefinitionLevel != definition)
        {
            throw new ArtifactException(
                $"'{file.Name}': column '{column.Path}' is {column.Type} with levels {column.MaxDefinitionLevel}/{column.MaxRepetitionLevel}, but {expected.TypeName} is needed.");
        }

        return column;
    }
}
