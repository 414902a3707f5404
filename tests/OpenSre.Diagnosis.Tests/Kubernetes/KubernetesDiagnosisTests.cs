using OpenSre.Core;
using OpenSre.Diagnostics;

namespace OpenSre.Tests.Diagnosis;

public sealed class KubernetesDiagnosisTests
{
    private const string Healthy = "NAME                     READY   STATUS    RESTARTS   AGE   NODE\nledger-5f6d7c8b9-abcde   1/1     Running   0          90s   n1\n";
    private const string Pending = "NAME                     READY   STATUS    RESTARTS   AGE   NODE\nledger-5f6d7c8b9-abcde   0/1     Pending   0          90s   <none>\n";

    [Fact]
    public void Every_check_has_its_own_id_and_speaks_of_known_faults()
    {
        Assert.Equal(KubernetesChecks.All.Count, KubernetesChecks.All.Select(c => c.Info.Id).Distinct().Count());
        Assert.All(KubernetesChecks.All.SelectMany(c => c.Info.SpeaksTo), f => Assert.NotNull(FaultCatalogue.Find(f)));
    }

    [Fact]
    public void Every_fault_is_spoken_to_by_some_check()
    {
        var spoken = KubernetesChecks.All.SelectMany(c => c.Info.SpeaksTo).ToHashSet();
        Assert.All(KubernetesFaults.All, f => Assert.Contains(f.Id, spoken));
    }

    [Theory]
    [InlineData("3 Insufficient memory", "<none>", "k8s.memory_capacity")]
    [InlineData("3 node(s) had untolerated taint {spot: true}", "<none>", "k8s.taint_toleration")]
    [InlineData("1 node(s) were unschedulable, 3 node(s) didn't match Pod's node affinity/selector", "<none>", "k8s.node_affinity")]
    [InlineData("1 node(s) were unschedulable, 3 node(s) didn't match Pod's node affinity/selector", "zone=a", "k8s.node_selector")]
    [InlineData("4 node(s) were unschedulable", "<none>", "k8s.node_cordon")]
    [InlineData("4 node(s) didn't match pod anti-affinity rules", "<none>", "k8s.pod_anti_affinity")]
    [InlineData("1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }, 3 node(s) didn't match pod anti-affinity rules", "<none>", "k8s.pod_anti_affinity")]
    [InlineData("3 node(s) didn't satisfy existing pods anti-affinity rules", "<none>", "k8s.pod_anti_affinity")]
    [InlineData("1 node(s) had taint {node-role.kubernetes.io/master: }, that the pod didn't tolerate, 3 node(s) didn't match node selector", "zone=a", "k8s.node_selector")]
    [InlineData("3 node(s) had taint {dedicated: gpu}, that the pod didn't tolerate", "<none>", "k8s.taint_toleration")]
    public void A_pending_pod_is_explained_by_the_scheduler(string reason, string selector, string fault)
    {
        var top = Assess(Shop().Saw(KubeTools.Resources, Pending, ("kind", "pods")).Saw(KubeTools.Describe, PendingPod(reason, selector), ("kind", "pods"), ("name", "ledger-5f6d7c8b9-abcde"))).Top;
        Assert.Equal((fault, "ledger"), (top.Fault, top.Entity.Name));
    }

    [Fact]
    public void A_refusal_of_the_start_is_past_once_the_workload_is_ready()
    {
        const string Events = "80s   Warning   FailedCreate   replicaset/ledger-5f6d7c8b9   Error creating: pods \"ledger-5f6d7c8b9-\" is forbidden: error looking up service account shop/ledger: serviceaccount \"ledger\" not found\n";
        var lab = Shop().Saw(KubeTools.Resources, Healthy, ("kind", "pods")).Saw(KubeTools.Resources, Deployments("1/1"), ("kind", "deployments")).Saw(KubeTools.Events, Events);
        var past = Assess(lab).Candidates.Single(c => c.Fault == "k8s.missing_service_account");
        Assert.True(past.Contradicted);
        Assert.True(past.Probability < 0.05);

        var empty = Shop().Saw(KubeTools.Resources, "NAME                   READY   STATUS    RESTARTS   AGE   NODE\nmail-7d8f9c6b5-fghij   1/1     Running   0          90s   n1\n", ("kind", "pods"))
            .Saw(KubeTools.Resources, Deployments("0/1"), ("kind", "deployments")).Saw(KubeTools.Events, Events);
        Assert.Equal("k8s.missing_service_account", Assess(empty).Top.Fault);
    }

