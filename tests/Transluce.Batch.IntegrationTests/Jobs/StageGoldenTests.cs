using System.Globalization;
using DuckDB.NET.Data;
using Transluce.Batch.Jobs;
using Transluce.Batch.Tests;

namespace Transluce.Batch.IntegrationTests.Jobs;

/// <summary>
/// What every stage made of the tiny job, in a few figures per column, beside the stage's version. A stage whose rows change for the same input must get another
/// version, or stores would mix old rows with new ones. The last bits differ between processors, so figures are compared within a tenth;
/// what the explainer chose per layer is left out, for a choice between near equals may tip.
/// </summary>
[Collection(nameof(FinishedJob))]
public sealed class StageGoldenTests(FinishedJob finished)
{
    private const double Tolerance = 0.1;

    private static readonly string Golden = Path.Combine(SharedData.RepositoryRoot, "tests", "Transluce.Batch.IntegrationTests", "Jobs", "stages.golden.tsv");

    [Fact]
    public void A_stage_that_makes_other_rows_has_another_version()
    {
        var seen = Figures().ToArray();
        if (Environment.GetEnvironmentVariable("ACCEPT_SNAPSHOTS") == "1")
        {
            File.WriteAllLines(Golden, seen.Select(line => string.Create(CultureInfo.InvariantCulture, $"{line.Name}\t{line.Value:G6}")));
        }

        var golden = File.ReadAllLines(Golden).Select(line => line.Split('\t')).ToDictionary(cells => cells[0], cells => double.Parse(cells[1], CultureInfo.InvariantCulture));
        Assert.Equal(golden.Keys.Order(StringComparer.Ordinal), seen.Select(line => line.Name).Order(StringComparer.Ordinal));
        var changed = seen.Where(line => Math.Abs(line.Value - golden[line.Name]) > (Tolerance * Math.Abs(golden[line.Name])) + 1e-3).ToArray();
        Assert.True(changed.Length == 0, $"Rows changed: {string.Join("; ", changed.Select(line => $"{line.Name}: {line.Value:G6}, was {golden[line.Name]:G6}"))}. Raise the Version of the stages named, then run 'make accept'.");
    }

    private IEnumerable<(string Name, double Value)> Figures()
    {
        var graph = PreparedJob.Read(finished.Job.ConfigFile).Graph;
        using var connection = new DuckDBConnection("DataSource=:memory:");
        connection.Open();
        foreach (var stage in finished.Record.Stages)
        {
            var version = graph.Stages.Single(candidate => candidate.Name == stage.Stage).Version;
            foreach (var table in Directory.GetDirectories(Path.Combine(finished.Job.StoreFolder, "artifacts", stage.Stage, stage.Key)).Where(folder => Path.GetFileName(folder) != "done").Order(StringComparer.Ordinal))
            {
                var files = Path.Combine(table, "*.parquet").Replace("'", "''", StringComparison.Ordinal);
                var name = $"{stage.Stage} v{version} {Path.GetFileName(table)}";
                yield return ($"{name} rows", Number(connection, $"select count(*) from '{files}'"));
                foreach (var (column, figure) in Path.GetFileName(table) == "explainer_choices" ? [] : Columns(connection, files))
                {
                    yield return ($"{name} {column}", Number(connection, $"select coalesce(avg({figure}), 0)::double from '{files}'"));
                }
            }
        }
    }

    private static List<(string Column, string Figure)> Columns(DuckDBConnection connection, string files)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"describe select * from '{files}'";
        using var reader = command.ExecuteReader();
        var columns = new List<(string, string)>();
        while (reader.Read())
        {
            var (column, type) = (reader.GetString(0), reader.GetString(1));
            columns.Add((column, type switch
            {
                _ when type.EndsWith("[]", StringComparison.Ordinal) => $"length(\"{column}\")",
                "VARCHAR" => $"length(\"{column}\")",
                "BLOB" => $"octet_length(\"{column}\")",
                "BOOLEAN" => $"\"{column}\"::int",
                _ => $"abs(\"{column}\")",
            }));
        }

        return columns;
    }

    private static double Number(DuckDBConnection connection, string query)
    {
        using var command = connection.CreateCommand();
        command.CommandText = query;
        return Convert.ToDouble(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }
}
