using System.Reflection;
using Snapshooter.Xunit3;
using Transluce.Batch.Artifacts;

namespace Transluce.Batch.Tests.Artifacts;

/// <summary>The tables are a contract with every reader: a changed column needs a new schema version, which makes a new snapshot.</summary>
public sealed class SchemaSnapshotTests
{
    public static TheoryData<string> Tables() => [.. RowTypes.All().Select(t => t.GetCustomAttribute<TableAttribute>()!.Name)];

    [Theory]
    [MemberData(nameof(Tables))]
    public void A_table_has_the_columns_its_schema_version_promises(string table)
    {
        using var folder = new TemporaryFolder();
        var type = RowTypes.All().Single(t => t.GetCustomAttribute<TableAttribute>()!.Name == table);
        var attribute = type.GetCustomAttribute<TableAttribute>()!;
        var path = folder.File("empty.parquet");
        typeof(TableRoundTripTests).GetMethod(nameof(TableRoundTripTests.Write), BindingFlags.NonPublic | BindingFlags.Static)!
            .MakeGenericMethod(type).Invoke(null, [path, Array.CreateInstance(type, 0)]);
        using var file = ParquetFile.Open(File.OpenRead(path), path);
        var keys = type.GetConstructors()[0].GetParameters().TakeWhile(p => type.GetProperty(p.Name!)!.GetCustomAttribute<KeyAttribute>() is not null).Count();
        var lines = file.Columns.Select((c, i) =>
            $"{(i < keys ? "key " : "")}{c.Path}: {(c.IsText ? "text" : c.Type.ToString())}{(c.MaxRepetitionLevel == 0 && c.MaxDefinitionLevel > 0 ? " or null" : "")}");

        Snapshot.Match(string.Join('\n', lines), $"Schema_{table}_v{attribute.SchemaVersion}");
    }

    [Fact]
    public void Tables_have_distinct_names()
    {
        var names = RowTypes.All().Select(t => t.GetCustomAttribute<TableAttribute>()!.Name).ToList();

        Assert.Equal(names.Distinct(), names);
    }
}