    [Theory]
    [InlineData("dial tcp: lookup registry.example on 10.0.0.2:53: no such host", "k8s.image_registry_dns")]
    [InlineData("failed to resolve reference \"registry.example/ledger:v9\": registry.example/ledger:v9: not found", "k8s.image_reference")]
    [InlineData("failed to authorize: unexpected status from GET request: 403 Forbidden", "k8s.image_pull_secret")]
    public void A_failed_pull_is_read_in_the_words_of_the_registry(string words, string fault)
    {
        var lab = Shop().Saw(KubeTools.Resources, Pending.Replace("Pending", "ErrPull"), ("kind", "pods")).Saw(KubeTools.Describe, $"""
            Status:  Pending
            Node:    n1/10.0.0.1
            Containers:
              main:
                State:    Waiting
                  Reason:   ImagePullBackOff
            Events:
              Type     Reason  Age  From     Message
              ----     ------  ---- ----     -------
              Warning  Failed  3s   kubelet  Failed to pull image "registry.example/ledger:v9": {words}
            """, ("kind", "pods"), ("name", "ledger-5f6d7c8b9-abcde"));
        Assert.Equal(fault, Assess(lab).Top.Fault);
    }

    [Fact]
    public void A_service_that_forwards_to_a_closed_port()
    {
        var lab = Shop().Saw(KubeTools.Resources, Healthy, ("kind", "pods")).Saw(KubeTools.Resources, Deployments("1/1"), ("kind", "deployments")).Saw(KubeTools.AppYaml, """
            kind: Deployment
            metadata:
              name: ledger
            spec:
              template:
                metadata:
                  labels:
                    app: ledger
                spec:
                  containers:
                  - name: main
                    ports:
                    - containerPort: 8080
            ---
            kind: Service
            metadata:
              name: ledger
            spec:
              selector:
                app: ledger
              ports:
              - port: 80
                targetPort: 8081
            """, ("name", "ledger"));
        Assert.Equal("k8s.service_port", Assess(lab).Top.Fault);
    }

    [Fact]
    public void The_slow_service_is_the_one_whose_callees_are_not_slow()
    {
        var lab = Shop().Saw(KubeTools.Resources, Healthy, ("kind", "pods")).Saw(KubeTools.Alerts, """
            {"alerts": [
              {"type": "Service", "name": "shopfront", "evidence": ["LATENCY | p90latency: Normal=40.00ms -> Current=9000.00ms"]},
              {"type": "Service", "name": "ledger", "evidence": ["LATENCY | p90latency: Normal=20.00ms -> Current=4000.00ms"]}]}
            """).Saw(KubeTools.Dependencies, "[Service]: shopfront\n[Upstream (Called By)]: (User Traffic)\n[Downstream (Calls)]:\nshopfront\n└── ledger\n", ("service", "shopfront"));
        Assert.Equal(("k8s.network_delay", "ledger"), (Assess(lab).Top.Fault, Assess(lab).Top.Entity.Name));
    }

    [Fact]
    public void A_stopped_service_of_a_node_explains_what_is_unready_on_it()
    {
        var lab = Shop().Saw(KubeTools.Resources, Healthy.Replace("1/1     Running", "0/1     Running"), ("kind", "pods"))
            .Saw(KubeTools.Resources, "NAME   STATUS     ROLES   AGE\nn1     NotReady   node    9d\n", ("kind", "nodes"))
            .Saw(KubeTools.NodeService, "kubelet.service\n     Active: inactive (dead) since Mon\n", ("node", "n1"), ("service", "kubelet"));
        var assessment = Assess(lab);
        Assert.Equal(("k8s.kubelet_down", "n1"), (assessment.Top.Fault, assessment.Top.Entity.Name));
        Assert.NotNull(assessment.Candidates.Single(c => c.Fault == KubernetesFaults.WorkloadUnready).ExplainedBy);
    }

    [Fact]
    public void A_fault_that_is_not_known_is_still_placed()
    {
        var lab = Shop().Saw(KubeTools.Resources, Pending, ("kind", "pods")).Saw(KubeTools.Describe, PendingPod("3 Insufficient memory", "<none>"), ("kind", "pods"), ("name", "ledger-5f6d7c8b9-abcde"));
        var top = lab.Assess(EngineProfileOf("k8s.memory_capacity"), EngineProfile.Kubernetes.Weighing).Top;
        Assert.Equal((KubernetesFaults.WorkloadUnready, "ledger"), (top.Fault, top.Entity.Name));
    }

