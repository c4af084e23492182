using System.CommandLine;

namespace Transluce.Batch.Jobs;

/// <summary><c>doctor</c>: is this machine ready, and could this run start? Each finding says what to do.</summary>
internal static class DoctorVerb
{
    public static Command Create(Terminal terminal)
    {
        var config = new Argument<string?>("config") { Description = "A run's YAML file, to check it too.", HelpName = "CONFIG", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("doctor", "Checks native library, CPU, dtype, device, memory and store, and a configuration.") { config };
        command.SetAction(parsed =>
        {
            var findings = Doctor.Examine(parsed.GetValue(config)).ToArray();
            foreach (var finding in findings)
            {
                FindingLine.Write(terminal, finding);
            }

            var failed = findings.Count(finding => finding.Level == FindingLevel.Failed);
            terminal.Line(failed == 0 ? "Ready." : $"{failed} to mend before a run can start.");
            return failed == 0 ? ExitCode.Done : ExitCode.Failed;
        });
        return command;
    }
}
