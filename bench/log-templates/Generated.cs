using System.Text;

namespace OpenSre.Bench;

/// <summary>Log lines of a made-up web shop: 24 statements with numbers, addresses, ids and paths, the same in every run.</summary>
internal static class Generated
{
    private static readonly string[] Statements =
    [
        "GET /api/v2/carts/{h}/items HTTP/1.1 {s} {n} bytes in {n} ms", "POST /api/v2/orders HTTP/1.1 {s} {n} bytes in {n} ms",
        "accepted connection from {a}:{n}", "closed connection from {a}:{n} after {n} ms", "cache miss for key cart:{h}",
        "cache refreshed, {n} entries, {n} evicted", "pool-{n}: {n} of {n} connections in use", "order {n} placed by user {u}",
        "order {n} rejected: card declined", "payment {h} settled in {n} ms", "session opened for user {u}", "session closed for user {u}",
        "slow query ({n} ms): SELECT * FROM orders WHERE id = {n}", "checkpoint complete: wrote {n} buffers", "lease renewed by {a}, ttl={n}s",
        "upstream {a}:{n} timed out after {n} ms, retry {n}", "worker {n} started", "worker {n} stopped with status {n}",
        "flushed /var/lib/shop/segments/{h}.log ({n} KB)", "healthz ok", "rebalancing partition {n} from node-{n} to node-{n}",
        "request id={h} trace={h} took {n} ms", "rate limit reached for {a}", "configuration reloaded from /etc/shop/{u}.yaml",
    ];

    private static readonly string[] Users = ["anna", "bert", "cleo", "dora", "emil", "fritz", "gerda", "hugo"];

    public static byte[] Lines(int count)
    {
        var random = new Random(1);
        var text = new StringBuilder();
        for (var i = 0; i < count; i++)
        {
            text.Append($"2026-01-02T{i / 3600 % 24:00}:{i / 60 % 60:00}:{i % 60:00}.{random.Next(1000):000}Z {(random.Next(20) == 0 ? "WARN" : "INFO")} [{random.Next(64)}] ");
            var statement = Statements[random.Next(Statements.Length)];
            for (var at = 0; at < statement.Length; at++)
            {
                if (statement[at] != '{')
                {
                    text.Append(statement[at]);
                    continue;
                }

                text.Append(statement[at + 1] switch
                {
                    'a' => $"10.{random.Next(256)}.{random.Next(256)}.{random.Next(256)}",
                    'h' => $"{random.NextInt64():x16}",
                    's' => random.Next(10) == 0 ? "503" : "200",
                    'u' => Users[random.Next(Users.Length)],
                    _ => $"{random.Next(1, 100_000)}",
                });
                at += 2;
            }

            text.Append('\n');
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }
}
