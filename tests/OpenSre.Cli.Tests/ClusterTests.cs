namespace OpenSre.Tests.Cli;

/// <summary>A cluster behind a kubectl that is a script, and one that was saved to files.</summary>
public sealed class ClusterTests : IDisposable
{
    private const string Pods = "NAME                     READY   STATUS    RESTARTS   AGE   IP       NODE\nledger-5f6d7c8b9-abcde   0/1     Pending   0          90s   <none>   <none>\n";
    private const string Deployments = "NAME     READY   UP-TO-DATE   AVAILABLE   AGE   CONTAINERS   IMAGES   SELECTOR\nledger   0/1     1            0           90s   main         l:1      app=ledger\n";
    private const string Pod = "Name:    ledger-5f6d7c8b9-abcde\nNamespace:  shop\nNode:    <none>\nStatus:  Pending\nNode-Selectors:  <none>\nContainers:\n  main:\n    Image:  l:1\nEvents:\n  Type     Reason            Age  From               Message\n  ----     ------            ---- ----               -------\n  Warning  FailedScheduling  5s   default-scheduler  0/3 nodes are available: 3 Insufficient memory.\n";
    private readonly Opensre _opensre = new();

    public void Dispose() => _opensre.Dispose();

    [Fact]
    public async Task A_live_cluster_is_asked_through_kubectl_in_the_named_context_and_namespace()
    {
        Kubectl($$"""
            case "$1 $2" in
              "get pods") cat <<'END'
            {{Pods}}END
              ;;
              "get deployments") cat <<'END'
            {{Deployments}}END
              ;;
              "describe pods") cat <<'END'
            {{Pod}}END
              ;;
              *) echo "Error from server (Forbidden): $2 is forbidden: User \"amy\" cannot list resource \"$2\" in API group \"\" in the namespace \"shop\"" >&2; exit 1 ;;
            esac
            """);
        var ended = await _opensre.RunAsync("", "--context", "lab", "--namespace", "shop", "checkout is unavailable");
        Assert.Equal((0, ""), (ended.Code, ended.Errors));
        Assert.Contains("No node has the memory ledger requests", ended.Output, StringComparison.Ordinal);
        var asked = File.ReadAllLines(Path.Combine(_opensre.Home, "asked"));
        Assert.All(asked, a => Assert.Contains("--context=lab --namespace=shop", a, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_missing_right_and_a_missing_cluster_are_said_plainly()
    {
        Kubectl("echo \"Error from server (Forbidden): $2 is forbidden: User \\\"amy\\\" cannot list resource \\\"$2\\\" in API group \\\"\\\" in the namespace \\\"shop\\\"\" >&2; exit 1");
        var refused = await _opensre.RunAsync("", "--namespace", "shop", "checkout is unavailable");
        Assert.Contains("amy may not list pods", refused.Output, StringComparison.Ordinal);
        Assert.Contains("Inconclusive", refused.Output, StringComparison.Ordinal);

        Kubectl("echo 'The connection to the server 10.0.0.1:6443 was refused' >&2; exit 1");
        var gone = await _opensre.RunAsync("", "--namespace", "shop", "checkout is unavailable");
        Assert.Contains("The cluster does not answer", gone.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_of_saved_outputs_is_investigated_whatever_its_files_are_called()
    {
        var folder = Directory.CreateDirectory(Path.Combine(_opensre.Home, "saved")).FullName;
        File.WriteAllText(Path.Combine(folder, "one.txt"), Pods + "\n" + Deployments);
        File.WriteAllText(Path.Combine(folder, "kubectl describe pods.txt"), Pod);
        var ended = await _opensre.RunAsync("", "saved");
        Assert.Equal((0, ""), (ended.Code, ended.Errors));
        Assert.Contains("No node has the memory ledger requests", ended.Output, StringComparison.Ordinal);
        Assert.Contains("What is wrong in the namespace shop?", ended.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_without_anything_of_a_cluster_is_said_to_be_one()
    {
        Directory.CreateDirectory(Path.Combine(_opensre.Home, "empty"));
        var ended = await _opensre.RunAsync("", "empty");
        Assert.Equal(2, ended.Code);
        Assert.Contains("holds nothing that kubectl prints", ended.Errors, StringComparison.Ordinal);
    }

    private void Kubectl(string script)
    {
        var place = Path.Combine(Directory.CreateDirectory(_opensre.Bin).FullName, "kubectl");
        File.WriteAllText(place, $"#!/bin/sh\necho \"$@\" >> '{_opensre.Home}/asked'\n{script}\n".ReplaceLineEndings("\n"));
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(place, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }
}
