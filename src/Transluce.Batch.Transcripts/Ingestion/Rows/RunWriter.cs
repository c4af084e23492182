using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Transluce.Batch.Artifacts;

namespace Transluce.Batch.Transcripts.Ingestion;

/// <summary>Writes one sample's rows once all of it has been found sound.</summary>
internal sealed class RunWriter(LogTables tables, string logId, LogHeader header)
{
    /// <summary>The conversations of a sample that has been surveyed, first its own.</summary>
    /// <param name="source">To read from again where it was too long to hold.</param>
    /// <param name="reading">What the survey found.</param>
    /// <exception cref="LogDamage">With its attachments it is longer than a sample may be.</exception>
    public static IReadOnlyList<Conversation> Conversations(SampleSource source, SampleReading reading)
    {
        var children = SubAgents.Find(reading, source);
        reading.Outline.Nodes.ForEach(node => reading.Attachments.WantWithin(node.MetadataJson));
        reading.Attachments.WantWithin(reading.Others.Json);
        if (reading.Attachments.Missed)
        {
            source.Gather(reading, new Gathering(reading.Limits, reading.Scratch));
        }

        IReadOnlyList<Conversation> conversations = [MainOf(reading, source), .. children];
        RequireBounded(reading, conversations, children);
        return conversations;
    }

    /// <summary>Writes a run whose conversations are at hand.</summary>
    public void Write(int ordinal, SampleReading reading, IReadOnlyList<Conversation> conversations)
    {
        var facts = reading.Facts;
        var agentRunId = string.IsNullOrEmpty(facts.Uuid) ? DerivedId(reading) : facts.Uuid;
        var run = new RunLabel(ordinal, agentRunId);
        reading.Attachments.BeginRows();
        if (reading.Outline.OmittedMetadata)
        {
            reading.Flag("span-metadata-omitted");
        }

        var groups = TranscriptGroups.Write(tables, run, reading, conversations);
        var ids = TranscriptIds(reading, run, conversations);
        var attachments = new RunAttachments();
        using var content = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        ConversationWriter? main = null;
        for (var i = 0; i < conversations.Count; i++)
        {
            var writer = new ConversationWriter(tables, reading, run, attachments);
            var group = conversations[i].Node is { } node ? groups[node] : null;
            content.AppendData(Encoding.ASCII.GetBytes(writer.Write(conversations[i], i, ids[i], group)));
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
            : StableId.Of("", facts.Id, epoch, facts.StartedAt ?? "", reading.Main.Digest, string.Join(' ', facts.Input.Select(message => $"{MainConversation.Identity(message, reading.Scratch):x}")));
    }

    /// <summary>Ids of the transcripts, none twice: spans and transcripts of badly behaved writers share theirs, and are told apart by their order.</summary>
    private static string[] TranscriptIds(SampleReading reading, RunLabel run, IReadOnlyList<Conversation> conversations)
    {
        var occurrences = new Occurrences();
        string[] ids = [.. conversations.Select(conversation => occurrences.Id(run.AgentRunId, conversation.Origin, conversation.SpanId))];
        if (occurrences.CameAgain)
        {
            reading.Flag("repeated-ids");
        }

        return ids;
    }

    private AgentRunRow Row(SampleReading reading, RunLabel run, ConversationWriter main, string content)
    {
        var facts = reading.Facts;
        var (attachments, input) = (reading.Attachments, InputText(reading));
        var (target, metadata, others) = (attachments.ResolveWithin(facts.TargetJson), attachments.ResolveWithin(facts.MetadataJson)!, attachments.ResolveWithin(reading.Others.Json));
        var details = attachments.ResolveWithin(NormalisedScores.Json(facts.ScoreDetails))!;
        if (attachments.LeftReference || input.IsLarge)
        {
            reading.Flag("truncated");
        }

        var primary = facts.Scores.Count > 0 ? facts.Scores.GetAt(0) : default;
        var numbers = facts.Scores.Count > 0 ? NormalisedScores.Of(primary.Value) : null;
        return new AgentRunRow(
            run.Ordinal, run.AgentRunId, logId, string.IsNullOrEmpty(facts.Uuid) ? null : facts.Uuid, facts.Id, facts.IdIsNumber, facts.Epoch, facts.Name, facts.Task ?? header.Task, facts.Model ?? header.Model,
            input.Head, target, primary.Key, numbers,
            NormalisedScores.Json(facts.Scores), NormalisedScores.NumbersJson(facts.Scores), details,
            facts.ErrorMessage, facts.ErrorRetries, facts.LimitType, facts.LimitValue, facts.Invalidated, facts.TotalSeconds, facts.WorkingSeconds,
            facts.StartedAt, facts.CompletedAt, facts.InputTokens, facts.OutputTokens, facts.TotalTokens, facts.Cost,
            main.Turns, main.Messages, main.CallCount, main.ParseErrors, facts.EventCount,
            metadata, others, content, [.. reading.Flags]);
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

    /// <summary>Attachments make a sample longer than it is written down. Nearly always it is plain that they do not make it too long.</summary>
    private static void RequireBounded(SampleReading reading, IReadOnlyList<Conversation> conversations, IReadOnlyList<Conversation> children)
    {
        var referenced = reading.Attachments.ReferencedUnits;
        if (referenced > reading.Limits.EntryBytes)
        {
            throw new LogDamage(LogDamage.Cap, FormattableString.Invariant($"the sample would have {referenced:0} characters of attachments; raise entryBytes, now {reading.Limits.EntryBytes}, to read it"));
        }

        var own = Math.Max(reading.Main.LongestField, reading.Facts.Input.Concat(children.SelectMany(child => child.Messages)).Select(message => message.LongestField).DefaultIfEmpty().Max());
        if (own + referenced <= reading.Limits.FieldUnits)
        {
            return;
        }

        var longest = conversations.SelectMany(conversation => conversation.Messages).Select(message => reading.Attachments.Resolve(message).LongestField).DefaultIfEmpty().Max();
        if (longest > reading.Limits.FieldUnits)
        {
            throw new LogDamage(LogDamage.Cap, FormattableString.Invariant($"a message has a text of {longest} characters with its attachments; up to {reading.Limits.FieldUnits} are read (fieldUnits)"));
        }
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
