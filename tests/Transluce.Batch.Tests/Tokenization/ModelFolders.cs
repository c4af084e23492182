using System.Diagnostics;

namespace Transluce.Batch.Tests.Tokenization;

/// <summary>Hugging Face folders for tests; SmolLM2's is unpacked once per machine, since its published file is a GGUF.</summary>
internal static class ModelFolders
{
    public static string DemoLlama => SharedData.Require("models/demo-llama");

    /// <summary>SmolLM2's folder; skips the calling test, loudly, where it cannot be unpacked.</summary>
    public static string SmolLm2()
    {
        var script = SharedData.Require("models/smollm2-135m-instruct/unpack.py");
        var target = Path.Combine(Path.GetTempPath(), "transluce-batch-smollm2");
        if (!File.Exists(Path.Combine(target, "tokenizer_config.json")))
        {
            var attempt = $"{target}-{Environment.ProcessId}";
            using var process = Process.Start(new ProcessStartInfo("/usr/bin/python3", [script, attempt]) { RedirectStandardError = true, RedirectStandardOutput = true });
            var errors = process?.StandardError.ReadToEnd();
            process?.WaitForExit();
            Assert.SkipUnless(process?.ExitCode == 0, $"SKIPPED: SmolLM2 cannot be unpacked ({errors?.Trim().Split('\n')[^1]}); install python3-numpy to run this test.");
            try
            {
                Directory.Move(attempt, target);
            }
            catch (IOException) when (Directory.Exists(target))
            {
                // Another test process was faster.
                Directory.Delete(attempt, recursive: true);
            }
        }

        return target;
    }

    public static string Find(string name) => name == "smollm2" ? SmolLm2() : DemoLlama;
}
