namespace Transluce.Batch.Transcripts.Ingestion;

/// <summary>
/// Finds the conversations that are not among a sample's own messages: those of agents used as tools or run beside each other, and what an agent
/// had in its context before it was compacted. A conversation whose answer stands among the sample's messages is not repeated.
/// </summary>
internal static class SubAgents
{
    public static IReadOnlyList<Conversation> Find(SampleReading reading, SampleSource source)
    {
        var nodes = reading.Outline.Nodes.Where(node => !node.IsScorer && node.Last is not null).ToList();
        var separate = nodes.Where(node => node.Last!.Output is not { } answer || !reading.Main.Contains(answer)).ToHashSet();
        var compacted = nodes.Where(node => node.BeforeCompactions.Count > 0).ToHashSet();
        if (separate.Count + compacted.Count == 0)
        {
            return [];
        }

        var gathering = new Gathering(reading.Limits);
        separate.Concat(compacted).Distinct().ToList().ForEach(node => gathering.Want(node.Last!));
        compacted.SelectMany(node => node.BeforeCompactions).ToList().ForEach(gathering.Want);
        gathering.Order();
        source.Gather(reading, gathering);
        if (gathering.Overflowed || reading.Outline.Overflowed)
        {
            reading.Flag("sub-agents-omitted");
            return [];
        }

        // Without ids messages are compared by content, and in events that is attachments.
        Resolve(reading, source, nodes, gathering);
        var found = new List<Conversation>();
        // Depth first, in the order the spans began.
        foreach (var node in AgentTree.DepthFirst(reading.Outline.Nodes))
        {
            var whole = separate.Contains(node) ? Whole(reading, gathering, node) : null;
            if (whole is not null)
            {
                found.Add(Make("span", node, whole));
            }

            if (compacted.Contains(node) && BeforeCompaction(reading, gathering, node, whole) is { } before)
            {
                found.Add(Make("pre_compaction", node, before));
            }
        }

        return found;
    }

    private static List<Message>? Whole(SampleReading reading, Gathering gathering, AgentNode node)
    {
        var input = gathering.Input(node.Last!).Select(reading.Attachments.Resolve).ToList();
        var answer = node.Last!.Output is { } output ? reading.Attachments.Resolve(output) : null;
        if (answer is not null && reading.Main.Contains(answer))
        {
            return null;
        }

        // The outermost agent speaks in the sample's messages; an answer that a limit or an error kept out of them makes no second agent.
        if (reading.Main.Count > 0 && Outermost(node) && input.Where(message => message.Role != "system").All(reading.Main.Contains))
        {
            return null;
        }

        List<Message> whole = answer is not null ? [.. input, answer] : input;
        return whole.Count > 0 && !whole.All(reading.Main.Contains) ? whole : null;
    }

    private static bool Outermost(AgentNode node)
    {
        for (var above = node.Parent; above is not null; above = above.Parent)
        {
            if (above.IsAgent || above.Type == "tool")
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Everything that was in the context, in order of first appearance, if it holds something that is nowhere else.</summary>
    private static List<Message>? BeforeCompaction(SampleReading reading, Gathering gathering, AgentNode node, List<Message>? whole)
    {
        var elsewhere = (whole ?? []).Select(Identity).ToHashSet();
        var seen = new HashSet<UInt128>();
        var union = node.BeforeCompactions
            .SelectMany(call => call.Output is { } answer ? gathering.Input(call).Append(answer) : gathering.Input(call))
            .Select(reading.Attachments.Resolve)
            .Where(message => seen.Add(Identity(message)))
            .ToList();
        return union.Any(message => !reading.Main.Contains(message) && !elsewhere.Contains(Identity(message))) ? union : null;

        UInt128 Identity(Message message) => MainConversation.Identity(message, reading.Scratch);
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
            source.Gather(reading, new Gathering(reading.Limits));
        }
    }
}
