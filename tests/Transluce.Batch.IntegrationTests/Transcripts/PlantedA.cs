using Transluce.Batch.Tests;

namespace Transluce.Batch.IntegrationTests.Transcripts;

/// <summary>75 runs with planted problems, written by others in other words than our own suites: read, chunked and embedded once for the tests of a class.</summary>
public sealed class PlantedA : IDisposable
{
    private readonly Lazy<EmbeddedSuite> suite = new(() => new EmbeddedSuite(SharedData.Require("data/eval-logs/generated/planted-a"), lsa: null));

    internal EmbeddedSuite Suite => suite.Value;

    public void Dispose()
    {
        if (suite.IsValueCreated)
        {
            suite.Value.Dispose();
        }
    }
}
