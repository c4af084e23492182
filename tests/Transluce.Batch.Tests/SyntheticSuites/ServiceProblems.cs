using static Transluce.Batch.Tests.SyntheticSuites.ProblemTurns;

namespace Transluce.Batch.Tests.SyntheticSuites;

/// <summary>Problems that services make: too many requests, credentials that are wrong.</summary>
internal static class ServiceProblems
{
    public static IReadOnlyList<SyntheticProblem> All { get; } =
    [
        new("rate-limit", "a service refuses because of too many requests",
            ["rate", "limit", "requests", "many", "429", "retry", "throttled"],
            [
                Tool("fetch", ["I ask the service.", "One request to the service.", "The service of {host} knows this."], ["https://{host}/api/v1/items", "https://{host}/search?q=all"],
                    ["429 Too Many Requests: rate limit of {number} requests an hour reached", "HTTP 429: too many requests, throttled; Retry-After: 3600"]),
                Tool("fetch", ["A rate limit. I wait and retry the request.", "Too many requests; I retry more slowly."], ["https://{host}/api/v1/items?slow=1", "https://{host}/api/v1/items?page=1"],
                    ["429 Too Many Requests: rate limit still in force, retry in 3540 s", "HTTP 429: request throttled, limit 0 remaining"]),
                Tool("fetch", ["How many requests does the limit allow?", "I look at the limit itself."], ["https://{host}/limits", "https://{host}/api/quota"],
                    ["{\"limit\":{number},\"remaining\":0,\"error\":\"rate limit\",\"retry\":3500}", "429: too many requests to the limit service as well"]),
                Tool("fetch", ["Fewer requests: all in one, within the rate.", "A batch counts as one request against the limit."], ["https://{host}/batch", "https://{host}/export"],
                    ["429 Too Many Requests: batch requests are throttled too, retry later", "HTTP 429: rate limit, retry after 3400 s"], "unknown"),
            ],
            [Tool("fetch", ["After the pause the rate is within the limit again.", "The retry went through; requests are no longer throttled."], ["https://{host}/api/v1/items"], ["200 [{\"id\":1},{\"id\":2}]"])],
            ["The rate limit was not lifted; every request was throttled, so there is no answer.", "Too many requests: the service keeps answering 429 and I stop retrying."]),

        new("wrong-credentials", "the credentials the agent was given are not accepted",
            ["password", "login", "credentials", "authentication", "token", "unauthorized", "invalid"],
            [
                Tool("sql", ["I log in with the credentials from the task.", "First the login."], ["CONNECT {user}@{host} USING 'given'", "\\c {host} {user}"],
                    ["FATAL: password authentication failed for login {user}", "ERROR: invalid credentials for {user}: authentication failed"]),
                Bash(["Authentication failed: maybe another password stands in the settings.", "The login is invalid; I look for other credentials."], ["grep -i password ~/.settings", "env | grep -i token"],
                    ["password={user}{number}", "TOKEN=expired-{number}"]),
                Tool("fetch", ["I try the token instead of the password.", "A new login with that token."], ["https://{host}/login?token=t{number}", "https://{host}/session"],
                    ["401 Unauthorized: invalid token", "401 Unauthorized: credentials rejected, login again"], "permission"),
                Tool("sql", ["Perhaps the login name is spelt otherwise.", "Same password, other login."], ["CONNECT admin@{host} USING 'given'", "\\c {host} {user}_ro"],
                    ["FATAL: password authentication failed for login admin", "ERROR: invalid login or password (authentication)"]),
            ],
            [Bash(["The credentials in the vault are newer; with them the login works.", "A fresh token: authentication succeeds."], ["vault read {user}"], ["login ok"])],
            ["The login was refused with every password and token, so I could not authenticate.", "The credentials are invalid; without authentication I cannot go on."]),

        new("no-rows", "a search that should find something comes back with nothing",
            ["nothing", "rows", "empty", "zero", "blank", "results", "silence"],
            [
                Tool("sql", ["I ask for the rows.", "This query should give rows."], ["SELECT * FROM {table} WHERE kind='open'", "SELECT name FROM {table}"], ["", "(0 rows)"]),
                Tool("sql", ["No rows at all? I drop the filter.", "Nothing came back. Less strict, then."], ["SELECT * FROM {table}", "SELECT * FROM {table} LIMIT 5"], ["", "(0 rows)"]),
                Bash(["Still nothing. Is there a file with the rows?", "Empty again; I search the dump."], ["grep open dump.csv", "ls dumps/{table}*"], ["", ""]),
                Tool("sql", ["Zero results once more; another name of the table?", "Blank again. One last query."], ["SELECT count(name) FROM {table}_old", "SELECT * FROM all_{table}"], ["", "(0 rows)"]),
            ],
            [Tool("sql", ["The rows were in the archive; results at last.", "Not empty there: the archive has the rows."], ["SELECT count(*) FROM archive_{table}"], ["{number}"])],
            ["Every query came back empty, so I cannot tell.", "Nothing but empty results: no rows, no answer."]),
    ];
}
