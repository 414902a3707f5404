using System.Text.Json.Nodes;

namespace OpenSre.Sentry.Tests;

/// <summary>States of a run, as the server writes them.</summary>
internal static class Runs
{
    public const string Patch = """{"repo_name":"acme/shop","diff":"--- a/a.py\n+++ b/a.py\n@@ -1 +1 @@\n-x\n+y\n","patch":{"path":"a.py","type":"M","added":1,"removed":1,"hunks":[]}}""";

    public static string State(string status, string? step, int blocks = 1, string? patches = null, string? artifacts = null, string more = "", int run = 4242)
    {
        var text = step is null ? "" : Block("b0", "user", "…", step);
        for (var i = 1; i < blocks; i++)
        {
            text += (text.Length > 0 ? "," : "") + Block($"b{i}", "assistant", $"Said {i}.", null);
        }

        if (patches is not null || artifacts is not null)
        {
            text += (text.Length > 0 ? "," : "") + $$"""{"id":"bx","message":{"role":"tool_use","content":"edited"},"merged_file_patches":{{patches ?? "null"}},"artifacts":{{artifacts ?? "[]"}}}""";
        }

        return $$"""{"run_id":{{run}},"status":"{{status}}","updated_at":"{{status}}{{step}}{{blocks}}","blocks":[{{text}}]{{more}}}""";
    }

    public static string Pending(string id, string type, string data) =>
        State("awaiting_user_input", "code_changes", more: $$""","pending_user_input":{"id":"{{id}}","input_type":"{{type}}","data":{{data}}}""");

    private static string Block(string id, string role, string content, string? step) =>
        new JsonObject { ["id"] = id, ["message"] = new JsonObject { ["role"] = role, ["content"] = content, ["metadata"] = step is null ? null : new JsonObject { ["step"] = step } } }.ToJsonString();
}
