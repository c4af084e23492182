using System.Text.RegularExpressions;

namespace Transluce.Batch.Transcripts.Calls;

/// <summary>
/// Recognises outputs that report a failure although the tool itself did not fail: a shell that says "not found" has answered.
/// The words are those of common shells, interpreters, databases and HTTP; only the head and the tail of an output are read.
/// </summary>
public static partial class FailureText
{
    private const int Window = 4096;

    /// <summary>The line that reports the failure: offset and length in the text; null where none does.</summary>
    public static (int Start, int Length)? Find(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length <= 2 * Window)
        {
            return Find(text, 0, text.Length);
        }

        return Find(text, 0, Window) ?? Find(text, text.Length - Window, text.Length);
    }

    private static (int Start, int Length)? Find(string text, int start, int end)
    {
        foreach (var match in Report().EnumerateMatches(text.AsSpan(start, end - start)))
        {
            var at = start + match.Index;
            var lineStart = text.LastIndexOf('\n', Math.Max(at - 1, 0)) + 1;
            if (at == 0)
            {
                lineStart = 0;
            }

            var lineEnd = text.IndexOf('\n', at);
            return (lineStart, (lineEnd < 0 ? text.Length : lineEnd) - lineStart);
        }

        return null;
    }

    // Alternatives without nested repetition: linear in the text, whatever it holds.
    [GeneratedRegex(
        @"\btraceback\b|\b\w*(?:error|exception)\b ?[:(]|\b(?:fatal|panic|abort(?:ed)?): |\bnot found\b|\bno such\b|\bdoes not exist\b|\bpermission denied\b|\baccess denied\b"
        + @"|\bnot permitted\b|\bcannot \w|\bcould not \w|\bunable to \w|\bfailed\b|\bfailure\b|\brefused\b|\btimed? ?out\b|\bnot installed\b|\bunreachable\b|\bno module named\b"
        + @"|\bnot available\b|\bno space left\b|\binvalid \w+:|\bsegmentation fault\b|\bunrecogni[sz]ed\b|\bnot recogni[sz]ed\b|\bexit (?:code|status)[ :]*[1-9]|\b(?:40[0-9]|429|50[0-4]) [A-Z]\w+"
        + @"|\btoo many requests\b|\bhttp [45][0-9][0-9]\b|\brejected\b|""error"":|\bunauthori[sz]ed\b|\bforbidden\b|\bis locked\b|\bstill locked\b|\bunsatisfiable\b",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Report();
}
