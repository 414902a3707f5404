using System.Text;

namespace OpenSre.Fleet;

/// <summary>What kind of agent a process is.</summary>
/// <param name="IsScript">An interpreter runs it, so a child of the same kind may be the real one.</param>
/// <param name="Options">The arguments of the agent itself, without interpreter and script.</param>
public sealed record AgentClass(string Tool, bool IsScript, IReadOnlyList<string> Options);

/// <summary>
/// Tells agents from everything that merely mentions them: by the base name of the program or of the script an
/// interpreter runs, by the package it lies in, never by a piece of a word or of an argument.
/// </summary>
public sealed class AgentClassifier
{
    private static readonly string[] Desktop = ["Claude.app", "Cursor.app", "Codex.app", "claude-desktop", "crashpad_handler", "chrome_crashpad_handler"];
    private static readonly string[] ScriptEnds = [".js", ".mjs", ".cjs"];
    private static readonly string[] NotTheAgent = ["install", "postinstall", "preinstall", "uninstall"];

    private readonly IReadOnlyList<ToolRule> _rules;
    private readonly Dictionary<string, ToolRule> _byName = new(StringComparer.Ordinal);
    private readonly byte[][] _words;

    /// <summary>The first letters of those words: most processes are told by theirs.</summary>
    private readonly bool[] _first = new bool[256];

    public AgentClassifier(IEnumerable<ToolRule>? own = null)
    {
        _rules = [.. own ?? [], .. ToolRule.Known];
        foreach (var rule in _rules)
        {
            foreach (var name in rule.Names)
            {
                _byName.TryAdd(name, rule);
            }
        }

        _words = [.. _byName.Keys.Concat(Interpreters.Names).Append("cursor").Select(Encoding.UTF8.GetBytes)];
        foreach (var word in _words)
        {
            _first[word[0]] = true;
        }

        _first['C'] = true;
    }

    /// <summary>False when a process certainly is none; decided from bytes alone.</summary>
    public bool MayBe(ReadOnlySpan<byte> commandLine, ReadOnlySpan<byte> executable)
    {
        var end = commandLine.IndexOf((byte)0);
        var first = end < 0 ? commandLine : commandLine[..end];
        if (IsWord(Base(executable)) || executable.IndexOf("/versions/"u8) >= 0)
        {
            return true;
        }

        var blank = first.IndexOf((byte)' ');
        return IsWord(Base(first)) || blank > 0 && IsWord(Base(first[..blank]));
    }

    /// <summary>The kind of agent, or null.</summary>
    public AgentClass? Classify(IReadOnlyList<string> arguments, string executable)
    {
        if (arguments.Count == 0 || arguments[0].Length == 0)
        {
            return null;
        }

        var words = arguments;
        if (ByTitle(arguments[0]) is { } title)
        {
            // The process has written its whole command line into the first word.
            words = [.. title, .. arguments.Skip(1)];
        }

        if (IsDesktop(words, executable))
        {
            return null;
        }

        if (IsCursorHost(arguments[0]))
        {
            return new AgentClass("cursor", IsScript: false, []);
        }

        var program = NameOf(words[0]);
        if (program == "cursor" && words is [_, "agent", ..])
        {
            return new AgentClass("cursor", IsScript: false, [.. words.Skip(2)]);
        }

        string[] options = [.. words.Skip(1)];
        if (RuleOf(program) is { } rule)
        {
            return Accept(rule, options, isScript: false);
        }

        // An interpreter may carry another name, and a program be started under one.
        if ((Interpreters.Script(program, options) ?? Interpreters.Script(NameOf(executable), options)) is { } script)
        {
            return ByScript(script) is { } scriptRule ? Accept(scriptRule, script.Options, isScript: true) : null;
        }

        return (RuleOf(NameOf(executable)) ?? ByVersionFolder(executable)) is { } other ? Accept(other, options, isScript: false) : null;
    }

    private static AgentClass? Accept(ToolRule rule, IReadOnlyList<string> options, bool isScript)
    {
        var first = options.Count > 0 ? options[0] : "";
        if (rule.Errands.Contains(first) || first is "--version" or "-v" or "-V" or "--help" or "-h" && options.Count == 1)
        {
            return null;
        }

        if (rule.OnlyWith is { } only && !isScript && first.Length > 0 && (first[0] == '-' ? first == "-dir" : !only.Contains(first)))
        {
            return null;
        }

        return rule.Needs.All(options.Contains) ? new AgentClass(rule.Tool, isScript, options) : null;
    }

