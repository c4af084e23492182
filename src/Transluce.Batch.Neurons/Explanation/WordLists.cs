using System.Collections.Frozen;

namespace Transluce.Batch.Neurons.Explanation;

/// <summary>Closed classes of English words, matched without regard to case.</summary>
internal sealed record WordList(string Name, FrozenSet<string> Words);

/// <summary>The published word lists behind the families of that name.</summary>
internal static class WordLists
{
    public static IReadOnlyList<WordList> All { get; } =
    [
        Of("prepositions", "of in to for with on at by from about as into through after over between against during without before under around among"),
        Of("articles and determiners", "the a an this that these those each every some any no"),
        Of("pronouns", "i you he she it we they me him her us them"),
        Of("possessives", "his her its their our my your whose"),
        Of("auxiliary verbs", "is was are were be been being am has have had do does did will would can could may might shall should must"),
        Of("conjunctions", "and or but nor yet so because although while if when than that whether"),
        Of("question words", "who whom whose what which when where why how"),
        Of("negations", "not no never none nothing neither nor cannot n't"),
        Of("months", "january february march april may june july august september october november december"),
        Of("weekdays", "monday tuesday wednesday thursday friday saturday sunday"),
        Of("number words", "one two three four five six seven eight nine ten eleven twelve twenty thirty forty fifty hundred thousand million billion first second third"),
        Of("colours", "red orange yellow green blue purple violet black white grey gray brown pink golden silver"),
        Of("kinship words", "mother father brother sister son daughter wife husband parents children family uncle aunt"),
        Of("directions", "north south east west northern southern eastern western left right up down"),
        Of("units of time", "second seconds minute minutes hour hours day days week weeks month months year years decade century"),
    ];

    private static WordList Of(string name, string words) => new(name, words.Split(' ').ToFrozenSet(StringComparer.Ordinal));
}
