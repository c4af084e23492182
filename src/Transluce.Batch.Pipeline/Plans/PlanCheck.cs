using System.Text.Json.Nodes;
using Transluce.Batch.Artifacts;

namespace Transluce.Batch.Pipeline;

/// <summary>Makes sure that this program, on this machine, would make exactly the artifacts a plan names.</summary>
public static class PlanCheck
{
    private const int MaxDifferences = 20;

    /// <summary>Works the keys out again from the rebuilt stages, with the plan's fingerprints (files are not hashed again).</summary>
    /// <exception cref="PipelineException">Names every difference: another program version, other options, or a machine with other numerics.</exception>
    public static void Require(RunPlan plan, PipelineGraph graph)
    {
        var here = RunPlan.Recipes(graph, stage => plan.Find(stage.Id)?.Recipe.Fingerprints ?? []).ToDictionary(stage => stage.Id);
        var differences = new List<string>();
        foreach (var name in plan.Stages.Select(s => s.Id).Union(here.Keys))
        {
            var planned = plan.Find(name);
            var ours = here.GetValueOrDefault(name);
            if (planned is null || ours is null)
            {
                differences.Add(planned is null ? $"the plan has no stage '{name}'" : $"this program has no stage '{name}'");
            }
            else if (planned.Key != ours.Key || planned.Recipe.Key() != planned.Key)
            {
                Compare(name, planned.Recipe.ToJson(), ours.Recipe.ToJson(), differences);
                if (differences.Count == 0)
                {
                    differences.Add($"{name}: the plan's key {planned.Key} is not the key of its recipe");
                }
            }
        }

        if (differences.Count > 0)
        {
            var shown = differences.Take(MaxDifferences).Append(differences.Count > MaxDifferences ? $"… and {differences.Count - MaxDifferences} more" : null);
            throw new PipelineException(
                $"Run '{plan.RunId}' was planned by another program version, configuration or kind of machine; running it here would make other artifacts:\n"
                + string.Join('\n', shown.OfType<string>().Select(d => "  - " + d))
                + "\nUse the program and kind of machine that planned it, or start a new run here.");
        }
    }

    private static void Compare(string path, JsonNode? planned, JsonNode? here, List<string> differences)
    {
        if (planned is JsonObject plannedObject && here is JsonObject hereObject)
        {
            foreach (var name in plannedObject.Select(p => p.Key).Union(hereObject.Select(p => p.Key)))
            {
                Compare($"{path}.{name}", plannedObject[name], hereObject[name], differences);
            }
        }
        else if (!CanonicalJson.Write(planned).AsSpan().SequenceEqual(CanonicalJson.Write(here)))
        {
            differences.Add($"{path}: planned {planned?.ToJsonString() ?? "nothing"}, here {here?.ToJsonString() ?? "nothing"}");
        }
    }
}
