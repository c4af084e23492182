using Transluce.Batch.Pipeline;

namespace Transluce.Batch.IntegrationTests.Jobs;

/// <summary>A tiny job that was run once, undisturbed: what the other tests of this folder read from and compare with.</summary>
[CollectionDefinition(nameof(FinishedJob))]
public sealed class FinishedJob : ICollectionFixture<FinishedJob>, IDisposable
{
    public FinishedJob()
    {
        Record = Job.Run();
        Hashes = Job.ArtifactHashes();
    }

    internal TinyJob Job { get; } = new();

    internal RunRecord Record { get; }

    /// <summary>"path hash" of every file below artifacts/ after that run.</summary>
    internal IReadOnlyList<string> Hashes { get; }

    public void Dispose() => Job.Dispose();
}
