using System.IO.Compression;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Transluce.Batch.Tests.SyntheticSuites;

/// <summary>Writes a log as Inspect does: a zip of JSON members, deflated. The members depend on the suite alone (fixed times); the zip's bytes also on the deflater.</summary>
internal static class EvalLogWriter
{
    private const string Created = "2026-01-05T09:00:00+00:00";

    private static readonly JsonSerializerOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Member → JSON text, in the order of the archive.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Members(SyntheticLog log)
    {
        var summaries = new JsonArray([.. log.Runs.Select(run => Summary(log, run))]);
        var members = new List<KeyValuePair<string, string>> { new("_journal/start.json", Text(Start(log))) };
        members.AddRange(log.Runs.Select(run => new KeyValuePair<string, string>($"samples/{run.Task.Id}_epoch_{run.Epoch}.json", Text(Sample(log, run)))));
        members.Add(new("_journal/summaries/1.json", Text(summaries)));
        members.Add(new("summaries.json", Text(summaries)));
        members.Add(new("header.json", Text(Header(log))));
        return members;
    }

    public static void Write(SyntheticLog log, string path)
    {
        using var archive = new ZipArchive(File.Create(path), ZipArchiveMode.Create);
        foreach (var (name, text) in Members(log))
        {
            var entry = archive.CreateEntry(name, CompressionLevel.SmallestSize);
            entry.LastWriteTime = new DateTimeOffset(2026, 1, 5, 9, 0, 0, TimeSpan.Zero);
            using var writer = new StreamWriter(entry.Open());
            writer.Write(text);
        }
    }

    private static string Text(JsonNode node) => node.ToJsonString(Compact);

    private static JsonObject Start(SyntheticLog log) => new()
    {
        ["version"] = 2,
        ["eval"] = new JsonObject
        {
            ["eval_id"] = log.EvalId,
            ["run_id"] = log.EvalId[..11] + log.EvalId[..11],
            ["created"] = Created,
            ["task"] = "desk_work",
            ["task_id"] = "desk-work-" + log.Model,
            ["task_version"] = 0,
            ["task_args"] = new JsonObject(),
            ["dataset"] = new JsonObject
            {
                ["name"] = "synthetic-desk",
                ["samples"] = log.Runs.Select(r => r.Task.Id).Distinct().Count(),
                ["sample_ids"] = new JsonArray([.. log.Runs.Select(r => r.Task.Id).Distinct().Select(id => JsonValue.Create(id))]),
                ["shuffled"] = false,
            },
            ["model"] = "synthetic/" + log.Model,
            ["model_args"] = new JsonObject(),
            ["config"] = new JsonObject { ["epochs"] = log.Runs.Max(r => r.Epoch) },
            ["packages"] = new JsonObject { ["inspect_ai"] = "0.3.285" },
            ["metadata"] = new JsonObject { ["synthetic"] = true },
        },
        ["plan"] = new JsonObject { ["name"] = "plan", ["steps"] = new JsonArray(), ["config"] = new JsonObject() },
    };

    private static JsonObject Header(SyntheticLog log)
    {
        var header = Start(log);
        header.Insert(1, "status", "success");
        header["results"] = new JsonObject
        {
            ["total_samples"] = log.Runs.Count,
            ["completed_samples"] = log.Runs.Count,
            ["scores"] = new JsonArray(new JsonObject
            {
                ["name"] = "includes",
                ["scorer"] = "includes",
                ["params"] = new JsonObject(),
                ["metrics"] = new JsonObject { ["accuracy"] = new JsonObject { ["name"] = "accuracy", ["value"] = Math.Round(log.Runs.Average(r => r.Correct ? 1.0 : 0.0), 4) } },
            }),
        };
        header["stats"] = new JsonObject { ["started_at"] = Created, ["completed_at"] = Created, ["model_usage"] = Usage(log, log.Runs.Sum(InputTokens), log.Runs.Sum(OutputTokens)) };
        return header;
    }

