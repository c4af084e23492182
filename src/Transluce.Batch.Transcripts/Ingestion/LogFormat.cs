namespace Transluce.Batch.Transcripts.Ingestion;

/// <summary>What a file is, told by its structure.</summary>
internal enum LogFormat
{
    /// <summary>Something else; its name may say what it likes.</summary>
    NotALog,

    InspectEval,

    InspectJson,

    Docent,

    TauBench,
}

/// <summary>Names of formats in tables.</summary>
internal static class LogFormats
{
    public static string Name(this LogFormat format) => format switch
    {
        LogFormat.InspectEval => "inspect-eval",
        LogFormat.InspectJson => "inspect-json",
        LogFormat.Docent => "docent",
        LogFormat.TauBench => "tau-bench",
        _ => "not-a-log",
    };
}
