using System.Text;

namespace Transluce.Batch.Transcripts.Ingestion;

/// <summary>Tells what a file is from its first bytes and its first properties.</summary>
public static class LogRecognition
{
    private const int MostProperties = 10_000;

    /// <summary>Whether a file is read: a log, or something that begins like one and is damaged, or cannot be told from one within the limits, which belongs into quarantine.</summary>
    /// <param name="path">The file.</param>
    /// <param name="limits">Those it will be read with: what ingest would quarantine must not be left out as no log.</param>
    public static bool IsRead(string path, IngestLimits limits)
    {
        ArgumentNullException.ThrowIfNull(limits);
        using var scratch = new ScratchText(Path.GetTempPath(), limits.TextUnits);
        return Recognise(path, scratch, new ReadingBounds(limits, TimeProvider.System, CancellationToken.None), out _, out var damage) != LogFormat.NotALog || damage is not null;
    }

    /// <summary>The format of a file, read only as far as needed.</summary>
    /// <param name="head">The properties that were read on the way.</param>
    /// <param name="damage">Why a file that begins like a log cannot be told to be one.</param>
    /// <param name="scratch">For long values.</param>
    /// <param name="bounds">What the file may cost.</param>
    /// <param name="path">The file.</param>
    internal static LogFormat Recognise(string path, ScratchText scratch, ReadingBounds bounds, out LogHeader head, out LogDamage? damage)
    {
        head = new LogHeader();
        damage = null;
        using var file = File.OpenRead(path);
        Span<byte> magic = stackalloc byte[4];
        var length = file.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false);
        // An archive that holds nothing begins with its end.
        if (length == 4 && (magic.SequenceEqual("PK\u0003\u0004"u8) || magic.SequenceEqual("PK\u0005\u0006"u8)))
        {
            return LogFormat.InspectEval;
        }

        file.Seek(0, SeekOrigin.Begin);
        using var stream = new CheckedStream(file, null, bounds, again: true);
        var json = new JsonCursor(stream, bounds.Limits.Depth);
        try
        {
            json.SkipByteOrderMark();
            if (json.AtEnd())
            {
                damage = length == 0 ? new LogDamage(LogDamage.Shape, "the file is empty") : null;
                return LogFormat.NotALog;
            }

            if (json.Peek() == JsonKind.Array)
            {
                json.BeginArray();
                return json.NextItem() && json.Peek() == JsonKind.Object ? OfObject(json, scratch, bounds.Limits, new LogHeader(), element: true) : LogFormat.NotALog;
            }

            return json.Peek() == JsonKind.Object ? OfObject(json, scratch, bounds.Limits, head, element: false) : LogFormat.NotALog;
        }
        catch (LogDamage found)
        {
            damage = head.Has("version") || found.Kind is LogDamage.Deadline or LogDamage.Cap ? found : null;
            return LogFormat.NotALog;
        }
    }

    private static LogFormat OfObject(JsonCursor json, ScratchText scratch, IngestLimits limits, LogHeader head, bool element)
    {
        var fields = new FieldReader(json, scratch, limits);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        json.BeginObject();
        for (var i = 0; i < MostProperties && json.NextName(); i++)
        {
            var name = Encoding.UTF8.GetString(json.Name);
            var kind = json.Peek();
            fields.BeginItem();
            if (name is "version" or "eval" or "traj" or "task_id" or "reward" or "agent_runs" or "transcripts")
            {
                seen.Add($"{name}:{kind}");
            }

            // Before their values are passed over: these are nearly all of the file, and a fault in one run must not hide the others.
            if (seen.Contains("traj:Array") && (seen.Contains("task_id:Number") || seen.Contains("task_id:String")) && seen.Contains("reward:Number"))
            {
                return LogFormat.TauBench;
            }

            if (seen.Contains("agent_runs:Array") || ((seen.Contains("transcripts:Array") || seen.Contains("transcripts:Object")) && !seen.Contains("eval:Object")))
            {
                return LogFormat.Docent;
            }

            switch (name)
            {
                case "version" or "eval" or "status" or "results" when !element:
                    head.Add(name, fields.JsonText() ?? "null");
                    break;
                default:
                    json.Skip();
                    break;
            }

            if (!element && seen.Contains("version:Number") && seen.Contains("eval:Object"))
            {
                return LogFormat.InspectJson;
            }
        }

        return LogFormat.NotALog;
    }
}
