using System.Diagnostics;
using System.Net.Sockets;
using Transluce.Batch.Artifacts;
using Transluce.Batch.Jobs;
using Transluce.Batch.Tests.CommandLine;
using Transluce.Batch.Transcripts;

namespace Transluce.Batch.Tests.Ingestion;

/// <summary>Which files of a folder are the suite's.</summary>
public sealed class SuiteFolderTests
{
    [Fact]
    public void A_link_to_a_folder_is_not_followed_and_a_link_to_a_file_is_that_file()
    {
        using var folder = new TemporaryFolder();
        using var elsewhere = new TemporaryFolder();
        var suite = Directory.CreateDirectory(folder.File("suite")).FullName;
        Directory.CreateDirectory(Path.Combine(suite, "a", "b"));
        File.WriteAllText(Path.Combine(suite, "a", "one"), "1");
        File.WriteAllText(elsewhere.File("two"), "2");
        Directory.CreateDirectory(elsewhere.File("more"));
        File.WriteAllText(Path.Combine(elsewhere.File("more"), "three"), "3");
        Directory.CreateSymbolicLink(Path.Combine(suite, "a", "b", "up"), Path.Combine(suite, "a"));
        Directory.CreateSymbolicLink(Path.Combine(suite, "more"), elsewhere.File("more"));
        File.CreateSymbolicLink(Path.Combine(suite, "linked"), elsewhere.File("two"));

        Assert.Equal(["a/one", "linked"], Names(List(suite)));
    }

