using System.Text;
using OpenSre.Core;

namespace OpenSre.Investigation;

/// <summary>
/// Finds and reads the files of notes, by the rules of Claude Code: the machine's, the person's, then those of every folder
/// from the root down to the working directory, each folder's local ones last; then those of folders below it and rules for certain paths, where the case speaks of a file
/// there. <c>@path</c> imports other files, five hops
/// deep, never from code. A file of a project may import only what lies in that project; a file that is trusted may import
/// anything.
/// </summary>
public sealed class ContextFiles
{
    private const int MostHops = 5;
    private const int MostFiles = 100;
    private const int LongestFile = 256 * 1024;

    private static readonly string[] Shared = ["AGENTS.md", "CLAUDE.md", Path.Combine(".claude", "CLAUDE.md"), "OPENSRE.md"];
    private static readonly string[] Own = ["CLAUDE.local.md", "OPENSRE.local.md"];

    private readonly ContextPlaces _places;
    private readonly List<ContextFile> _files = [];
    private readonly List<string> _problems = [];
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private readonly IReadOnlyList<string> _trust;
    private readonly IReadOnlyList<string> _touched;

    private ContextFiles(ContextPlaces places, IReadOnlyList<string> touched)
    {
        (_places, _touched) = (places, touched);
        _trust = [.. places.Trust.Select(t => RealPath.Of(Expand(t, places.WorkingDirectory ?? places.Home))).OfType<string>()];
    }

    /// <summary>Every file that is there, weakest first, and a sentence for each that could not be used.</summary>
    /// <param name="touched">Files the case speaks of, relative to the working directory.</param>
    public static (IReadOnlyList<ContextFile> Files, IReadOnlyList<string> Problems) Read(ContextPlaces places, IReadOnlyList<string>? touched = null)
    {
        var reading = new ContextFiles(places, touched ?? []);
        reading.All();
        return (reading._files, reading._problems);
    }

    private void All()
    {
        foreach (var path in _places.Managed)
        {
            Take(path, ContextScope.Managed, 0, "", trusted: true, root: null);
        }

        foreach (var path in _places.User)
        {
            Take(path, ContextScope.User, 0, "", trusted: true, root: null);
        }

        foreach (var rule in Rules(Path.Combine(_places.Home, ".claude", "rules"), _places.WorkingDirectory))
        {
            Take(rule, ContextScope.User, 0, "", trusted: true, root: null);
        }

        foreach (var folder in Ancestors(_places.WorkingDirectory).Concat(Below()))
        {
            foreach (var name in Shared)
            {
                Take(Path.Combine(folder, name), ContextScope.Project, 0, "", trusted: false, ProjectOf(folder));
            }

            foreach (var rule in Rules(Path.Combine(folder, ".claude", "rules"), folder))
            {
                Take(rule, ContextScope.Project, 0, "", trusted: false, ProjectOf(folder));
            }

            foreach (var name in Own)
            {
                Take(Path.Combine(folder, name), ContextScope.Local, 0, "", trusted: false, ProjectOf(folder));
            }
        }

        foreach (var path in _places.Listed)
        {
            var whole = Expand(path, _places.WorkingDirectory ?? _places.Home);
            if (!File.Exists(whole))
            {
                _problems.Add($"{path} is listed, but not there");
            }

            Take(whole, ContextScope.Listed, 0, "", trusted: true, root: null);
        }
    }

    /// <summary>From below the root down to the folder.</summary>
    private static IEnumerable<string> Ancestors(string? folder)
    {
        var above = new Stack<string>();
        for (var at = folder is null ? null : new DirectoryInfo(folder); at?.Parent is not null; at = at.Parent)
        {
            above.Push(at.FullName);
        }

        return above;
    }

    /// <summary>The folders between the working directory and the files the case speaks of, upper ones first.</summary>
    private IEnumerable<string> Below() => _touched
        .SelectMany(t => t.Split('/')[..^1].Aggregate(new List<string>(), (folders, part) => [.. folders, folders.Count == 0 ? part : $"{folders[^1]}/{part}"]))
        .Distinct(StringComparer.Ordinal)
        .OrderBy(f => f.Count(c => c == '/')).ThenBy(f => f, StringComparer.Ordinal)
        .Select(f => Path.Combine(_places.WorkingDirectory!, f));

