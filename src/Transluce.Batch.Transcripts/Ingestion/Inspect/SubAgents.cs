namespace Transluce.Batch.Transcripts.Ingestion;

/// <summary>
/// Finds the conversations that are not among a sample's own messages: those of agents used as tools or run beside each other, and what an agent
/// had in its context before it was compacted. A conversation whose answer stands among the sample's messages is not repeated.
/// </summary>
internal static class SubAgents
{
    private const string Omitted = "sub-agents-omitted";

    public static IReadOnlyList<Conversation> Find(SampleReading reading, SampleSource source)
    {
        var nodes = reading.Outline.Nodes.Where(node => !node.IsScorer && node.Last is not null).ToList();
        var separate = nodes.Where(node => !IsInMain(reading, node.Last!)).ToHashSet();
        var compacted = nodes.Where(node => node.BeforeCompactions.Count > 0).ToHashSet();
        if (reading.Outline.Rest.Last is { } rest && !IsInMain(reading, rest))
        {
            reading.Flag(Omitted);
        }

        if (separate.Count + compacted.Count == 0)
        {
            return [];
        }

        var gathering = new Gathering(reading.Limits, reading.Scratch);
        separate.Concat(compacted).Distinct().ToList().ForEach(node => gathering.Want(node.Last!));
        compacted.SelectMany(node => node.BeforeCompactions).ToList().ForEach(gathering.Want);
        gathering.Order();
        if (!reading.Outline.Overflowed && Steps(separate, compacted) <= reading.Limits.SampleMessages)
        {
            source.Gather(reading, gathering);
            if (!gathering.Overflowed)
            {
                // Without ids messages are compared by content, and in events that is attachments.
                Resolve(reading, source, nodes, gathering);
            }

            if (!gathering.Overflowed && Collect(reading, gathering, separate, compacted) is { } found)
            {
                return found;
            }
        }

        reading.Flag(Omitted);
        return [];
    }

    private static bool IsInMain(SampleReading reading, ModelEvent call) => call.Answer(reading.Scratch) is { } answer && reading.Main.Contains(answer);

    /// <summary>Messages to walk over: references to a pool can make any number of a few.</summary>
    private static double Steps(HashSet<AgentNode> separate, HashSet<AgentNode> compacted)
        => separate.Select(node => node.Last!).Concat(compacted.SelectMany(node => node.BeforeCompactions))
            .Sum(call => call.Refs.Sum(range => (double)(range.End - range.Start)));

    /// <summary>The conversations, depth first, in the order the spans began; null where together they are longer than a log may be.</summary>
    private static List<Conversation>? Collect(SampleReading reading, Gathering gathering, HashSet<AgentNode> separate, HashSet<AgentNode> compacted)
    {
        var found = new List<Conversation>();
        var units = 0L;
        foreach (var node in AgentTree.DepthFirst(reading.Outline.Nodes))
        {
            var whole = separate.Contains(node) ? Whole(reading, gathering, node) : null;
            if (whole is not null)
            {
                Add("span", node, whole);
            }

            if (compacted.Contains(node) && BeforeCompaction(reading, gathering, node, whole) is { } before)
            {
                Add("pre_compaction", node, before);
            }

            if (units > reading.Limits.EntryBytes)
            {
                return null;
            }
        }

        return found;

        void Add(string origin, AgentNode node, List<GatheredMessage> messages)
        {
            units += messages.Sum(gathered => gathered.Message.TextUnits);
            found.Add(Make(origin, node, [.. messages.Select(gathered => gathered.Message)]));
        }
    }

    private static List<GatheredMessage>? Whole(SampleReading reading, Gathering gathering, AgentNode node)
    {
        var input = gathering.Input(node.Last!).ToList();
        GatheredMessage? answer = node.Last!.Output is { } output ? GatheredMessage.Of(reading.Attachments.Resolve(output), reading.Scratch) : null;
        if (answer is { } said && reading.Main.Contains(said.Identity))
        {
            return null;
        }

        // The outermost agent speaks in the sample's messages; an answer that a limit or an error kept out of them makes no second agent.
        if (reading.Main.Count > 0 && Outermost(node) && input.Where(gathered => gathered.Message.Role != "system").All(gathered => reading.Main.Contains(gathered.Identity)))
        {
            return null;
        }

        List<GatheredMessage> whole = answer is { } last ? [.. input, last] : input;
        return whole.Count > 0 && !whole.All(gathered => reading.Main.Contains(gathered.Identity)) ? whole : null;
    }

    private static bool Outermost(AgentNode node)
    {
        for (var above = node.Parent; above is not null; above = above.Parent)
        {
            if (above.IsCall)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Everything that was in the context, in order of first appearance, if it holds something that is nowhere else.</summary>
    private static List<GatheredMessage>? BeforeCompaction(SampleReading reading, Gathering gathering, AgentNode node, List<GatheredMessage>? whole)
    {
        var elsewhere = (whole ?? []).Select(gathered => gathered.Identity).ToHashSet();
        var seen = new HashSet<UInt128>();
        var union = node.BeforeCompactions
            .SelectMany(call => call.Output is { } answer ? gathering.Input(call).Append(GatheredMessage.Of(reading.Attachments.Resolve(answer), reading.Scratch)) : gathering.Input(call))
            .Where(gathered => seen.Add(gathered.Identity))
            .ToList();
        return union.Any(gathered => !reading.Main.Contains(gathered.Identity) && !elsewhere.Contains(gathered.Identity)) ? union : null;
    }

    private static Conversation Make(string origin, AgentNode node, List<Message> messages)
    {
        var results = new ToolResultIndex();
        for (var i = 0; i < messages.Count; i++)
        {
            results.Add(i, messages[i]);
        }

        return new Conversation(origin, node.SpanId, node.Name, node, messages, results);
    }

    /// <summary>Attachments these messages need are fetched now; they were not known to be needed before.</summary>
    private static void Resolve(SampleReading reading, SampleSource source, List<AgentNode> nodes, Gathering gathering)
    {
        var calls = nodes.SelectMany(node => node.BeforeCompactions.Append(node.Last!));
        foreach (var message in gathering.All().Concat(calls.Select(call => call.Output).OfType<Message>()))
        {
            reading.Attachments.Want(message);
        }

        if (reading.Attachments.Missed)
        {
            source.Gather(reading, new Gathering(reading.Limits, reading.Scratch));
        }

        gathering.Resolve(reading.Attachments);
    }
}