    [Theory]
    [InlineData("rpc error: code = Unavailable desc = name resolver error: lookup mail on 10.96.0.10:53: no such host")]
    [InlineData("java.net.UnknownHostException: mail")]
    [InlineData("Error: getaddrinfo ENOTFOUND mail")]
    [InlineData("curl: (6) Could not resolve host: mail")]
    [InlineData("DNS resolution failed for mail:25: C-ares status is not ARES_SUCCESS")]
    public void A_service_whose_name_does_not_resolve_speaks_against_the_DNS_of_whoever_asks(string log)
    {
        var top = Assess(RunningShop().Saw(KubeTools.ErrorLogs, log, ("service", "ledger"))).Top;
        Assert.Equal(("k8s.dns_failure", "ledger"), (top.Fault, top.Entity.Name));
    }

    [Fact]
    public void A_resolver_that_is_not_reached_is_less_certain()
    {
        var lab = RunningShop().Saw(KubeTools.ErrorLogs, "lookup mail on 10.96.0.10:53: read udp 10.1.0.3:4711->10.96.0.10:53: i/o timeout", ("service", "ledger"));
        Assert.InRange(Assess(lab).Candidates.Single(c => c.Fault == "k8s.dns_failure").Probability, 0.2, 0.9);
        Assert.Equal("k8s.dns_failure", Assess(lab.Saw(KubeTools.AppYaml, "kind: Deployment\nmetadata:\n  name: ledger\nspec:\n  template:\n    spec:\n      dnsPolicy: None\n", ("name", "ledger"))).Top.Fault);
    }

    [Theory]
    [InlineData("Caused by: com.mysql.cj.exceptions.CJException: Too many connections")]
    [InlineData("FATAL: sorry, too many clients already")]
    [InlineData("FATAL: remaining connection slots are reserved for roles with the SUPERUSER attribute")]
    [InlineData("FATAL: too many connections for role \"shop\"")]
    public void A_database_without_connections_is_named_and_not_who_complains(string log)
    {
        var lab = RunningShop().Saw(KubeTools.ErrorLogs, log, ("service", "ledger"))
            .Saw(KubeTools.AppYaml, "kind: Deployment\nmetadata:\n  name: ledger\nspec:\n  template:\n    spec:\n      containers:\n      - name: main\n---\nkind: ConfigMap\nmetadata:\n  name: ledger\ndata:\n  DB_HOST: ledger-db\n", ("name", "ledger"));
        var top = Assess(lab).Top;
        Assert.Equal(("k8s.db_connections_exhausted", "ledger-db"), (top.Fault, top.Entity.Name));
    }

    [Fact]
    public void A_node_that_loses_packets_is_named()
    {
        var lab = RunningShop().Saw(KubeTools.Alerts, """{"alerts": [{"type": "Node", "name": "n1", "evidence": ["NETWORK_QUALITY [Packet Drop] | Normal=0.0% -> Current=12.5%"]}]}""");
        var top = Assess(lab).Top;
        Assert.Equal(("k8s.node_network_loss", "n1"), (top.Fault, top.Entity.Name));
    }

    [Fact]
    public void What_stands_in_for_unknown_causes_gives_way_to_a_closer_reading_of_the_same_fact()
    {
        const string Slow = """{"alerts": [{"type": "Service", "name": "ledger", "evidence": ["LATENCY | p90latency: Normal=20.00ms -> Current=4000.00ms"]}]}""";
        var known = Assess(RunningShop().Saw(KubeTools.Alerts, Slow));
        Assert.Equal("k8s.network_delay", known.Top.Fault);
        Assert.Equal(known.Top, known.Candidates.Single(c => c.Fault == KubernetesFaults.Degraded).ExplainedBy);

        var forgotten = RunningShop().Saw(KubeTools.Alerts, Slow).Assess(EngineProfileOf("k8s.network_delay"), EngineProfile.Kubernetes.Weighing);
        var place = forgotten.Candidates.First(c => c.Type is not null);
        Assert.Equal((KubernetesFaults.Degraded, "ledger"), (place.Fault, place.Entity.Name));
        Assert.Equal(Verdict.Inconclusive, forgotten.Verdict(EngineProfile.Kubernetes.Weighing));
    }