    private static JsonObject Sample(SyntheticLog log, SyntheticRun run) => new()
    {
        ["id"] = run.Task.Id,
        ["epoch"] = run.Epoch,
        ["input"] = run.Task.Question,
        ["target"] = run.Task.Answer,
        ["messages"] = new JsonArray([.. run.Messages.Select(m => Message(log, m))]),
        ["output"] = new JsonObject
        {
            ["model"] = "synthetic/" + log.Model,
            ["choices"] = new JsonArray(new JsonObject { ["message"] = Message(log, run.Messages[^1]), ["stop_reason"] = "stop" }),
            ["completion"] = run.Messages[^1].Text,
        },
        ["scores"] = Scores(run),
        ["metadata"] = new JsonObject { ["synthetic"] = true },
        ["store"] = new JsonObject(),
        ["events"] = new JsonArray(),
        ["model_usage"] = Usage(log, InputTokens(run), OutputTokens(run)),
        ["started_at"] = Created,
        ["completed_at"] = Created,
        ["total_time"] = run.Messages.Count * 1.5,
        ["working_time"] = run.Messages.Count * 1.25,
        ["uuid"] = run.Uuid,
        ["attachments"] = new JsonObject(),
    };

    private static JsonObject Summary(SyntheticLog log, SyntheticRun run) => new()
    {
        ["id"] = run.Task.Id,
        ["epoch"] = run.Epoch,
        ["input"] = run.Task.Question,
        ["target"] = run.Task.Answer,
        ["metadata"] = new JsonObject { ["synthetic"] = true },
        ["scores"] = Scores(run),
        ["model_usage"] = Usage(log, InputTokens(run), OutputTokens(run)),
        ["uuid"] = run.Uuid,
        ["completed"] = true,
        ["message_count"] = run.Messages.Count,
    };

    private static JsonObject Message(SyntheticLog log, SyntheticMessage message)
    {
        var json = new JsonObject { ["id"] = message.Id, ["content"] = message.Text };
        if (message.Role is "user" or "assistant")
        {
            json["source"] = message.Role == "user" ? "input" : "generate";
        }

        json["role"] = message.Role;
        if (message.Role == "tool")
        {
            json["tool_call_id"] = message.CallId;
            json["function"] = message.Tool;
            if (message.Error is not null)
            {
                json["error"] = new JsonObject { ["type"] = message.ErrorType, ["message"] = message.Error };
            }
        }
        else if (message.Role == "assistant")
        {
            json["tool_calls"] = message.Tool is null ? [] : new JsonArray(new JsonObject
            {
                ["id"] = message.CallId,
                ["function"] = message.Tool,
                ["arguments"] = new JsonObject { [ArgumentName(message.Tool)] = message.Argument },
                ["type"] = "function",
            });
            json["model"] = "synthetic/" + log.Model;
        }

        return json;
    }

    public static string ArgumentName(string tool) => tool switch { "bash" => "command", "sql" => "query", _ => "address" };

    private static JsonObject Scores(SyntheticRun run) => new()
    {
        ["includes"] = new JsonObject { ["value"] = run.Correct ? "C" : "I", ["answer"] = run.Messages[^1].Text },
    };

    private static JsonObject Usage(SyntheticLog log, int input, int output) => new()
    {
        ["synthetic/" + log.Model] = new JsonObject { ["input_tokens"] = input, ["output_tokens"] = output, ["total_tokens"] = input + output },
    };

    private static int InputTokens(SyntheticRun run) => run.Messages.Where(m => m.Role != "assistant").Sum(m => (m.Text.Length + (m.Error?.Length ?? 0)) / 4 + 3);

    private static int OutputTokens(SyntheticRun run) => run.Messages.Where(m => m.Role == "assistant").Sum(m => (m.Text.Length + (m.Argument?.Length ?? 0)) / 4 + 3);
}