    [Fact]
    public void Pipes_sockets_and_devices_are_no_files()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("one"), "1");
        Shell(folder.Path, "mkfifo pipe");
        File.CreateSymbolicLink(folder.File("linked-pipe"), folder.File("pipe"));
        File.CreateSymbolicLink(folder.File("zeros"), "/dev/zero");
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(folder.File("socket")));

        var found = List(folder.Path);

        Assert.Equal(["one"], Names(found));
        Assert.Empty(found.Unreadable);
        Assert.Contains("There is no suite at", Assert.Throws<ArtifactException>(() => List(folder.File("pipe"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_read_is_listed_with_its_reason_and_the_other_files_go_on()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.File("below"));
        File.WriteAllText(Path.Combine(folder.File("below"), "one"), "1");
        File.CreateSymbolicLink(Path.Combine(folder.File("below"), "dangling"), folder.File("gone"));
        File.CreateSymbolicLink(folder.File("circle"), folder.File("circle"));
        // The first bytes of a process's memory cannot be read by anyone.
        File.CreateSymbolicLink(folder.File("fault"), "/proc/self/mem");
        Shell(folder.Path, "echo 2 > \"$(printf 'name\\377')\"; mkdir \"$(printf 'folder\\377')\"");
        try
        {
            var found = List(folder.Path);

            Assert.Equal(["below/one"], Names(found));
            Assert.Equal(
                [
                    "below/dangling: a link that leads nowhere",
                    "circle: Too many levels of symbolic links",
                    "fault: Input/output error",
                    "folder\ufffd/: its name is not UTF-8",
                    "name\ufffd: its name is not UTF-8",
                ],
                found.Unreadable.Select(file => $"{file.Name}: {file.Reason}"));
        }
        finally
        {
            Shell(folder.Path, "rm -rf *");
        }
    }

    [Fact]
    public void What_nobody_may_read_is_listed()
    {
        Assert.SkipWhen(Environment.IsPrivilegedProcess, "SKIPPED: this user may read everything.");
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("one"), "1");
        File.WriteAllText(folder.File("two"), "2");
        Shell(folder.Path, "chmod 000 two; mkdir -m 000 below");

        var found = List(folder.Path);
        Shell(folder.Path, "chmod 700 below");

        Assert.Equal(["one"], Names(found));
        Assert.Equal(["below/: no permission to read it", "two: no permission to read it"], found.Unreadable.Select(file => $"{file.Name}: {file.Reason}"));
    }

    [Fact]
    public void A_suite_of_which_nothing_can_be_read_is_an_error_that_names_what_there_is()
    {
        using var folder = new TemporaryFolder();
        File.CreateSymbolicLink(folder.File("dangling"), folder.File("gone"));

        var error = Assert.Throws<ArtifactException>(() => List(folder.Path));

        Assert.Equal($"Nothing in the suite '{folder.Path}' can be read: dangling (a link that leads nowhere).", error.Message);
    }

    [Fact]
    public void Plan_and_doctor_say_what_is_left_out_and_a_name_cannot_act_on_the_terminal()
    {
        using var folder = new TemporaryFolder();
        var suite = Directory.CreateDirectory(folder.File("suite")).FullName;
        File.CreateSymbolicLink(Path.Combine(suite, "x\u001b[31mRED.eval"), folder.File("gone"));
        File.WriteAllText(folder.File("job.yaml"), $"job: eval-reprocessing\nstore: {folder.File("store")}\nsuite: {{ path: suite }}\n");
        var refused = new CapturedTerminal();
        Assert.Equal(ExitCode.Usage, refused.Run("plan", folder.File("job.yaml")));
        File.WriteAllText(Path.Combine(suite, "log"), """{"version":2,"eval":{"eval_id":"e"},"samples":[]}""");
        var planned = new CapturedTerminal();
        Assert.Equal(ExitCode.Done, planned.Run("plan", folder.File("job.yaml")));
        var finding = Assert.Single(RunChecks.All(folder.File("job.yaml")), finding => finding.Subject == "unreadable");

        const string Shown = "x\\u{1B}[31mRED.eval (a link that leads nowhere)";
        Assert.Contains($"can be read: {Shown}.", refused.Error, StringComparison.Ordinal);
        Assert.Contains($"left out because it cannot be read: {Shown}", planned.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', refused.Both + planned.Both);
        Assert.Equal((FindingLevel.Worse, Shown), (finding.Level, finding.Detail));
    }

    [Fact]
    public void A_plan_keeps_what_could_not_be_read()
    {
        using var folder = new TemporaryFolder();
        var suite = Directory.CreateDirectory(folder.File("suite")).FullName;
        File.WriteAllText(Path.Combine(suite, "log"), """{"version":2,"eval":{"eval_id":"e"},"samples":[]}""");
        File.CreateSymbolicLink(Path.Combine(suite, "dangling"), folder.File("gone"));
        File.WriteAllText(folder.File("job.yaml"), $"job: eval-reprocessing\nstore: {folder.File("store")}\nsuite: {{ path: suite }}\n");
        var plan = PreparedJob.Read(folder.File("job.yaml")).Plan(TimeProvider.System);

        var again = PreparedJob.OfPlan(plan, "suite-files").Plan(TimeProvider.System);

        Assert.Equal(plan["suite-files"].Key, again["suite-files"].Key);
        Assert.Equal("dangling", plan["suite-files"].Recipe.Options["unreadable"]![0]!["name"]!.GetValue<string>());
    }

    [Fact]
    public void What_is_a_log_is_decided_by_the_limits_it_will_be_read_with()
    {
        using var folder = new TemporaryFolder();
        var suite = Directory.CreateDirectory(folder.File("suite")).FullName;
        File.WriteAllText(Path.Combine(suite, "log"), """{"version":2,"eval":{"eval_id":"e"},"samples":[]}""");
        File.WriteAllText(Path.Combine(suite, "other"), $$"""{"x":"{{new string('x', 2_000_000)}}"}""");

        Assert.Equal(["log"], Logs(""));
        Assert.Equal(["log", "other"], Logs("ingest: { entryBytes: 1048576 }"));

        IEnumerable<string> Logs(string line)
        {
            File.WriteAllText(folder.File("job.yaml"), $"job: eval-reprocessing\nstore: {folder.File("store")}\nsuite: {{ path: suite }}\n{line}\n");
            return PreparedJob.Read(folder.File("job.yaml")).Config["suite"]!["files"]!.AsArray()
                .Where(file => file!["isLog"]!.GetValue<bool>()).Select(file => file!["names"]![0]!.GetValue<string>()).Order(StringComparer.Ordinal);
        }
    }

    private static SuiteListing List(string path) => SuiteFolder.List(path, TimeProvider.System, CancellationToken.None);

    private static IEnumerable<string> Names(SuiteListing listing) => listing.Files.SelectMany(file => file.Names).Order(StringComparer.Ordinal);

    // .NET makes no pipes, and no names that are not UTF-8.
    private static void Shell(string folder, string command)
    {
        using var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", command]) { WorkingDirectory = folder })!;
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
