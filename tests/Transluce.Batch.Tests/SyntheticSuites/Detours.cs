using static Transluce.Batch.Tests.SyntheticSuites.ProblemTurns;

namespace Transluce.Batch.Tests.SyntheticSuites;

/// <summary>Turns that any run may take: they make clean runs as long as others, and some look like trouble without being any.</summary>
internal static class Detours
{
    public static IReadOnlyList<SyntheticTurn> Harmless { get; } =
    [
        Bash(["Where am I?", "The working folder, to begin with."], ["pwd"], ["/home/desk", "/srv"]),
        Bash(["What lies around here?", "A look at the files."], ["ls", "ls -la"], ["in  logs  notes.txt  out", "README\nnotes.txt\ntools"]),
        Bash(["Are there notes that help?", "Notes may say more."], ["cat notes.txt"], ["Remember: figures are in thousands.", "Ask Lena about the old files."]),
        Bash(["How long is the input?", "The size, to plan the work."], ["wc -c notes.txt", "du -sh ."], ["3180 notes.txt", "12M ."]),
        Bash(["I check the number in another way.", "A second way to the same number."], ["bc <<< '12*4+1'", "echo $((7*61))"], ["49", "427"]),
        Bash(["Which day is it there?", "The date matters, I think."], ["date +%F"], ["2024-06-03"]),
        Tool("sql", ["Which tables are there?", "A list of tables."], ["SHOW TABLES"], ["accounts\nbaskets\ncustomers\ninvoices\norders\nstock"]),
        Tool("sql", ["A sample of the data, to get a feeling.", "Two lines of it are enough to see the shape."], ["SELECT * FROM orders LIMIT 2"], ["1 | north | 2024-03-01 | 12.00\n2 | west | 2024-03-01 | 99.10"]),
        Tool("fetch", ["The front page may list more.", "I look at the front page."], ["https://guide.example/"], ["<h1>Guide</h1><ul><li>Maps</li><li>Tables</li></ul>"]),
        Tool("fetch", ["Is there a description of the service?", "The manual of the service."], ["https://guide.example/manual"], ["Send GET requests; answers are JSON."]),
    ];

    /// <summary>One slip, mended at once. No problem in the sense of the truth file.</summary>
    public static IReadOnlyList<SyntheticTurn[]> Slips { get; } =
    [
        [Bash(["The listing.", "A quick listing."], ["sl -la"], ["bash: sl: not found"]), Bash(["A slip of the finger.", "Letters swapped."], ["ls -la"], ["README\nnotes.txt"])],
        [Tool("sql", ["Count them.", "A count."], ["SELECT cuont(*) FROM orders"], ["ERROR: function cuont(*) does not exist"]), Tool("sql", ["Misspelt.", "Now spelt right."], ["SELECT count(*) FROM orders"], ["51022"])],
        [Bash(["Is there a marker in it?", "A search for markers."], ["grep -n urgent notes.txt"], [""]), Bash(["None, as expected.", "Good, none."], ["tail -n 1 notes.txt"], ["(end of notes)"])],
        [Tool("fetch", ["The old address.", "I try the address I know."], ["https://guide.example/old"], ["301 Moved: /new"]), Tool("fetch", ["It moved.", "Then the new one."], ["https://guide.example/new"], ["<p>Same text, new place.</p>"])],
    ];
}
