namespace Transluce.Batch.Transcripts.Suites;

/// <summary>Reads a table sorted by run beside another one: hands out the rows of one run at a time.</summary>
internal sealed class RunCursor<TRow>(IEnumerable<TRow> rows, Func<TRow, int> runOf) : IDisposable
    where TRow : class
{
    private readonly IEnumerator<TRow> rows = rows.GetEnumerator();
    private TRow? current;
    private bool started;

    /// <summary>The rows of a run, one by one; those of runs before it are passed over. Runs are asked for in ascending order.</summary>
    public IEnumerable<TRow> Take(int run)
    {
        if (!started)
        {
            started = true;
            Advance();
        }

        while (current is not null && runOf(current) < run)
        {
            Advance();
        }

        while (current is not null && runOf(current) == run)
        {
            yield return current;
            Advance();
        }
    }

    public void Dispose() => rows.Dispose();

    private void Advance() => current = rows.MoveNext() ? rows.Current : null;
}
