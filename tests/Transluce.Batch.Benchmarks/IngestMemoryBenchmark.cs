using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Transluce.Batch.Benchmarks;

/// <summary>Peak anonymous memory of reading three synthetic samples, each in a process of its own: 1 GB of events, a million messages, one string of 300 MB.</summary>
internal static class IngestMemoryBenchmark
{
    public const int GoalMebibytes = 500;

    private static readonly string[] Kinds = ["events", "messages", "string", "attachment"];

    public static void Run()
    {
        foreach (var kind in Kinds)
        {
            using var child = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, ["ingest-memory-run", kind]) { RedirectStandardOutput = true })!;
            var output = child.StandardOutput.ReadToEnd().Split(' ');
            child.WaitForExit();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"peak anonymous memory reading a sample of {output[1]} MB ({kind}): {long.Parse(output[0], CultureInfo.InvariantCulture) >> 20} MiB (goal {GoalMebibytes}; {output[2].Trim()} s)"));
        }
    }

    /// <summary>The child's part: writes the log, reads it, prints the peak, the log's length and the seconds.</summary>
    public static void RunChild(string kind)
    {
        var folder = Directory.CreateTempSubdirectory("transluce-batch-bench-");
        var path = Path.Combine(folder.FullName, "log");
        Write(path, kind);
        var peak = 0L;
        var start = Stopwatch.GetTimestamp();
        using (new Timer(_ => peak = Math.Max(peak, AnonymousBytes()), null, 0, 10))
        {
            IngestBenchmark.Ingest(IngestBenchmark.Planned(path), folder.FullName);
        }

        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        var length = new FileInfo(path).Length;
        folder.Delete(recursive: true);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{peak} {length / 1_000_000} {seconds:0.0}"));
    }

    private static void Write(string path, string kind)
    {
        using var file = new StreamWriter(path, append: false, new UTF8Encoding(false), 1 << 20);
        file.Write("""{"version":2,"status":"success","eval":{"eval_id":"e","task":"t","model":"m"},"samples":[{"id":1,"epoch":1,"input":"go","uuid":"u","messages":[""");
        switch (kind)
        {
            case "events":
                file.Write("""{"role":"user","content":"go"}],"events":[""");
                var filler = new string('x', 1000);
                for (var i = 0; i < 900_000; i++)
                {
                    file.Write(string.Create(CultureInfo.InvariantCulture,
                        $$$"""{{{(i == 0 ? "" : ",")}}}{"uuid":"{{{i}}}","span_id":"s{{{i / 3}}}","event":"{{{(i % 3 == 0 ? "span_begin" : "model")}}}","id":"s{{{i / 3}}}","type":"tool","name":"bash","input":[{"role":"user","content":"{{{filler}}}"}],"output":{"choices":[{"message":{"role":"assistant","content":"done {{{i}}}"}}]}}"""));
                }

                break;
            case "messages":
                for (var i = 0; i < 1_000_000; i++)
                {
                    var comma = i == 0 ? "" : ",";
                    file.Write(i % 2 == 0
                        ? FormattableString.Invariant($$$"""{{{comma}}}{"id":"message-{{{i}}}","role":"assistant","content":"step {{{i}}} of many, and what comes of it","tool_calls":[{"id":"c{{{i}}}","function":"bash","arguments":{"cmd":"ls {{{i}}}"}}]}""")
                        : FormattableString.Invariant($$$""",{"id":"message-{{{i}}}","role":"tool","tool_call_id":"c{{{i - 1}}}","content":"file {{{i}}}"}"""));
                }

                break;
            case "texts":
                for (var i = 0; i < 40; i++)
                {
                    file.Write(FormattableString.Invariant($"{(i == 0 ? "" : ",")}{{\"role\":\"user\",\"content\":\""));
                    for (var line = 0; line < 80_000; line++)
                    {
                        file.Write(FormattableString.Invariant($"line {line:d8} of output {i}, which never stops and goes on and on and on and on and on.\\n"));
                    }

                    file.Write("\"}");
                }

                break;
            default:
                file.Write(kind == "string" ? """{"role":"user","content":" """ : """{"role":"user","content":"attachment://0123456789abcdef0123456789abcdef"}],"attachments":{"0123456789abcdef0123456789abcdef":" """);
                for (var i = 0; i < 3_000_000; i++)
                {
                    file.Write(string.Create(CultureInfo.InvariantCulture, $"line {i:d8} of the output of a tool that never stops writing and goes on and on and on and on and on.\\n"));
                }

                file.Write(kind == "string" ? "\"}" : "\"}");
                break;
        }

        file.Write(kind == "attachment" ? "}]}" : "]}]}");
    }

    private static long AnonymousBytes()
    {
        var line = File.ReadLines("/proc/self/status").First(line => line.StartsWith("RssAnon", StringComparison.Ordinal));
        return 1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2].Replace("RssAnon:", "", StringComparison.Ordinal).Trim(), CultureInfo.InvariantCulture);
    }
}
