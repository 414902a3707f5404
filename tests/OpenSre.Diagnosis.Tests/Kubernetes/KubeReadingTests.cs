using OpenSre.Diagnostics;

namespace OpenSre.Tests.Diagnosis;

public sealed class KubeReadingTests
{
    [Fact]
    public void Cells_are_found_by_heading_wherever_the_column_stands()
    {
        var table = KubeTable.Parse("NAME     ACCESS MODES   RESTARTS      AGE\nledger   RWO,RWX        3 (40s ago)   5m\nmail                    0             <none>\n");
        Assert.Equal(["ledger", "mail"], table.Rows.Select(r => r["NAME"]));
        Assert.Equal("RWO,RWX", table.Rows[0]["ACCESS MODES"]);
        Assert.Equal("3 (40s ago)", table.Rows[0]["RESTARTS"]);
        Assert.Equal("", table.Rows[1]["ACCESS MODES"]);
        Assert.Equal("", table.Rows[1]["AGE"]);
        Assert.Equal("", table.Rows[1]["OTHER"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("No resources found in shop namespace.\n")]
    [InlineData("error: the server doesn't have a resource type \"x\"")]
    public void Text_without_a_heading_has_no_rows(string text) => Assert.Empty(KubeTable.Parse(text).Rows);

    [Fact]
    public void A_description_is_read_by_sections()
    {
        var pod = KubeDescription.Parse("""
            Name:   ledger-1
            Node:   n1/10.0.0.1
            Containers:
              main:
                State:  Waiting
                  Reason:  CrashLoopBackOff
                Port:   8080/TCP
            Events:
              Type     Reason   Age                From     Message
              ----     ------   ----               ----     -------
              Warning  BackOff  2s (x9 over 3m1s)  kubelet  Back-off restarting: it died
            """);
        Assert.Equal("n1/10.0.0.1", pod["Node"]);
        Assert.Equal("CrashLoopBackOff", pod.Containers().Single().Child("State")!["Reason"]);
        var seen = Assert.Single(pod.Events);
        Assert.Equal(("BackOff", "Back-off restarting: it died", 2, 181, 9), (seen.Reason, seen.Message, seen.LastSeconds, seen.FirstSeconds, seen.Count));
    }

    [Theory]
    [InlineData("2m3s     Warning   FailedCreate   replicaset/ledger-5f6d7c8b9   Error creating: no\n")]
    [InlineData("LAST SEEN   TYPE      REASON         OBJECT                        MESSAGE\n2m3s        Warning   FailedCreate   replicaset/ledger-5f6d7c8b9   Error creating: no\n")]
    public void Events_are_read_with_and_without_a_heading(string text)
    {
        var seen = Assert.Single(KubeEvent.ReadList(text));
        Assert.Equal(("FailedCreate", "replicaset/ledger-5f6d7c8b9", "Error creating: no", 123), (seen.Reason, seen.Object, seen.Message, seen.LastSeconds));
    }

    [Theory]
    [InlineData("90s", 90d)]
    [InlineData("3d7h", 284_400d)]
    [InlineData("x", null)]
    public void Ages(string text, double? seconds) => Assert.Equal(seconds, KubeAge.Seconds(text));

    [Theory]
    [InlineData("300Mi", 314_572_800d)]
    [InlineData("250m", 0.25)]
    [InlineData("10", 10d)]
    [InlineData("many", null)]
    public void Amounts(string text, double? amount) => Assert.Equal(amount, KubeAge.Amount(text));

    [Fact]
    public void Manifests_of_several_documents_and_lists()
    {
        var documents = KubeYaml.Documents("""
            kind: Service
            spec:
              ports:
              - name: http   # the front
                port: 80
                targetPort: "8080"
              selector: {}
            ---
            kind: List
            items:
            - kind: ConfigMap
              data:
                app.yml: |-
                  routes:
                    - id: a
            """);
        Assert.Equal(["Service", "ConfigMap"], documents.Select(d => d["kind"].Text));
        Assert.Equal("8080", documents[0]["spec"]["ports"].Items.Single()["targetPort"].Text);
        Assert.Equal("http", documents[0]["spec"]["ports"].Items.Single()["name"].Text);
        Assert.Equal("a", KubeYaml.Documents(documents[1]["data"]["app.yml"].Text).Single()["routes"].Items.Single()["id"].Text);
    }
}
