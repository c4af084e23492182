using System.Globalization;
using System.Text;
using Transluce.Batch.Artifacts;

namespace Transluce.Batch.Transcripts.Labelling;

/// <summary>Puts members of clusters before a chat model.</summary>
internal sealed class ClusterPrompt(CitedBlocks blocks, IReadOnlyDictionary<string, IReadOnlyList<ChunkRow>> chunksOfItem)
{
    private const int LongestBlock = 1_200;
    private const int LongestMember = 3_000;
    private const int LinesTried = 50;

    /// <summary>Members to be cited, each block under the citation that points to it; runs not met before are added to <paramref name="runs"/>.</summary>
    public string Cited(IEnumerable<ClusterMemberRow> members, List<string> runs)
        => Items(members, (chunk, block) =>
        {
            var run = runs.IndexOf(chunk.AgentRunId);
            if (run < 0)
            {
                run = runs.Count;
                runs.Add(chunk.AgentRunId);
            }

            return Citation.Of(run, chunk.TranscriptOrdinal, block);
        });

    /// <summary>Members that are only to be read: without a citation above them there is none to copy.</summary>
    public string Uncited(IEnumerable<ClusterMemberRow> members) => Items(members, (_, _) => "message");

    private string Items(IEnumerable<ClusterMemberRow> members, Func<ChunkRow, int, string> heading)
    {
        var text = new StringBuilder();
        foreach (var (member, number) in members.Select((member, number) => (member, number)))
        {
            text.Append(CultureInfo.InvariantCulture, $"--- item {number}\n").Append(Item(member, heading)).Append('\n');
        }

        return text.ToString();
    }

    private string Item(ClusterMemberRow member, Func<ChunkRow, int, string> heading)
    {
        var text = new StringBuilder();
        foreach (var chunk in chunksOfItem.GetValueOrDefault(member.ItemId) ?? [])
        {
            for (var block = chunk.StartBlock; block <= chunk.EndBlock && text.Length < LongestMember; block++)
            {
                if (blocks.Find(chunk.AgentRunId, chunk.TranscriptOrdinal, block) is { } cited)
                {
                    text.Append(heading(chunk, block)).Append('\n').Append(Stretch(cited.Text, chunk.Text)).Append('\n');
                }
            }
        }

        return text.ToString();
    }

    /// <summary>Of a long block the part the member is made of: from the first of its lines that stands in the block.</summary>
    private static string Stretch(string block, string chunk)
    {
        if (block.Length <= LongestBlock || chunk.Length >= block.Length)
        {
            return Excerpt.Ends(block, LongestBlock);
        }

        var start = chunk.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0).Take(LinesTried)
            .Select(line => block.IndexOf(line, StringComparison.Ordinal)).FirstOrDefault(at => at >= 0, -1);
        return start < 0 ? Excerpt.Ends(block, LongestBlock) : Excerpt.Around(block, start, Math.Min(chunk.Length, block.Length - start), LongestBlock);
    }
}
