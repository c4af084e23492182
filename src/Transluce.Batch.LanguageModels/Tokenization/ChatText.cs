using System.Text;

namespace Transluce.Batch.LanguageModels;

/// <summary>A conversation as special ids and the text between them; adjacent text is encoded in one piece, as it is when the rendered template is encoded as a whole.</summary>
internal sealed class ChatText(Func<string, int[]> encode)
{
    private readonly List<int> ids = [];
    private readonly StringBuilder pending = new();

    public void Special(int id)
    {
        Flush();
        ids.Add(id);
    }

    public void Plain(string text) => pending.Append(text);

    public int[] ToIds()
    {
        Flush();
        return [.. ids];
    }

    private void Flush()
    {
        ids.AddRange(encode(pending.ToString()));
        pending.Clear();
    }
}
