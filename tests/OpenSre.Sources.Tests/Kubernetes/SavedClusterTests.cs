using System.Formats.Tar;
using System.IO.Compression;
using OpenSre.Core;
using OpenSre.Sources;

namespace OpenSre.Tests.Sources;

/// <summary>What was saved of a cluster answers as kubectl would have.</summary>
public sealed class SavedClusterTests : IDisposable
{
    private const string Pod = """
        {"kind": "PodList", "items": [{
          "metadata": {"name": "ledger-5f6d7c8b9-abcde", "namespace": "shop", "creationTimestamp": "2026-05-04T09:50:00Z"},
          "spec": {"nodeName": "n1", "containers": [{"name": "main", "image": "l:9", "ports": [{"containerPort": 8080}],
            "readinessProbe": {"httpGet": {"path": "/ready", "port": 8080}, "periodSeconds": 5}}]},
          "status": {"phase": "Running", "podIP": "10.1.0.7", "containerStatuses": [
            {"name": "main", "ready": false, "restartCount": 3, "state": {"waiting": {"reason": "CrashLoopBackOff"}},
             "lastState": {"terminated": {"reason": "OOMKilled", "exitCode": 137, "finishedAt": "2026-05-04T09:59:00Z"}}}]}}]}
        """;

    private const string Events = """
        {"kind": "EventList", "items": [
          {"metadata": {"namespace": "shop"}, "type": "Warning", "reason": "BackOff", "message": "Back-off restarting failed container", "count": 4,
           "firstTimestamp": "2026-05-04T09:55:00Z", "lastTimestamp": "2026-05-04T10:00:00Z", "source": {"component": "kubelet"},
           "involvedObject": {"kind": "Pod", "name": "ledger-5f6d7c8b9-abcde"}}]}
        """;

    private const string Deployment = """
        [{"metadata": {"name": "ledger", "namespace": "shop", "labels": {"app": "ledger"}},
          "spec": {"replicas": 2, "selector": {"matchLabels": {"app": "ledger"}}, "template": {"spec": {"containers": [{"name": "main", "env": [{"name": "MAIL", "value": "mail:25"}]}]}}},
          "status": {"readyReplicas": 1, "updatedReplicas": 2, "availableReplicas": 1}}]
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("opensre-saved-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_support_bundle_is_printed_as_kubectl_prints()
    {
        Write("cluster-resources/pods/shop.json", Pod);
        Write("cluster-resources/events/shop.json", Events);
        Write("cluster-resources/deployments/shop.json", Deployment);
        Write("cluster-resources/pods/logs/shop/ledger-5f6d7c8b9-abcde/main.log", "ERROR heap is full\n");
        Write("cluster-resources/pods/logs/shop/ledger-db-0/main.log", "ERROR of somebody else\n");
        var cluster = SavedCluster.Load(_folder);
        Assert.Equal(new DateTimeOffset(2026, 5, 4, 10, 0, 0, TimeSpan.Zero), cluster.At);
        Assert.Equal(["shop"], cluster.Namespaces);

        Assert.Matches(@"\nledger-5f6d7c8b9-abcde +0/1 +CrashLoopBackOff +3 \(60s ago\) +10m0s +10\.1\.0\.7 +n1\n", await AskAsync(cluster, "k8s.resources", ("kind", "pods")));
        Assert.Matches(@"\nledger +1/2 +2 +1 ", await AskAsync(cluster, "k8s.resources", ("kind", "deployments")));
        Assert.Matches(@"\n0s +Warning +BackOff +pod/ledger-5f6d7c8b9-abcde +Back-off", await AskAsync(cluster, "k8s.events"));
        var description = await AskAsync(cluster, "k8s.describe", ("kind", "pods"), ("name", "ledger-5f6d7c8b9-abcde"));
        Assert.Contains("    Last State:     Terminated\n      Reason:       OOMKilled\n      Exit Code:    137\n", description, StringComparison.Ordinal);
        Assert.Contains("Readiness:  http-get http://:8080/ready delay=0s timeout=1s period=5s #success=1 #failure=3", description, StringComparison.Ordinal);
        Assert.Matches(@"Warning +BackOff +0s \(x4 over 5m0s\) +kubelet +Back-off", description);
        Assert.Equal("1 x ERROR heap is full\n", await AskAsync(cluster, "k8s.error_logs", ("service", "ledger")));
        Assert.Contains("        - name: MAIL\n          value: mail:25\n", await AskAsync(cluster, "k8s.app_yaml", ("name", "ledger")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_archive_is_read_without_unpacking_it()
    {
        var path = Path.Combine(_folder, "bundle.tar.gz");
        using (var tar = new TarWriter(new GZipStream(File.Create(path), CompressionLevel.Fastest)))
        {
            tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, "bundle/cluster-resources/pods/shop.json") { DataStream = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(Pod)) });
        }

        Assert.True(SavedCluster.IsArchive(path));
        Assert.Contains("CrashLoopBackOff", await AskAsync(SavedCluster.Load(path), "k8s.resources", ("kind", "pods")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tables_are_known_by_their_columns_and_objects_of_all_kinds_may_stand_in_one_file()
    {
        Write("everything.txt", """
            NAME                         READY   STATUS    RESTARTS   AGE
            pod/ledger-5f6d7c8b9-abcde   1/1     Running   0          9d

