using Transluce.Batch.Pipeline;

namespace Transluce.Batch.Jobs;

/// <summary>Writes one finding of <c>doctor</c>, and below it what to do.</summary>
internal static class FindingLine
{
    public static void Write(Terminal terminal, Finding finding)
    {
        var mark = finding.Level switch { FindingLevel.Fine => "ok   ", FindingLevel.Worse => "note ", _ => "FAIL " };
        foreach (var (line, i) in finding.Detail.Split('\n').Select((line, i) => (line, i)))
        {
            terminal.Line($"{(i == 0 ? mark : "     ")} {(i == 0 ? finding.Subject : ""),-16} {InertText.Of(line)}");
        }

        if (finding.Advice is { } advice)
        {
            terminal.Line($"      {"",-16} → {InertText.Of(advice)}");
        }
    }
}
