namespace Transluce.Batch.Tests.SyntheticSuites;

/// <summary>What an agent is asked to do, and the turns that do it without any trouble.</summary>
/// <param name="Id">The sample's id.</param>
/// <param name="Tool">The tool most of the work is done with: <c>bash</c>, <c>sql</c> or <c>fetch</c>.</param>
/// <param name="Question">What is asked.</param>
/// <param name="Answer">What a correct last message holds.</param>
/// <param name="Steps">The turns, in order.</param>
internal sealed record SyntheticTask(string Id, string Tool, string Question, string Answer, SyntheticTurn[] Steps);

/// <summary>A message of the agent with one call, and what the tool answers; where there are several wordings a draw picks one.</summary>
/// <param name="Tool">The tool called.</param>
/// <param name="Said">The agent's words.</param>
/// <param name="Calls">Its one argument.</param>
/// <param name="Outputs">The tool's answer.</param>
/// <param name="ErrorType">Where the call fails as a tool error: its type; the output is then the error's message.</param>
internal sealed record SyntheticTurn(string Tool, string[] Said, string[] Calls, string[] Outputs, string? ErrorType = null);

/// <summary>A planted problem.</summary>
/// <param name="Category">Short name.</param>
/// <param name="Description">In a sentence.</param>
/// <param name="Terms">Words that its turns are full of and other turns are not: what a label should consist of.</param>
/// <param name="Turns">The problem as it unfolds; a run holds the first, and some of the others in order.</param>
/// <param name="WaysOut">Turns after which the run goes on as if nothing had been.</param>
/// <param name="GivingUp">Last words of a run that fails by it.</param>
/// <param name="RepeatsCall">Whether the agent makes one call over and over instead of trying something else.</param>
internal sealed record SyntheticProblem(
    string Category,
    string Description,
    string[] Terms,
    SyntheticTurn[] Turns,
    SyntheticTurn[] WaysOut,
    string[] GivingUp,
    bool RepeatsCall = false);
