using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using Transluce.Batch.Artifacts;
using Transluce.Batch.Pipeline;

namespace Transluce.Batch.Jobs;

/// <summary><c>artifacts list|verify|show</c>: what lies in a store.</summary>
internal static class ArtifactsVerb
{
    private const int KeyCharacters = 12;

    public static Command Create(Terminal terminal, CancellationToken cancellationToken)
    {
        var store = VerbArguments.Store();
        var command = new Command("artifacts", "Lists, verifies and shows what lies in a store.")
        {
            List(terminal, store),
            Verify(terminal, store, cancellationToken),
            Show(terminal, store),
        };
        return command;
    }

    private static Command List(Terminal terminal, Option<string> store)
    {
        var command = new Command("list", "Lists every artifact: stage, key, whether it is complete, rows, bytes.") { store };
        command.SetAction(parsed =>
        {
            using var opened = VerbArguments.OpenStore(parsed.GetRequiredValue(store));
            var table = Terminal.TableOf("artifact", "state", "tables", ">rows", ">bytes");
            foreach (var artifact in StoredArtifact.All(opened))
            {
                var manifest = artifact.IsComplete ? Manifest.Load(opened, artifact.Stage, artifact.Key) : null;
                table.AddRow(
                    Terminal.Cell($"{artifact.Stage}/{artifact.Key[..KeyCharacters]}"),
                    artifact.IsComplete ? "complete" : $"{artifact.ShardsDone} shards done",
                    Terminal.Cell(string.Join(", ", manifest?.Tables.Select(part => part.Name) ?? [])),
                    manifest is null ? "-" : Quantity.Count(manifest.Tables.Sum(part => part.Rows)),
                    manifest is null ? "-" : Quantity.Bytes(manifest.Tables.Sum(part => part.Bytes)));
            }

            terminal.Write(table);
            return ExitCode.Done;
        });
        return command;
    }

    private static Command Verify(Terminal terminal, Option<string> store, CancellationToken cancellationToken)
    {
        var which = new Argument<string?>("artifact") { Description = "STAGE/KEY, where the first characters of the key do; without it every artifact.", HelpName = "ARTIFACT", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("verify", "Reads every part again and compares size and SHA-256 with the manifest.") { which, store };
        command.SetAction(parsed =>
        {
            using var opened = VerbArguments.OpenStore(parsed.GetRequiredValue(store));
            var artifacts = parsed.GetValue(which) is { } name ? [StoredArtifact.Find(opened, name)] : StoredArtifact.All(opened);
            var damaged = 0;
            foreach (var artifact in artifacts)
            {
                var problems = ArtifactVerifier.Verify(opened, artifact.Stage, artifact.Key, cancellationToken);
                damaged += problems.Count > 0 ? 1 : 0;
                terminal.Line($"{(problems.Count == 0 ? "ok     " : "DAMAGED")}  {artifact.Stage}/{artifact.Key[..KeyCharacters]}{(artifact.IsComplete ? "" : $"  (not complete: {artifact.ShardsDone} shards done)")}");
                foreach (var problem in problems)
                {
                    terminal.Line($"         {InertText.Of(problem)}");
                }
            }

            terminal.Line(string.Create(CultureInfo.InvariantCulture, $"{artifacts.Count} artifacts, {damaged} damaged{(damaged > 0 ? ": delete the folder of a damaged artifact and run again" : "")}"));
            return damaged == 0 ? ExitCode.Done : ExitCode.Failed;
        });
        return command;
    }

    private static Command Show(Terminal terminal, Option<string> store)
    {
        var which = new Argument<string>("artifact") { Description = "STAGE/KEY, where the first characters of the key do.", HelpName = "ARTIFACT" };
        var command = new Command("show", "Shows an artifact's manifest: what its key is made of, its parts, counts and warnings.") { which, store };
        command.SetAction(parsed =>
        {
            using var opened = VerbArguments.OpenStore(parsed.GetRequiredValue(store));
            var artifact = StoredArtifact.Find(opened, parsed.GetRequiredValue(which));
            using var reader = new StreamReader(opened.OpenRead(ArtifactPaths.Manifest(artifact.Stage, artifact.Key)));
            while (reader.ReadLine() is { } line)
            {
                terminal.Line(InertText.Of(line));
            }

            return ExitCode.Done;
        });
        return command;
    }
}
