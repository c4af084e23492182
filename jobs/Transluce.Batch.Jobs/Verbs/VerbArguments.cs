using System.CommandLine;
using Transluce.Batch.Artifacts;

namespace Transluce.Batch.Jobs;

/// <summary>Arguments and options that several verbs take.</summary>
internal static class VerbArguments
{
    public static Argument<string> Config() => new("config") { Description = "The run's YAML file, such as pipeline-config/demo/neurons.yaml.", HelpName = "CONFIG" };

    public static Option<string> Store() => new("--store") { Description = "Folder of the artifact store.", HelpName = "FOLDER", DefaultValueFactory = _ => "store" };

    public static Option<string?> Run() => new("--run") { Description = "A run id; without it the latest run that is complete.", HelpName = "RUN" };

    /// <summary>Opens a store to read from; nothing is created.</summary>
    public static FileSystemStore OpenStore(string folder) => Directory.Exists(folder)
        ? new FileSystemStore(folder)
        : throw new ArtifactException($"There is no store '{folder}'; name it with --store, or make one with 'transluce-batch run CONFIG'.");
}
