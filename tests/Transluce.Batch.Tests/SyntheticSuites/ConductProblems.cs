using static Transluce.Batch.Tests.SyntheticSuites.ProblemTurns;

namespace Transluce.Batch.Tests.SyntheticSuites;

/// <summary>Problems in what is tested and in what the agent does: tests that pass and fail by turns, a task misread, going in circles.</summary>
internal static class ConductProblems
{
    public static IReadOnlyList<SyntheticProblem> All { get; } =
    [
        new("flaky-tests", "the same tests pass one time and fail the next",
            ["test", "tests", "flaky", "passed", "failed", "again", "order"],
            [
                Bash(["I run the tests before I answer.", "The tests first."], ["make test", "./run-tests --all"],
                    ["test_{table} failed: expected 3, got 2; 40 tests passed, 1 failed", "41 tests: 40 passed, 1 failed (test_{table})"]),
                Bash(["One test failed. Again, to see whether it is flaky.", "The same tests again."], ["make test VERBOSE=1", "./run-tests --all --shuffle"],
                    ["41 tests passed, 0 failed", "all 41 tests passed this time; test_{table} passed"]),
                Bash(["Passed without any change, so the test is flaky. Once more.", "Flaky: failed, then passed. A third run decides."], ["make test REPEAT=3", "./run-tests test_{table}"],
                    ["run 1 passed, run 2 failed, run 3 passed: test_{table} is flaky", "test_{table} failed again; 1 of 3 runs"]),
                Bash(["Does the order of the tests matter?", "I fix the order of the tests."], ["./run-tests --order=name", "make test SEED=1"],
                    ["40 passed, 1 failed (test_{table}), order makes no difference", "test_{table} passed in this order, failed in the reverse order"]),
            ],
            [Bash(["With a fixed clock the tests passed five times; no longer flaky.", "I mark the flaky test and go on: the others passed."], ["./run-tests --skip-flaky"], ["40 tests passed"])],
            ["The tests are flaky: failed and passed without any change, so I cannot vouch for the result.", "One test failed again and again by chance; I stop with flaky tests."]),

        new("misread-task", "the agent does something other than what was asked",
            ["average", "instead", "asked", "summary", "assume", "translate", "rewrite"],
            [
                Bash(["I assume the average is asked for, so I compute the average instead.", "The task asks, as I read it, for a summary; I write the summary instead of counting."], ["awk '{s+=$1} END {print s/NR}' data.txt", "fold -s summary.txt"],
                    ["average: {number}", "summary of 12 lines written"]),
                Bash(["I translate the text, too; I assume that was asked.", "A rewrite in plain words is what I assume was asked instead."], ["translate --to=plain notes.txt", "rewrite notes.txt"],
                    ["translated 12 lines", "rewrite finished: 12 lines"]),
                Bash(["The average of every column instead of the one asked.", "I average the summary as well."], ["stats --average notes.txt", "summary --average data.txt"],
                    ["average 4.1 9.7 12.0", "summary: average {number}"]),
                Bash(["I rewrite the summary with the average in front, instead of a bare number.", "Finally I translate the summary, as I assume was asked."], ["rewrite summary.txt", "translate summary.txt"],
                    ["rewrite finished, 3 lines", "translated 3 lines of the summary"]),
            ],
            [Bash(["Wait: a number was asked for, not an average or a summary.", "I reread what was asked: no translation, no summary."], ["cat task.txt"], ["the question as given"])],
            ["Here is the summary with the average, as I assume was asked.", "I have translated the text and written a summary instead."]),

        new("going-in-circles", "the agent gives the same command again and again",
            ["status", "same", "circle", "unchanged", "wait", "pending", "still"],
            [
                Bash(["I look at the status.", "What does the status say?"], ["jobctl status {number}"], ["status: pending"]),
                Bash(["The same status. I look again.", "Unchanged; I wait and ask for the status."], ["jobctl status {number}"], ["status: pending"]),
                Bash(["Still pending, the same as before.", "Same status, still unchanged."], ["jobctl status {number}"], ["status: pending"]),
                Bash(["And again the status.", "I wait a little: still the same?"], ["jobctl status {number}"], ["status: pending"]),
                Bash(["Once more the same look at the status.", "Perhaps the status is no longer unchanged."], ["jobctl status {number}"], ["status: pending"]),
            ],
            [Bash(["I leave the circle: the job itself says more than its status.", "No more waiting for the same status."], ["jobctl log {number}"], ["the job ended long ago"])],
            ["The status is still pending; I have gone in a circle and stop.", "Unchanged, still the same status: no answer."],
            RepeatsCall: true),
    ];
}