            NAME             TYPE        CLUSTER-IP   EXTERNAL-IP   PORT(S)   AGE
            service/ledger   ClusterIP   10.0.0.9     <none>        80/TCP    9d
            """);
        Write("n.txt", "NAME   STATUS     ROLES    AGE   VERSION\nn1     NotReady   <none>   9d    v1.31.0\n");
        var cluster = SavedCluster.Load(_folder);
        Assert.Contains("\nledger-5f6d7c8b9-abcde   1/1     Running", await AskAsync(cluster, "k8s.resources", ("kind", "pods")), StringComparison.Ordinal);
        Assert.Contains("\nledger   ClusterIP   10.0.0.9", await AskAsync(cluster, "k8s.resources", ("kind", "services")), StringComparison.Ordinal);
        Assert.Contains("NotReady", await AskAsync(cluster, "k8s.resources", ("kind", "nodes")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Manifests_come_without_secrets_and_what_was_not_saved_is_not_recorded()
    {
        Write("all.yaml", "apiVersion: v1\nkind: List\nitems:\n- apiVersion: apps/v1\n  kind: Deployment\n  metadata:\n    name: ledger\n  spec:\n    replicas: 1\n- apiVersion: v1\n  kind: Secret\n  metadata:\n    name: ledger\n  stringData:\n    word: hidden\n");
        Write("p.txt", "NAME   READY   STATUS   RESTARTS   AGE\n");
        var cluster = SavedCluster.Load(_folder);
        var manifest = await AskAsync(cluster, "k8s.app_yaml", ("name", "ledger"));
        Assert.Contains("kind: Deployment\nmetadata:\n  name: ledger\n", manifest, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", manifest, StringComparison.Ordinal);
        var tool = KubernetesTools.All(new SavedClusterRunner(cluster)).Single(t => t.Description.Name == "k8s.resources");
        Assert.Equal(ToolStatus.NotRecorded, (await tool.RunAsync(new Dictionary<string, string> { ["kind"] = "nodes" }, TestContext.Current.CancellationToken)).Status);
    }

    private static async Task<string> AskAsync(SavedCluster cluster, string name, params (string Name, string Value)[] arguments)
    {
        var tool = KubernetesTools.All(new SavedClusterRunner(cluster), new KubernetesOptions(null, "shop")).Single(t => t.Description.Name == name);
        var result = await tool.RunAsync(arguments.ToDictionary(a => a.Name, a => a.Value), TestContext.Current.CancellationToken);
        Assert.Equal(ToolStatus.Ok, result.Status);
        return result.Text;
    }

    private void Write(string path, string text)
    {
        var place = Path.Combine(_folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(place)!);
        File.WriteAllText(place, text.ReplaceLineEndings("\n"));
    }
}