    [Fact]
    public void A_quota_nobody_has_heard_of_is_still_a_quota_of_the_namespace()
    {
        const string Events = "5s   Warning   FailedCreate   replicaset/ledger-5f6d7c8b9   Error creating: pods \"ledger-5f6d7c8b9-x\" is forbidden: exceeded quota: fair, requested: requests.ephemeral-storage=2Gi, used: requests.ephemeral-storage=9Gi, limited: requests.ephemeral-storage=10Gi\n";
        var lab = Shop().Saw(KubeTools.Resources, "NAME                   READY   STATUS    RESTARTS   AGE   NODE\nmail-7d8f9c6b5-fghij   1/1     Running   0          90s   n1\n", ("kind", "pods"))
            .Saw(KubeTools.Resources, Deployments("0/1"), ("kind", "deployments")).Saw(KubeTools.Events, Events);
        Assert.Equal((KubernetesFaults.Quota, "shop"), (Assess(lab).Top.Fault, Assess(lab).Top.Entity.Name));
    }

    [Fact]
    public void That_a_workload_is_unready_is_no_end_of_the_search()
    {
        var assessment = Assess(Shop().Saw(KubeTools.Resources, Pending, ("kind", "pods")));
        Assert.Equal(KubernetesFaults.WorkloadUnready, assessment.Top.Fault);
        Assert.True(assessment.Top.Probability > 0.9);
        Assert.Equal(Verdict.Inconclusive, assessment.Verdict(EngineProfile.Kubernetes.Weighing));
        var next = Planner.Rank(assessment.Context, assessment.Candidates, _ => 1, new HashSet<string> { KubeTools.List("pods").Key }, EngineProfile.Kubernetes)[0];
        Assert.Equal(KubeTools.One("pods", "ledger-5f6d7c8b9-abcde").Key, next.Lead.Call.Key);
        Assert.True(next.Value > 0.3);
    }

    [Theory]
    [InlineData("app=ledger", "k8s.service_port", false)]
    [InlineData("app=ledgers", "k8s.service_selector", true)]
    public void A_service_without_endpoints_is_not_blamed_on_a_selector_that_fits(string selector, string fault, bool sure)
    {
        var lab = Shop().Saw(KubeTools.Resources, Healthy, ("kind", "pods")).Saw(KubeTools.Resources, Deployments("1/1"), ("kind", "deployments"))
            .Saw(KubeTools.Resources, $"NAME     TYPE        CLUSTER-IP   EXTERNAL-IP   PORT(S)   AGE   SELECTOR\nledger   ClusterIP   10.96.0.8    <none>        80/TCP    9d    {selector}\n", ("kind", "services"))
            .Saw(KubeTools.Resources, "NAME     ENDPOINTS   AGE\nledger   <none>      9d\n", ("kind", "endpoints"));
        var assessment = Assess(lab);
        Assert.Equal(fault, assessment.Candidates.First(c => c.Type is { IsOpen: false }).Fault);
        Assert.Equal(sure, assessment.Verdict(EngineProfile.Kubernetes.Weighing) == Verdict.RootCause);
    }

    private static Lab Shop() => Lab.Alert("Service Unavailable", "", ("namespace", "shop"));

    /// <summary>Two workloads that run, with a service each.</summary>
    private static Lab RunningShop() => Shop().Saw(KubeTools.Resources, Healthy, ("kind", "pods")).Saw(KubeTools.Resources, Deployments("1/1"), ("kind", "deployments"))
        .Saw(KubeTools.Resources, "NAME     TYPE        CLUSTER-IP   EXTERNAL-IP   PORT(S)   AGE   SELECTOR\nledger   ClusterIP   10.96.0.8    <none>        80/TCP    9d    app=ledger\nmail     ClusterIP   10.96.0.9    <none>        25/TCP    9d    app=mail\n", ("kind", "services"));

    private static Assessment Assess(Lab lab) => lab.Assess(KubernetesChecks.All, EngineProfile.Kubernetes.Weighing);

    private static IReadOnlyList<ICheck> EngineProfileOf(string without) => EngineProfile.Kubernetes.Without([without]).Checks;

    private static string Deployments(string ready) => $"NAME     READY   UP-TO-DATE   AVAILABLE   AGE   SELECTOR\nledger   {ready}     {ready[0]}            {ready[0]}           90s   app=ledger\nmail     1/1     1            1           90s   app=mail\n";

    private static string PendingPod(string reason, string selector) => $"""
        Name:    ledger-5f6d7c8b9-abcde
        Node:    <none>
        Status:  Pending
        Node-Selectors:  {selector}
        Events:
          Type     Reason            Age  From               Message
          ----     ------            ---- ----               -------
          Warning  FailedScheduling  5s   default-scheduler  0/4 nodes are available: {reason}. preemption: 0/4 nodes are available: 4 Preemption is not helpful for scheduling.
        """;
}