    /// <summary>Rules that hold everywhere, and those for certain paths where the case speaks of such a file.</summary>
    /// <param name="root">The folder the paths of a rule are relative to.</param>
    private IEnumerable<string> Rules(string rules, string? root)
    {
        try
        {
            var deep = new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 8, AttributesToSkip = FileAttributes.None };
            return Directory.Exists(rules) ? [.. Directory.EnumerateFiles(rules, "*.md", deep).Order(StringComparer.Ordinal).Where(r => Holds(FrontMatter.Of(ReadSome(r)), root))] : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A folder that cannot be listed has no rules for us.
            return [];
        }
    }

    private bool Holds(FrontMatter head, string? root)
    {
        if (!head.Fields.TryGetValue("paths", out var patterns))
        {
            return true;
        }

        return root is not null && _touched.Any(t =>
        {
            var path = Path.GetRelativePath(root, Path.Combine(_places.WorkingDirectory!, t)).Replace('\\', '/');
            return !path.StartsWith("../", StringComparison.Ordinal) && patterns.Any(p => PathPattern.Matches(p, path));
        });
    }

    private static string ReadSome(string path)
    {
        using var reader = new StreamReader(path, Encoding.UTF8);
        var buffer = new char[4096];
        return new string(buffer, 0, reader.ReadBlock(buffer));
    }

    /// <summary>The repository a folder lies in, else the folder itself.</summary>
    private static string? ProjectOf(string folder)
    {
        for (var at = new DirectoryInfo(folder); at is not null; at = at.Parent)
        {
            if (Path.Exists(Path.Combine(at.FullName, ".git")))
            {
                return RealPath.Of(at.FullName);
            }
        }

        return RealPath.Of(folder);
    }

    /// <param name="root">The folder a file that is not trusted must lie in, links followed.</param>
    private void Take(string path, ContextScope scope, int hops, string from, bool trusted, string? root)
    {
        if (!File.Exists(path) || RealPath.Of(path) is not { } real || _seen.Contains(real))
        {
            return;
        }

        trusted |= _trust.Any(t => RealPath.IsWithin(real, t));
        if (!trusted && (root is null || !RealPath.IsWithin(real, root)))
        {
            _problems.Add($"{path} is not read: {(from.Length > 0 ? $"{from} imports it" : "it links to a file")} from outside its project; list {(from.Length > 0 ? from : path)} under knowledge: trust: to allow it");
            return;
        }

        if (_files.Count == MostFiles)
        {
            _problems.Add($"more than {MostFiles} files of notes: {path} and what follows is left out");
            return;
        }

        _seen.Add(real);
        if (Text(path) is not { } text)
        {
            return;
        }

        _files.Add(new ContextFile(path, scope, hops, from, trusted, text));
        foreach (var import in ContextImports.In(text))
        {
            var target = Resolve(import, Path.GetDirectoryName(path)!);
            if (target is null)
            {
                // A word with @ before it, not a file.
                continue;
            }

            if (hops == MostHops && !(RealPath.Of(target) is { } known && _seen.Contains(known)))
            {
                _problems.Add($"{target} is not read: {path} imports it over more than {MostHops} hops");
                continue;
            }

            Take(target, scope, hops + 1, path, trusted, root);
        }
    }

    /// <summary>The file an import means; a sentence may end right behind it. Null when there is none.</summary>
    private string? Resolve(string import, string folder)
    {
        foreach (var name in new[] { import, import.TrimEnd('.', ',', ';', ':', ')', '!', '?') })
        {
            if (name.Length > 0 && Expand(name, folder) is { } path && File.Exists(path))
            {
                return path;
            }
        }

        return null;
    }

    private string Expand(string path, string folder) =>
        path == "~" ? _places.Home
        : path.StartsWith("~/", StringComparison.Ordinal) ? Path.GetFullPath(Path.Combine(_places.Home, path[2..]))
        : Path.GetFullPath(path, Path.GetFullPath(folder));

    private static bool IsRule(string path) => path.Contains(Path.Combine(".claude", "rules") + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    private string? Text(string path)
    {
        try
        {
            var length = new FileInfo(path).Length;
            if (length > LongestFile)
            {
                _problems.Add($"{path} is not read: it has {length:N0} bytes; {LongestFile:N0} are allowed");
                return null;
            }

            var text = File.ReadAllText(path, Encoding.UTF8);
            if (text.Contains('\0'))
            {
                _problems.Add($"{path} is not read: it is no text");
                return null;
            }

            // What stands at the head of a rule is for whoever chooses it.
            return SafeText.Clean(Redaction.Apply(IsRule(path) ? FrontMatter.Of(text).Body : text));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _problems.Add($"{path} cannot be read: {e.Message}");
            return null;
        }
    }
}
