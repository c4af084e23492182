using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Transluce.Batch.Artifacts;

namespace Transluce.Batch.Transcripts.Ingestion;

/// <summary>Writes one sample's rows once all of it has been found sound.</summary>
internal sealed class RunWriter(LogTables tables, string logId, LogHeader header)
{
    /// <summary>Writes a sample that has been surveyed.</summary>
    /// <param name="ordinal">Its place in the log.</param>
    /// <param name="source">To read from again where it was too long to hold.</param>
    /// <param name="reading">What the survey found.</param>
    public void Write(int ordinal, SampleSource source, SampleReading reading)
    {
        var children = SubAgents.Find(reading, source);
        if (reading.Attachments.Missed)
        {
            source.Gather(reading, new Gathering(reading.Limits));
        }

        Write(ordinal, reading, [MainOf(reading, source), .. children]);
    }

    /// <summary>Writes a run whose conversations are at hand.</summary>
    public void Write(int ordinal, SampleReading reading, IReadOnlyList<Conversation> conversations)
    {
        var facts = reading.Facts;
        var agentRunId = string.IsNullOrEmpty(facts.Uuid) ? DerivedId(reading) : facts.Uuid;
        var run = new RunLabel(ordinal, agentRunId);
        var groups = TranscriptGroups.Write(tables, run, reading.Outline, conversations);
        var attachments = new RunAttachments();
        using var content = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        ConversationWriter? main = null;
        for (var i = 0; i < conversations.Count; i++)
        {
            var writer = new ConversationWriter(tables, reading, run, attachments);
            var group = conversations[i].Node is { } node ? groups[node] : null;
            content.AppendData(Encoding.ASCII.GetBytes(writer.Write(conversations[i], i, group)));
            main ??= writer;
        }

        tables.Runs.Write(Row(reading, run, main!, Convert.ToHexStringLower(content.GetHashAndReset())));
    }

    /// <summary>
    /// Where not even the evaluation is known, a run is known by what happened in it as well: sample and epoch are the same in every log of a task.
    /// </summary>
    private string DerivedId(SampleReading reading)
    {
        var (facts, evalId) = (reading.Facts, header.EvalId);
        var epoch = facts.Epoch.ToString(CultureInfo.InvariantCulture);
        return evalId.Length > 0
            ? StableId.Of(evalId, facts.Id, epoch)
            : StableId.Of("", facts.Id, epoch, facts.StartedAt ?? "", reading.Main.Digest, string.Join(' ', facts.Input.Select(message => $"{MainConversation.Identity(message):x}")));
    }

    private AgentRunRow Row(SampleReading reading, RunLabel run, ConversationWriter main, string content)
    {
        var facts = reading.Facts;
        var (input, target, metadata) = (InputText(reading), reading.Attachments.ResolveWithin(facts.TargetJson), reading.Attachments.ResolveWithin(facts.MetadataJson)!);
        if (reading.Attachments.LeftReference || input.IsLarge)
        {
            reading.Flag("truncated");
        }

        var primary = facts.Scores.Count > 0 ? facts.Scores[0] : default;
        var numbers = facts.Scores.Count > 0 ? NormalisedScores.Of(primary.Value) : null;
        return new AgentRunRow(
            run.Ordinal, run.AgentRunId, logId, string.IsNullOrEmpty(facts.Uuid) ? null : facts.Uuid, facts.Id, facts.IdIsNumber, facts.Epoch, facts.Task ?? header.Task, facts.Model ?? header.Model,
            input.Head, target, primary.Key, numbers,
            NormalisedScores.Json(facts.Scores), NormalisedScores.NumbersJson(facts.Scores),
            facts.ErrorMessage, facts.ErrorRetries, facts.LimitType, facts.LimitValue, facts.Invalidated, facts.TotalSeconds, facts.WorkingSeconds,
            facts.StartedAt, facts.CompletedAt, facts.InputTokens, facts.OutputTokens, facts.TotalTokens, facts.Cost,
            main.Turns, main.Messages, main.Calls, main.ParseErrors, facts.EventCount,
            metadata, content, [.. reading.Flags]);
    }

    private static JoinedText InputText(SampleReading reading)
    {
        var asked = reading.Facts.Input.Where(message => message.Role == "user").ToList();
        var texts = (asked.Count > 0 ? asked : reading.Facts.Input)
            .SelectMany(message => reading.Attachments.Resolve(message).Parts)
            .Where(part => part.Kind == PartKind.Text)
            .Select(part => part.Text)
            .ToList();
        return new JoinedText(texts, reading.Scratch);
    }

    /// <summary>The sample's own messages; where it has none (it failed early), its input.</summary>
    private static Conversation MainOf(SampleReading reading, SampleSource source)
    {
        if (reading.Main.Count > 0 || reading.Facts.Input.Count == 0)
        {
            return new Conversation("messages", "", "main", null, reading.Main.Overflowed ? source.Messages(reading) : reading.Main.Held, reading.Main.Results);
        }

        reading.Flag("reconstructed");
        return new Conversation("input", "", "input", null, reading.Facts.Input, new ToolResultIndex());
    }
}
