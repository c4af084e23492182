using System.Globalization;
using System.Text;
using Transluce.Batch.Artifacts;

namespace Transluce.Batch.Transcripts.Labelling;

/// <summary>Puts members of clusters before a chat model, each block under the citation that points to it.</summary>
internal sealed class ClusterPrompt(CitedBlocks blocks, IReadOnlyDictionary<string, IReadOnlyList<ChunkRow>> chunksOfItem)
{
    private const int LongestBlock = 1_200;
    private const int LongestMember = 3_000;

    /// <summary>Members of a cluster; runs not met before are added to <paramref name="runs"/>.</summary>
    public string Members(IEnumerable<ClusterMemberRow> members, List<string> runs)
    {
        var text = new StringBuilder();
        foreach (var (member, number) in members.Select((member, number) => (member, number)))
        {
            var run = runs.IndexOf(member.AgentRunId);
            if (run < 0)
            {
                run = runs.Count;
                runs.Add(member.AgentRunId);
            }

            text.Append(CultureInfo.InvariantCulture, $"--- item {number}\n").Append(Member(member, run)).Append('\n');
        }

        return text.ToString();
    }

    private string Member(ClusterMemberRow member, int run)
    {
        var text = new StringBuilder();
        foreach (var chunk in chunksOfItem.GetValueOrDefault(member.ItemId) ?? [])
        {
            for (var block = chunk.StartBlock; block <= chunk.EndBlock && text.Length < LongestMember; block++)
            {
                if (blocks.Find(chunk.AgentRunId, chunk.TranscriptOrdinal, block) is { } cited)
                {
                    text.Append(Citation.Of(run, chunk.TranscriptOrdinal, block)).Append('\n').Append(Short(cited.Text)).Append('\n');
                }
            }
        }

        return text.ToString();
    }

    /// <summary>Beginning and end of a long text; what is left out is said, never within a surrogate pair.</summary>
    private static string Short(string text)
    {
        if (text.Length <= LongestBlock)
        {
            return text;
        }

        var head = LongestBlock * 2 / 3;
        head -= char.IsHighSurrogate(text[head - 1]) ? 1 : 0;
        var tail = text.Length - (LongestBlock / 3);
        tail += char.IsLowSurrogate(text[tail]) ? 1 : 0;
        return string.Create(CultureInfo.InvariantCulture, $"{text[..head]}\n({tail - head} characters left out)\n{text[tail..]}");
    }
}
