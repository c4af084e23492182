using System.Text;
using System.Text.Json;

namespace Transluce.Batch.Transcripts.Ingestion;

/// <summary>The properties of a log apart from its samples, each as JSON text; values are looked up when they are asked for, whatever their type.</summary>
internal sealed class LogHeader
{
    private static readonly JsonDocumentOptions Deep = new() { MaxDepth = 2048 };
    private readonly OrderedDictionary<string, string> properties = new(StringComparer.Ordinal);
    private readonly Dictionary<string, JsonElement> parsed = new(StringComparer.Ordinal);

    /// <summary>As written, or what Inspect makes of run, task and time; empty where none of these can be read: it must not be one id for all such logs.</summary>
    public string EvalId => Text("eval", "eval_id") ?? (KnowsEvaluation ? DerivedEvalId.Of(Text("eval", "run_id") ?? "", Text("eval", "task_id") ?? "", Created ?? "") : "");

    public string Task => Text("eval", "task") ?? "";

    public string Model => Text("eval", "model") ?? "";

    public string? Created => Text("eval", "created");

    /// <summary>A log without an end was never finished, or is still being written.</summary>
    public string Status => Text("status") ?? "started";

    public int? Version => Find("version") is { ValueKind: JsonValueKind.Number } version && version.TryGetInt32(out var number) ? number : null;

    /// <summary>What a single score without a name is called in the results.</summary>
    public string FirstScorer => Text("results", "scorer", "name") ?? FirstOf(Find("results", "scores")) ?? "score";

    public void Add(string name, string json)
    {
        properties[name] = json;
        parsed.Remove(name);
    }

    public bool Has(string name) => properties.ContainsKey(name);

    /// <summary>Reads the object at the cursor; samples are handed on, reductions passed over.</summary>
    public void Read(FieldReader fields, Action? samples)
    {
        var json = fields.Json;
        var share = new HeldShare(fields.Limits);
        json.BeginObject();
        while (json.NextName())
        {
            var name = Encoding.UTF8.GetString(json.Name);
            if (name == "samples" && samples is not null && json.Peek() == JsonKind.Array)
            {
                samples();
            }
            else if (name is "samples" or "reductions")
            {
                if (name == "samples" && samples is not null && json.Peek() != JsonKind.Null)
                {
                    json.Spoil(LogDamage.Shape, $"samples must be a list, {json.Peek()} was found");
                }

                json.Skip();
            }
            else
            {
                fields.BeginItem();
                var value = fields.JsonText() ?? "null";
                if (share.Add(name.Length + value.Length))
                {
                    Add(name, value);
                }
                else
                {
                    json.Spoil(LogDamage.Cap, share.Damage("the properties of the log beside its samples").Message);
                }
            }
        }
    }

    public string ToJson() => NormalisedScores.Json(properties);

    /// <summary>A string, or a number or truth value as written, at the end of a path.</summary>
    public string? Text(params ReadOnlySpan<string> path)
        => Find(path) is { ValueKind: not (JsonValueKind.Null or JsonValueKind.Undefined or JsonValueKind.Object or JsonValueKind.Array) } value ? value.ToString() : null;

    public bool Flag(string name) => Find(name) is { ValueKind: JsonValueKind.True };

    /// <summary>The value at the end of a path, or null.</summary>
    public JsonElement? Find(params ReadOnlySpan<string> path)
    {
        if (!properties.TryGetValue(path[0], out var json))
        {
            return null;
        }

        if (!parsed.TryGetValue(path[0], out var value))
        {
            parsed[path[0]] = value = Parse(json);
        }

        foreach (var name in path[1..])
        {
            if (value.ValueKind != JsonValueKind.Object || !value.TryGetProperty(name, out value))
            {
                return null;
            }
        }

        return value;
    }

    private bool KnowsEvaluation => Text("eval", "run_id") is not null || Text("eval", "task_id") is not null || Created is not null;

    private static JsonElement Parse(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, Deep);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            // Nested deeper than is read; the log's own reading reports it.
            return default;
        }
    }

    private static string? FirstOf(JsonElement? scores)
        => scores is { ValueKind: JsonValueKind.Array } list && list.GetArrayLength() > 0 && list[0].ValueKind == JsonValueKind.Object
            && list[0].TryGetProperty("name", out var name) && name.ValueKind == JsonValueKind.String ? name.GetString() : null;
}