    private ToolRule? RuleOf(string name)
    {
        if (_byName.TryGetValue(name, out var rule))
        {
            return rule;
        }

        // Released binaries carry the machine in their name: codex-x86_64-unknown-linux-musl.
        var dash = name.IndexOf('-', StringComparison.Ordinal);
        return dash > 0 && (name.AsSpan(dash + 1).StartsWith("x86_64-") || name.AsSpan(dash + 1).StartsWith("aarch64-") || name.AsSpan(dash + 1) is "linux-x64" or "linux-arm64" or "darwin-arm64" or "darwin-x64")
            ? _byName.GetValueOrDefault(name[..dash])
            : null;
    }

    private ToolRule? ByScript(Script script)
    {
        if (script.Module is { } module)
        {
            return _rules.FirstOrDefault(r => r.Modules.Contains(module));
        }

        var path = script.Path;
        var name = Path.GetFileName(path);
        if (_byName.TryGetValue(name, out var rule))
        {
            return rule;
        }

        var end = Array.Find(ScriptEnds, e => name.EndsWith(e, StringComparison.Ordinal));
        foreach (var candidate in _rules)
        {
            if (end is not null && !NotTheAgent.Contains(name[..^end.Length]) && candidate.Packages.Any(p => IsInPackage(path, p))
                || candidate.Modules.Any(m => path.Contains($"/site-packages/{m}/", StringComparison.Ordinal))
                || candidate.VersionFolders.Any(f => path.Contains($"/{f}/", StringComparison.Ordinal)))
            {
                return candidate;
            }
        }

        // A package that was unpacked elsewhere: …/bin/codex.js
        return end is not null && Path.GetFileName(Path.GetDirectoryName(path)) == "bin" ? _byName.GetValueOrDefault(name[..^end.Length]) : null;
    }

    private ToolRule? ByVersionFolder(string executable) =>
        _rules.FirstOrDefault(r => r.VersionFolders.Any(f => Path.GetDirectoryName(executable) is { } folder && folder.EndsWith("/" + f, StringComparison.Ordinal)));

    private static bool IsInPackage(string path, string package)
    {
        var at = path.LastIndexOf($"/node_modules/{package}/", StringComparison.Ordinal);
        if (at < 0)
        {
            return false;
        }

        // Not what the package itself carries along.
        var inside = path[(at + package.Length + 15)..];
        return !inside.StartsWith("node_modules/", StringComparison.Ordinal) && !inside.StartsWith("vendor/", StringComparison.Ordinal);
    }

    private static string[]? ByTitle(string first) =>
        first.Contains(' ') && !File.Exists(first) && first.Split(' ', StringSplitOptions.RemoveEmptyEntries) is { Length: > 0 } words ? words : null;

    private static bool IsCursorHost(string first)
    {
        const string Mark = "extension-host (agent-exec)";
        var at = first.IndexOf(Mark, StringComparison.Ordinal);
        var program = first.AsSpan(first.AsSpan(0, Math.Max(at, 0)).LastIndexOf('/') + 1);
        return at >= 0 && program.StartsWith("cursor", StringComparison.OrdinalIgnoreCase) && (at == 0 || first[at - 1] is ' ' or ':');
    }

    private static bool IsDesktop(IReadOnlyList<string> words, string executable) =>
        words.Skip(1).Any(w => w.StartsWith("--type=", StringComparison.Ordinal))
        || HasSegment(words[0], Desktop) || HasSegment(executable, Desktop);

    private static bool HasSegment(string path, string[] segments) => path.Contains('/') && path.Split('/').Any(segments.Contains);

    /// <summary>The base name of a program; a login shell's dash and a Windows ending do not belong to it.</summary>
    private static string NameOf(string program)
    {
        var name = Path.GetFileName(program);
        name = name.EndsWith(".exe", StringComparison.Ordinal) ? name[..^4] : name;
        return name.StartsWith('-') ? name[1..] : name;
    }

    private bool IsWord(ReadOnlySpan<byte> name)
    {
        if (name.Length == 0 || !_first[name[0]])
        {
            return false;
        }

        foreach (var word in _words)
        {
            // python3.11, codex-x86_64-…, claude.exe; and the "Cursor: …" of a title.
            if (name.StartsWith(word) || name.Length >= word.Length && word is [(byte)'c', (byte)'u', ..] && name[0] == 'C' && name[1..].StartsWith(word.AsSpan(1)))
            {
                return true;
            }
        }

        return false;
    }

    private static ReadOnlySpan<byte> Base(ReadOnlySpan<byte> path)
    {
        var name = path[(path.LastIndexOf((byte)'/') + 1)..];
        return name is [(byte)'-', ..] ? name[1..] : name;
    }
}
