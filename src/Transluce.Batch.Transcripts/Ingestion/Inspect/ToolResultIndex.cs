using System.IO.Hashing;
using System.Text;

namespace Transluce.Batch.Transcripts.Ingestion;

/// <summary>Where the results of tool calls are, so that a call can be written before its result is reached.</summary>
internal sealed class ToolResultIndex
{
    private readonly List<(ulong Call, int Index)> results = [];
    private bool sorted;

    public void Clear() => results.Clear();

    public void Add(int index, Message message)
    {
        if (message.Role == "tool" && message.ToolCallId is { } call)
        {
            results.Add((Key(call), index));
            sorted = false;
        }
    }

    /// <summary>The nearest result behind a message: ids come again in runs of badly behaved agents.</summary>
    public int? After(int index, string call)
    {
        if (!sorted)
        {
            results.Sort();
            sorted = true;
        }

        var key = Key(call);
        var at = results.BinarySearch((key, index + 1));
        at = at < 0 ? ~at : at;
        return at < results.Count && results[at].Call == key ? results[at].Index : null;
    }

    private static ulong Key(string call) => XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(call));
}
