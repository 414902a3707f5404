using System.Text;

namespace OpenSre.Sentry.Tests;

/// <summary>A git repository of its own in a temporary folder.</summary>
internal sealed class Repository : IDisposable
{
    public Repository()
    {
        Root = Path.GetFullPath(Directory.CreateTempSubdirectory("opensre-sentry-").FullName);
        Git("init", "-q", "-b", "main");
        Git("config", "user.email", "test@example.com");
        Git("config", "user.name", "Test");
        Git("config", "core.autocrlf", "false");
        Git("config", "commit.gpgsign", "false");
        Git("config", "gc.auto", "0");
    }

    public string Root { get; }

    public string Git(params string[] arguments) => GitWith("", arguments);

    public string GitWith(string input, params string[] arguments)
    {
        var answer = GitProgram.RunAsync(Root, Encoding.UTF8.GetBytes(input), CancellationToken.None, arguments).GetAwaiter().GetResult();
        Assert.True(answer.Code == 0, $"git {string.Join(' ', arguments)}: {answer.Errors}");
        return answer.Text;
    }

    public void Write(string path, string text) => WriteBytes(path, Encoding.UTF8.GetBytes(text));

    public void WriteBytes(string path, byte[] bytes)
    {
        var full = Path.Combine(Root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllBytes(full, bytes);
    }

    public string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    public bool Has(string path) => File.Exists(Path.Combine(Root, path));

    public string Commit()
    {
        Git("add", "-A");
        Git("commit", "-q", "-m", "state");
        return Git("rev-parse", "HEAD");
    }

    public Task<RepositoryPlan> PlanAsync(string? pinned, params IReadOnlyList<FilePatch> patches) =>
        RepositoryPlanner.PlanAsync(Root, "acme/shop", patches, pinned, TestContext.Current.CancellationToken);

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
