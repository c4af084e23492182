using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Transluce.Batch.Tests.SyntheticSuites;

/// <summary>A suite as files: one log per model, <c>truth.json</c> and <c>terms.json</c> beside them.</summary>
internal static class SyntheticSuiteFolder
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, WriteIndented = true };

    public static void Write(SyntheticSuite suite, string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (var log in suite.Logs)
        {
            EvalLogWriter.Write(log, Path.Combine(folder, log.FileName));
        }

        File.WriteAllText(Path.Combine(folder, "truth.json"), Truth(suite));
        File.WriteAllText(Path.Combine(folder, "terms.json"), Terms(suite));
    }

    public static string Truth(SyntheticSuite suite) => Text(new JsonObject
    {
        ["synthetic"] = true,
        ["seed"] = suite.Settings.Seed,
        ["categories"] = new JsonObject([.. Planted(suite).Select(p => KeyValuePair.Create<string, JsonNode?>(p.Category, p.Description)), new(SyntheticSuite.Clean, "no problem")]),
        ["runs"] = new JsonArray([.. suite.Logs.SelectMany(log => log.Runs.Select(run => (JsonNode)new JsonObject
        {
            ["file"] = log.FileName,
            ["model"] = log.Model,
            ["sample_id"] = run.Task.Id,
            ["epoch"] = run.Epoch,
            ["uuid"] = run.Uuid,
            ["category"] = run.Category,
            ["recovered"] = run.Recovered,
            ["evidence_blocks"] = new JsonArray([.. run.EvidenceBlocks.Select(b => JsonValue.Create(b))]),
        }))]),
    });

    public static string Terms(SyntheticSuite suite) => Text(new JsonObject([.. Planted(suite)
        .Select(p => KeyValuePair.Create<string, JsonNode?>(p.Category, new JsonArray([.. p.Terms.Select(t => JsonValue.Create(t))])))]));

    private static IEnumerable<SyntheticProblem> Planted(SyntheticSuite suite)
        => SyntheticSuite.Problems.Where(p => suite.Runs.Any(r => r.Category == p.Category));

    /// <summary>Lists on one line: the truth is read by people, too.</summary>
    private static string Text(JsonObject json)
        => System.Text.RegularExpressions.Regex.Replace(json.ToJsonString(Readable), @"\[[^\[\]{}]*\]", m => System.Text.RegularExpressions.Regex.Replace(m.Value, @"\s+", " ")) + "\n";
}
