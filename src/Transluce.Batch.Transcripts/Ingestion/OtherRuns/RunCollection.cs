using System.Text;

namespace Transluce.Batch.Transcripts.Ingestion;

/// <summary>
/// Reads runs that are not in an Inspect log: one object, a list of them, one after the other (JSON lines), or a list under <c>agent_runs</c>.
/// </summary>
internal sealed class RunCollection(string path, LogReading log, LogFormat format) : IDisposable
{
    // A collection, or a list of them. Every run starts the count of levels anew, so lists in lists need a bound of their own.
    private const int DeepestList = 2;

    private int lists;

    // What the lists of runs say besides the runs.
    private readonly JsonCopy collections = new(log.Limits.JsonBytes);

    private readonly LogHeader header = new();

    private readonly FaultyFile file = new(path, log.Bounds);

    public void Read()
    {
        header.Add("status", "\"success\"");
        header.Add("eval", format == LogFormat.TauBench ? """{"eval_id":"","task":"tau-bench"}""" : """{"eval_id":""}""");
        var writer = new RunWriter(log.Tables, log.LogId, header);
        var json = file.Json;
        var fields = new FieldReader(json, log.Scratch, log.Limits);
        try
        {
            json.SkipByteOrderMark();
            int? indentation = null;
            while (!json.AtEnd())
            {
                indentation ??= json.Indentation;
                if (json.Peek() == JsonKind.Array)
                {
                    ReadList(fields, writer);
                }
                else
                {
                    ReadRun(fields, writer, indentation, inList: false);
                }
            }
        }
        catch (LogDamage damage)
        {
            log.Report.Reject("", damage, isSample: false);
        }

        if (collections.Length > 0)
        {
            header.Add("collections", collections.Overflowed ? collections.Text() : collections.Text() + "]");
        }

        log.Tables.Logs.Write(EvalLogRows.Make(log.LogId, format.Name(), log.Report.Declared > 0 ? "monolith" : "none", header, log.Report));
    }

    private void ReadList(FieldReader fields, RunWriter writer)
    {
        int? indentation = null;
        fields.Json.BeginArray();
        while (fields.Json.NextItem())
        {
            indentation ??= fields.Json.Indentation;
            ReadRun(fields, writer, indentation, inList: true);
        }

        log.Report.Absorb("", fields.Json);
    }

    private void ReadRun(FieldReader fields, RunWriter writer, int? indentation, bool inList)
    {
        var json = fields.Json;
        json.Peek();
        var (ordinal, offset, level) = (log.Report.Declared, json.Offset, json.Level);
        json.Restart();
        var run = new OtherRun(new SampleReading(log.Limits, log.Scratch, "score"), format);
        var isRun = true;
        try
        {
            isRun = ReadObject(fields, run, writer);
            if (inList)
            {
                json.RequireItemEnd();
            }
        }
        catch (LogDamage damage)
        {
            // Where runs of a list inside were read, the damage is the list's.
            var isOwn = log.Report.Declared == ordinal;
            if (isOwn)
            {
                log.Report.Reject(Entry(log.Report.Declare()), json.Damage ?? damage, isSample: true);
            }

            log.Scratch.Clear();
            fields.Drop();
            json.Forget();
            if (isOwn && file.SkipDamaged(damage, offset, indentation, level))
            {
                json.EndSample();
                return;
            }

            throw new LogDamage(LogDamage.Json, $"what follows cannot be read: {damage.Message}", damage.Offset);
        }

        if (isRun)
        {
            Write(json, run, writer);
        }
        else
        {
            log.Report.Absorb("", json);
            AddCollection(run);
        }

        log.Scratch.Clear();
        json.Restart();
        json.EndSample();
    }

    private void AddCollection(OtherRun run)
    {
        if (run.CollectionJson() is { } collection)
        {
            collections.Structure(collections.Length == 0 ? (byte)'[' : (byte)',');
            collections.Token(Encoding.UTF8.GetBytes(collection));
        }
    }

    /// <returns>Whether the object is a run, not a list of them.</returns>
    private bool ReadObject(FieldReader fields, OtherRun run, RunWriter writer)
    {
        var json = fields.Json;
        if (json.Peek() != JsonKind.Object)
        {
            json.Spoil(LogDamage.Shape, $"a run must be an object, {json.Peek()} was found");
            json.Skip();
            return true;
        }

        var messages = new MessageReader(fields);
        var list = false;
        json.BeginObject();
        while (json.NextName())
        {
            var name = Encoding.UTF8.GetString(json.Name);
            if (name == "agent_runs" && json.Peek() == JsonKind.Array && lists < DeepestList)
            {
                list = true;
                lists++;
                // What came before the runs is not the first one's.
                log.Report.Absorb("", json);
                ReadList(fields, writer);
                lists--;
            }
            else
            {
                run.ReadProperty(name, fields, messages);
            }
        }

        return !list;
    }

    private void Write(JsonCursor json, OtherRun run, RunWriter writer)
    {
        var ordinal = log.Report.Declare();
        try
        {
            run.Reading.Absorb(json);
            var conversations = run.Finish();
            writer.Write(ordinal, run.Reading, conversations);
            log.Report.Done(run.Reading.Flags);
        }
        catch (LogDamage damage)
        {
            log.Report.Reject(Entry(ordinal), damage, isSample: true);
        }
    }

    public void Dispose() => file.Dispose();

    private static string Entry(int ordinal) => FormattableString.Invariant($"runs[{ordinal}]");
}
