namespace Transluce.Batch.Tests.SyntheticSuites;

/// <summary>Eight tasks for pages and services on a network that does not exist.</summary>
internal static class WebTasks
{
    public static IReadOnlyList<SyntheticTask> All { get; } =
    [
        Task("release-date", "When was version 3 of the compiler `fern` released?", "2022-09-14",
            Turn("The project's page of releases.", "https://fern.example/releases", "<h1>Releases</h1><a href=/r/3>3.0</a><a href=/r/2>2.9</a>"),
            Turn("The notes of version three.", "https://fern.example/r/3", "<h1>fern 3.0</h1><p>Published 2022-09-14. New parser.</p>")),
        Task("weather-station", "What is the highest wind speed that station 12 measured on 4 May?", "61 km/h",
            Turn("Find the station.", "https://wind.example/api/stations", "[{\"id\":11,\"place\":\"Pass\"},{\"id\":12,\"place\":\"Ridge\"}]"),
            Turn("Measurements of that day.", "https://wind.example/api/stations/12?day=2024-05-04", "{\"gusts\":[22,40,61,38],\"unit\":\"km/h\"}")),
        Task("recipe-price", "What do the ingredients of the pancake recipe cost?", "4.35",
            Turn("The recipe.", "https://pan.example/pancakes", "flour 300 g, milk 0.5 l, eggs 3"),
            Turn("Prices at the shop.", "https://shop.example/api/prices?q=flour,milk,eggs", "{\"flour\":0.85,\"milk\":1.20,\"eggs\":2.30}")),
        Task("train-change", "Where does one change on the way from Aln to Corby Moor?", "Tarn Junction",
            Turn("The timetable service.", "https://rail.example/plan?from=Aln&to=Corby+Moor", "{\"legs\":[[\"Aln\",\"Tarn Junction\"],[\"Tarn Junction\",\"Corby Moor\"]]}"),
            Turn("Is there a direct one on Sundays?", "https://rail.example/plan?from=Aln&to=Corby+Moor&day=sun", "{\"legs\":[[\"Aln\",\"Tarn Junction\"],[\"Tarn Junction\",\"Corby Moor\"]]}")),
        Task("open-issues", "How many open reports does the project `quill` have that carry the mark `bug`?", "23",
            Turn("First page of reports.", "https://forge.example/quill/reports?mark=bug&open=1", "{\"page\":1,\"of\":3,\"count\":10}"),
            Turn("Second page.", "https://forge.example/quill/reports?mark=bug&open=1&page=2", "{\"page\":2,\"of\":3,\"count\":10}"),
            Turn("Last page.", "https://forge.example/quill/reports?mark=bug&open=1&page=3", "{\"page\":3,\"of\":3,\"count\":3}")),
        Task("museum-hours", "Until when is the harbour museum open on Thursdays?", "21:00",
            Turn("The museum's page.", "https://harbour.example/visit", "<table><tr><td>Tue-Sun</td><td>10:00-18:00</td></tr><tr><td>Thu</td><td>10:00-21:00</td></tr></table>")),
        Task("exchange-table", "How many crowns does one get for 250 florins?", "1812.50",
            Turn("The table of the day.", "https://bank.example/rates.csv", "florin,crown,7.25\nflorin,mark,1.90"),
            Turn("Is there a fee?", "https://bank.example/fees", "No fee above 100 florins.")),
        Task("paper-authors", "Who wrote the paper about tidal mills, and in what year?", "Orrin Vale, 1987",
            Turn("Search the library.", "https://library.example/search?q=tidal+mills", "1 hit: /doc/8841"),
            Turn("Open the entry.", "https://library.example/doc/8841", "Vale, Orrin (1987): On tidal mills. 44 pages.")),
    ];

    private static SyntheticTask Task(string id, string question, string answer, params SyntheticTurn[] steps) => new(id, "fetch", question, answer, steps);

    private static SyntheticTurn Turn(string said, string call, string output) => new("fetch", [said], [call], [output]);
}
