using System.Reflection;
using System.Text.RegularExpressions;
using Transluce.Batch.Artifacts;

namespace Transluce.Batch.Pipeline;

/// <summary>The stages of a job, checked to fit together before any work and ordered so that inputs come first.</summary>
public sealed partial class PipelineGraph
{
    private readonly Dictionary<string, Stage> byName;

    /// <exception cref="PipelineException">Names every problem: missing inputs, cycles, repeated names, two writers of one table.</exception>
    public PipelineGraph(IReadOnlyList<Stage> stages)
    {
        List<string> problems =
        [
            .. BadNames(stages),
            .. RepeatedNames(stages),
            .. MissingInputs(stages),
            .. TablesWithSeveralWriters(stages),
            .. Cycles(stages),
        ];
        if (problems.Count > 0)
        {
            throw new PipelineException("The stages do not fit together:\n" + string.Join('\n', problems.Select(p => "  - " + p)));
        }

        byName = stages.ToDictionary(s => s.Id);
        Stages = Order(stages);
    }

    /// <summary>Inputs before their readers; otherwise in the order given.</summary>
    public IReadOnlyList<Stage> Stages { get; }

    public Stage this[string name] => byName.TryGetValue(name, out var stage)
        ? stage
        : throw new PipelineException($"There is no stage '{name}'; the stages are {string.Join(", ", Stages.Select(s => s.Id))}.");

    public static string TableName(Type rowType)
        => rowType.GetCustomAttribute<TableAttribute>()?.Name ?? throw new ArgumentException($"{rowType.Name} has no [Table] attribute.");

    private static IEnumerable<string> BadNames(IEnumerable<Stage> stages)
        => stages.Where(s => !NamePattern().IsMatch(s.Name))
            .Select(s => $"'{s.Name}' is no stage name: it names a folder, so it takes lower-case letters, digits and hyphens")
            .Concat(stages.Where(s => s.ShardCount is < 1 or > 99_999).Select(s => $"'{s.Name}' has {s.ShardCount} shards; 1 to 99999 are possible"));

    private static IEnumerable<string> RepeatedNames(IEnumerable<Stage> stages)
        => stages.GroupBy(s => s.Id).Where(g => g.Count() > 1).Select(g => $"{g.Count()} stages are named '{g.Key}'");

    private static IEnumerable<string> MissingInputs(IReadOnlyList<Stage> stages)
    {
        var names = stages.Select(s => s.Id).ToHashSet();
        return stages.SelectMany(s => s.Inputs, (reader, input) => (Reader: reader.Id, Input: input.Stage.Id))
            .Where(edge => !names.Contains(edge.Input))
            .GroupBy(edge => edge.Input)
            .OrderBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => $"missing stage '{g.Key}', required by {string.Join(", ", g.Select(e => $"'{e.Reader}'").Order(StringComparer.Ordinal))}");
    }

    private static IEnumerable<string> TablesWithSeveralWriters(IEnumerable<Stage> stages)
        => stages.SelectMany(s => s.Tables, (stage, table) => (Table: TableName(table), Writer: stage.Name))
            .Distinct()
            .GroupBy(t => t.Table)
            .Where(g => g.Count() > 1)
            .Select(g => $"table '{g.Key}' has several writers: {string.Join(", ", g.Select(t => $"'{t.Writer}'"))}");

    private static IEnumerable<string> Cycles(IReadOnlyList<Stage> stages)
    {
        var finished = new HashSet<string>();
        foreach (var stage in stages)
        {
            if (FindCycle(stage, [], finished) is { } cycle)
            {
                yield return "circular inputs: " + string.Join(" -> ", cycle);
            }
        }
    }

    private static List<string>? FindCycle(Stage stage, List<string> path, HashSet<string> finished)
    {
        var start = path.IndexOf(stage.Id);
        if (start >= 0)
        {
            finished.UnionWith(path);
            return [.. path[start..], stage.Id];
        }

        if (!finished.Contains(stage.Id))
        {
            path.Add(stage.Id);
            foreach (var input in stage.Inputs)
            {
                if (FindCycle(input.Stage, path, finished) is { } cycle)
                {
                    return cycle;
                }
            }

            path.RemoveAt(path.Count - 1);
            finished.Add(stage.Id);
        }

        return null;
    }

    private static List<Stage> Order(IReadOnlyList<Stage> stages)
    {
        var ordered = new List<Stage>();
        var placed = new HashSet<string>();
        foreach (var stage in stages)
        {
            Visit(stage);
        }

        return ordered;

        void Visit(Stage stage)
        {
            if (placed.Add(stage.Id))
            {
                foreach (var input in stage.Inputs)
                {
                    Visit(input.Stage);
                }

                ordered.Add(stage);
            }
        }
    }

    [GeneratedRegex("^[a-z][a-z0-9-]{0,63}$")]
    private static partial Regex NamePattern();
}
