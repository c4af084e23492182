namespace Transluce.Batch.Tests.SyntheticSuites;

/// <summary>Eight tasks for a command line.</summary>
internal static class ShellTasks
{
    public static IReadOnlyList<SyntheticTask> All { get; } =
    [
        Task("log-errors", "How many ERROR lines does /srv/logs/orders.log hold?", "417",
            Turn("I start with the size of the file.", "wc -l /srv/logs/orders.log", "88214 /srv/logs/orders.log"),
            Turn("A look at the format of a line.", "head -n 3 /srv/logs/orders.log", "06:00:01 INFO boot v4.2\n06:00:01 INFO pool of 8 workers\n06:00:03 WARN slow start 1904 ms"),
            Turn("Severity is the second column, so I count it.", "awk '$2==\"ERROR\"' /srv/logs/orders.log | wc -l", "417")),
        Task("largest-folder", "Which folder below /srv/media takes the most room?", "raw-2019",
            Turn("Sizes of the folders first.", "du -s /srv/media/*", "10422 /srv/media/covers\n884120 /srv/media/raw-2019\n70311 /srv/media/thumbs"),
            Turn("To be sure I sort them.", "du -s /srv/media/* | sort -n | tail -n 1", "884120 /srv/media/raw-2019")),
        Task("rename-photos", "Rename the photographs in /srv/in so that they carry their day, and say how many there were.", "36",
            Turn("What is there?", "ls /srv/in | head -n 4", "P1000.JPG\nP1001.JPG\nP1002.JPG\nP1003.JPG"),
            Turn("The day stands in the time stamp.", "stat -c '%y %n' /srv/in/P1000.JPG", "2024-05-11 17:20:08 /srv/in/P1000.JPG"),
            Turn("Now the renaming itself.", "for f in /srv/in/*.JPG; do mv -v \"$f\" \"/srv/in/$(stat -c %y $f | cut -c1-10)-$(basename $f)\"; done | wc -l", "36")),
        Task("build-tool", "Compile the program in /srv/src/ledger and print its version.", "ledger 2.7.1",
            Turn("The build file says how.", "head -n 5 /srv/src/ledger/Makefile", "all: ledger\nledger: main.o book.o\n\tcc -o ledger main.o book.o"),
            Turn("Compile.", "make -C /srv/src/ledger", "cc -c main.c\ncc -c book.c\ncc -o ledger main.o book.o"),
            Turn("The version.", "/srv/src/ledger/ledger --version", "ledger 2.7.1")),
        Task("cron-schedule", "At which minute does the nightly backup start?", "23",
            Turn("The timetable of root.", "crontab -l -u root", "# m h dom mon dow\n23 2 * * * /usr/local/bin/nightly-backup\n0 * * * * /usr/local/bin/rotate"),
            Turn("The script, to see that it is the backup.", "head -n 2 /usr/local/bin/nightly-backup", "#!/bin/sh\n# copies /srv to the vault")),
        Task("merge-lists", "Merge the three guest lists in /srv/party and count distinct names.", "142",
            Turn("How the lists look.", "head -n 2 /srv/party/*.txt", "==> a.txt <==\nAda Birch\nBo Cole\n==> b.txt <==\nBo Cole\nCy Dunn"),
            Turn("Sort, drop doubles, count.", "cat /srv/party/*.txt | sort -u | wc -l", "142"),
            Turn("Blank lines would spoil it.", "grep -c '^$' /srv/party/a.txt", "0")),
        Task("checksum", "Which of the downloads in /srv/iso does not match its checksum?", "core-11.iso",
            Turn("Compare all of them.", "sha256sum -c /srv/iso/SUMS", "core-10.iso: OK\ncore-11.iso: FAILED\ncore-12.iso: OK"),
            Turn("Once more for that file only.", "sha256sum /srv/iso/core-11.iso; grep core-11 /srv/iso/SUMS", "51be09aa  /srv/iso/core-11.iso\n90c41d7e  core-11.iso")),
        Task("unit-tests", "Run the test suite in /srv/src/parser and say how many tests pass.", "58",
            Turn("Which tests exist?", "ls /srv/src/parser/tests", "lexer.t\nnumbers.t\nstrings.t"),
            Turn("Run them.", "make -C /srv/src/parser check", "lexer.t .... ok\nnumbers.t .. ok\nstrings.t .. ok\n58 tests, 58 passed")),
    ];

    private static SyntheticTask Task(string id, string question, string answer, params SyntheticTurn[] steps) => new(id, "bash", question, answer, steps);

    private static SyntheticTurn Turn(string said, string call, string output) => new("bash", [said], [call], [output]);
}
