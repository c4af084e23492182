namespace Transluce.Batch.Tests.SyntheticSuites;

/// <summary>Eight tasks for a database.</summary>
internal static class DatabaseTasks
{
    public static IReadOnlyList<SyntheticTask> All { get; } =
    [
        Task("orders-by-region", "Which region placed the most orders in March?", "north",
            Turn("The columns of the table.", "DESCRIBE orders", "id int | region text | placed date | total numeric"),
            Turn("Count by region for that month.", "SELECT region, count(*) FROM orders WHERE placed BETWEEN '2024-03-01' AND '2024-03-31' GROUP BY region", "north | 912\nsouth | 640\nwest | 588")),
        Task("top-customer", "Which customer spent the most last year?", "Halden Mills",
            Turn("Totals per customer.", "SELECT c.name, sum(o.total) s FROM orders o JOIN customers c ON c.id=o.customer GROUP BY 1 ORDER BY s DESC LIMIT 3", "Halden Mills | 84110.40\nOsk Trading | 70233.10\nReed and Co | 69001.00"),
            Turn("Is the name unique?", "SELECT count(*) FROM customers WHERE name='Halden Mills'", "1")),
        Task("orphan-rows", "How many invoices have no customer?", "19",
            Turn("Look at both keys.", "DESCRIBE invoices", "id int | customer int | due date | paid bool"),
            Turn("An outer join finds them.", "SELECT count(*) FROM invoices i LEFT JOIN customers c ON c.id=i.customer WHERE c.id IS NULL", "19")),
        Task("stock-alert", "Which articles have fewer than five pieces in stock?", "lamp, kettle",
            Turn("The stock table.", "SELECT * FROM stock LIMIT 3", "chair | 44\nlamp | 3\ndesk | 12"),
            Turn("Filter by amount.", "SELECT article FROM stock WHERE pieces < 5", "lamp\nkettle"),
            Turn("Reserved pieces are in a table of their own.", "SELECT article, sum(pieces) FROM reserved GROUP BY article", "chair | 2")),
        Task("late-payments", "What share of the invoices of 2023 was paid late?", "12.5 %",
            Turn("Which dates are kept?", "DESCRIBE invoices", "id int | customer int | due date | paid_on date"),
            Turn("All invoices of the year.", "SELECT count(*) FROM invoices WHERE due BETWEEN '2023-01-01' AND '2023-12-31'", "2400"),
            Turn("Those paid after the due date.", "SELECT count(*) FROM invoices WHERE due BETWEEN '2023-01-01' AND '2023-12-31' AND paid_on > due", "300")),
        Task("schema-change", "Add a column `channel` to the orders and fill it with 'web'. How many rows change?", "51022",
            Turn("Add it.", "ALTER TABLE orders ADD COLUMN channel text", "ALTER TABLE"),
            Turn("Fill it.", "UPDATE orders SET channel='web'", "UPDATE 51022")),
        Task("median-basket", "What is the median value of a basket?", "37.90",
            Turn("How many baskets are there?", "SELECT count(*) FROM baskets", "10801"),
            Turn("The middle one.", "SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY value) FROM baskets", "37.90")),
        Task("duplicate-mails", "How many mail addresses belong to more than one account?", "7",
            Turn("Group by address.", "SELECT lower(mail), count(*) FROM accounts GROUP BY 1 HAVING count(*)>1 LIMIT 3", "ann@x.example | 2\njo@x.example | 3\nkim@y.example | 2"),
            Turn("Count the groups.", "SELECT count(*) FROM (SELECT 1 FROM accounts GROUP BY lower(mail) HAVING count(*)>1) d", "7")),
    ];

    private static SyntheticTask Task(string id, string question, string answer, params SyntheticTurn[] steps) => new(id, "sql", question, answer, steps);

    private static SyntheticTurn Turn(string said, string call, string output) => new("sql", [said], [call], [output]);
}
