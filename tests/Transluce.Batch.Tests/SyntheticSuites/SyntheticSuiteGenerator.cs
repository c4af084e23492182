using System.Globalization;

namespace Transluce.Batch.Tests.SyntheticSuites;

/// <summary>
/// Writes suites of runs with planted problems. A run does its task; where a problem is planted, it strikes in the middle and is overcome or not.
/// Clean runs take detours, so that length says little, and any run may make a slip that is no problem.
/// </summary>
internal static class SyntheticSuiteGenerator
{
    private const string SystemPrompt =
        "You work at a desk with three tools: bash runs a command, sql asks the database, fetch reads an address. Do what is asked, one step at a time, and end with the answer.";

    /// <summary>Ways to introduce a step: the same words in every run would make all runs alike.</summary>
    private static readonly string[] Voices = ["{0}", "Next. {0}", "{0} That should bring me further.", "Let me see. {0}", "Step: {0}", "{0} Then we will know."];

    private static readonly string[] Packages = ["tabletop", "geoplot", "fastcsv", "mailkit", "wavelet", "chartly"];
    private static readonly string[] Paths = ["/srv/out/merged.tmp", "/var/data/ledger.db", "/srv/private/list.txt", "/opt/store/index.bin", "/data/work/part1"];
    private static readonly string[] Users = ["desk", "clerk", "reporter", "svc_read"];
    private static readonly string[] Hosts = ["depot.example", "feeds.example", "ledger.example", "atlas.example"];
    private static readonly string[] Tables = ["orders", "invoices", "stock", "accounts", "shipments"];

    public static SyntheticSuite Generate(SyntheticSuiteSettings settings)
    {
        var problems = SyntheticSuite.Problems.Where(p => settings.Categories?.Contains(p.Category) ?? true).ToArray();
        var cells = (from model in Enumerable.Range(0, settings.Models)
                     from epoch in Enumerable.Range(1, settings.Epochs)
                     from task in SyntheticSuite.Tasks
                     select (Model: model, Epoch: epoch, Task: task)).ToArray();
        var order = Enumerable.Range(0, cells.Length).ToArray();
        Draw.For(settings.Seed, "problems").Shuffle(order);
        var clean = (int)Math.Round(cells.Length * settings.CleanShare);
        var planted = new SyntheticProblem?[cells.Length];
        for (var i = clean; i < cells.Length; i++)
        {
            planted[order[i]] = problems[(i - clean) % problems.Length];
        }

        return new SyntheticSuite(settings, [.. Enumerable.Range(0, settings.Models).Select(Log)]);

        SyntheticLog Log(int model)
        {
            var name = "model-" + (char)('a' + model);
            var ids = Draw.For(settings.Seed, name);
            return new SyntheticLog($"desk-work_{name}.eval", name, ids.Id(22),
                [.. Enumerable.Range(0, cells.Length).Where(i => cells[i].Model == model).Select(i => Run(settings, name, cells[i].Epoch, cells[i].Task, planted[i]))]);
        }
    }

    private static SyntheticRun Run(SyntheticSuiteSettings settings, string model, int epoch, SyntheticTask task, SyntheticProblem? problem)
    {
        var draw = Draw.For(settings.Seed, $"{model}/{epoch}/{task.Id}");
        var blur = Draw.For(settings.Seed, $"{model}/{epoch}/{task.Id}/dilution");
        var fill = new Dictionary<string, string>
        {
            ["{package}"] = draw.Of(Packages),
            ["{path}"] = draw.Of(Paths),
            ["{user}"] = draw.Of(Users),
            ["{host}"] = draw.Of(Hosts),
            ["{table}"] = draw.Of(Tables),
            ["{number}"] = (1000 + draw.Below(9000)).ToString(CultureInfo.InvariantCulture),
        };
        var uuid = draw.Id(22);
        var messages = new List<SyntheticMessage>
        {
            new(draw.Id(22), "system", SystemPrompt),
            new(draw.Id(22), "user", task.Question),
        };
        var evidence = new List<int>();
        var strike = problem is null ? -1 : draw.Below(task.Steps.Length);
        var recovered = problem is null || draw.Chance(0.45);
        // Clean runs wander more: otherwise the number of messages alone would tell them apart.
        var detours = problem is null ? 1 + draw.Below(5) : draw.Below(2);

        for (var step = 0; step < task.Steps.Length; step++)
        {
            for (; detours > 0 && draw.Chance(0.6); detours--)
            {
                Add(draw.Of(Detours.Harmless), isEvidence: false);
            }

            if (step == strike)
            {
                Strike();
                if (!recovered)
                {
                    break;
                }
            }

            if (draw.Chance(0.12))
            {
                Array.ForEach(draw.Of(Detours.Slips), turn => Add(turn, isEvidence: false));
            }

            Add(task.Steps[step], isEvidence: false);
        }

        for (; recovered && detours > 0; detours--)
        {
            Add(draw.Of(Detours.Harmless), isEvidence: false);
        }

        if (recovered)
        {
            var answer = draw.Chance(0.9) ? task.Answer : "not to be found";
            messages.Add(new(draw.Id(22), "assistant", string.Format(CultureInfo.InvariantCulture, draw.Of(["The answer is {0}.", "{0}", "I found it: {0}."]), answer)));
        }
        else
        {
            evidence.Add(messages.Count);
            messages.Add(new(draw.Id(22), "assistant", Filled(draw.Of(problem!.GivingUp))));
        }

        return new SyntheticRun(task, epoch, uuid, problem?.Category ?? SyntheticSuite.Clean, recovered, messages, evidence);

        void Strike()
        {
            Add(problem!.Turns[0], isEvidence: true);
            var others = problem.Turns[1..];
            var least = problem.RepeatsCall ? others.Length : recovered ? 1 : 2;
            var count = least + draw.Below(others.Length - least + 1);
            for (var i = 0; i < count; i++)
            {
                Add(others[i], isEvidence: true);
            }

            if (recovered)
            {
                Add(draw.Of(problem.WaysOut), isEvidence: true);
            }
        }

        void Add(SyntheticTurn turn, bool isEvidence)
        {
            if (isEvidence)
            {
                evidence.AddRange([messages.Count, messages.Count + 1]);
            }

            var call = "call_" + draw.Id(12);
            var voice = draw.Of(Voices);
            var words = draw.Of(turn.Said);
            if (isEvidence && blur.Chance(settings.Dilution))
            {
                words = blur.Of(blur.Of(task.Steps).Said);
            }

            var said = string.Format(CultureInfo.InvariantCulture, voice, Filled(words));
            messages.Add(new(draw.Id(22), "assistant", said, turn.Tool, call, Filled(draw.Of(turn.Calls))));
            var output = Filled(draw.Of(turn.Outputs));
            if (isEvidence && blur.Chance(settings.Dilution))
            {
                output = $"{Other()}\n{Other()}\n{output}\n{Other()}";
            }

            messages.Add(turn.ErrorType is null
                ? new(draw.Id(22), "tool", output, turn.Tool, call)
                : new(draw.Id(22), "tool", "", turn.Tool, call, ErrorType: turn.ErrorType, Error: output));
        }

        // Half of the task, half of what any run may look at.
        string Other() => blur.Of((blur.Chance(0.5) ? blur.Of(task.Steps) : blur.Of(Detours.Harmless)).Outputs);

        string Filled(string text) => fill.Aggregate(text, (current, pair) => current.Replace(pair.Key, pair.Value, StringComparison.Ordinal));
    }
}
