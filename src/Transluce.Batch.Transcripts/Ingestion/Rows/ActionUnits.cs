namespace Transluce.Batch.Transcripts.Ingestion;

/// <summary>Numbers the action units of a conversation: a system message stands alone, users' messages in a row open one together with the answer, tool results stay with the call.</summary>
internal sealed class ActionUnits
{
    private string? previous;
    private int unit = -1;

    public int Next(string role)
    {
        var starts = previous is null || previous == "system" || role switch
        {
            "system" => true,
            "user" => previous != "user",
            "assistant" => previous is not ("user" or "assistant"),
            _ => false,
        };
        previous = role;
        return starts ? ++unit : unit;
    }
}
