using OpenSre.Core;
using OpenSre.Diagnostics;

namespace OpenSre.Tests.Investigation;

/// <summary>Clusters as a cloud's integrations show them, from the alert to the verdict.</summary>
public sealed class ClusterIncidentTests
{
    private static CloudCase Restarting(params (string Key, string Value)[] says) =>
        CloudCase.Cluster("Pod restarting", "KubernetesPodRestarting", "A pod of basket restarts", says);

    private static CloudCase WithTwoWell(CloudCase made) =>
        made.Pod("basket-5d4c8f7b9-aaaaa", "running").Pod("basket-5d4c8f7b9-bbbbb", "running", node: "node-b").Node("node-a").Node("node-b").Monitor("basket latency", "OK");

    private static async Task ShowsAsync(CloudCase made, Verdict verdict, string fault)
    {
        using (made)
        {
            var file = await made.InvestigateAsync();
            var top = file.Diagnosis!.Top!;
            Assert.True(file.Diagnosis.Verdict == verdict && top.FaultType == fault, $"{file.Diagnosis.Verdict} {top.FaultType} {top.Probability}\n{file.Report}");
        }
    }

    private static Task HealthyAsync(CloudCase made) => ShowsAsync(made, Verdict.Healthy, FaultCatalogue.Healthy);

    private static Task RootAsync(CloudCase made, string fault) => ShowsAsync(made, Verdict.RootCause, fault);

    [Fact]
    public Task A_kill_for_memory_is_named() => RootAsync(
        WithTwoWell(Restarting()).Deployment("basket", 3, 2)
            .Pod("basket-5d4c8f7b9-ccccc", "waiting", false, 7, why: "CrashLoopBackOff", exit: 137)
            .KubeEvent("Pod/basket-5d4c8f7b9-ccccc", "BackOff", "Back-off restarting failed container main (reason: OOMKilled, exit code: 137)", count: 7),
        "k8s.oom_killed");

    [Fact]
    public Task A_pod_no_node_has_room_for() => RootAsync(
        WithTwoWell(CloudCase.Cluster("Pods pending", "KubernetesPodPending", "A pod of basket is Pending")).Deployment("basket", 3, 2)
            .Pod("basket-5d4c8f7b9-ccccc", "waiting", false, phase: "Pending", node: "")
            .KubeEvent("Pod/basket-5d4c8f7b9-ccccc", "FailedScheduling", "0/2 nodes are available: 2 Insufficient memory. preemption: 0/2 nodes are available: 2 No preemption victims found for incoming pod."),
        "k8s.memory_capacity");

    [Fact]
    public Task A_config_map_that_is_not_there() => RootAsync(
        WithTwoWell(CloudCase.Cluster("Pods not starting", "KubernetesContainerWaiting", "A container of basket does not start")).Deployment("basket", 3, 2)
            .Pod("basket-5d4c8f7b9-ccccc", "waiting", false, phase: "Pending", why: "CreateContainerConfigError", message: "configmap \"basket-settings\" not found")
            .KubeEvent("Pod/basket-5d4c8f7b9-ccccc", "Failed", "Error: configmap \"basket-settings\" not found", count: 9),
        "k8s.missing_secret");

    [Fact]
    public Task A_liveness_probe_kills_what_works() => RootAsync(
        WithTwoWell(Restarting()).Deployment("basket", 3, 3)
            .Pod("basket-5d4c8f7b9-ccccc", "running", false, 6, 0.5, exit: 0)
            .KubeEvent("Pod/basket-5d4c8f7b9-ccccc", "Unhealthy", "Liveness probe failed: HTTP probe failed with statuscode: 404", count: 18)
            .KubeEvent("Pod/basket-5d4c8f7b9-ccccc", "Killing", "Container main failed liveness probe, will be restarted", count: 6),
        CloudFaults.LivenessFailing);

    [Fact]
    public Task A_readiness_probe_keeps_a_running_pod_out() => RootAsync(
        WithTwoWell(CloudCase.Cluster("Replicas", "KubernetesDeploymentReplicasMismatch", "basket has 2 of 3 replicas ready")).Deployment("basket", 3, 2)
            .Pod("basket-5d4c8f7b9-ccccc", "running", false, 0, 30)
            .KubeEvent("Pod/basket-5d4c8f7b9-ccccc", "Unhealthy", "Readiness probe failed: HTTP probe failed with statuscode: 404", count: 90),
        CloudFaults.ReadinessFailing);

    [Fact]
    public Task A_node_that_is_lost_takes_its_pods_along() => RootAsync(
        CloudCase.Cluster("Node", "KubernetesNodeNotReady", "Node node-b is not ready", ("kube_node", "node-b")).Deployment("basket", 2, 2)
            .Pod("basket-5d4c8f7b9-aaaaa", "running").Pod("basket-5d4c8f7b9-bbbbb", "running", false, node: "node-b", phase: "Unknown")
            .Node("node-a").Node("node-b", "Unknown", "True")
            .KubeEvent("Node/node-b", "NodeNotReady", "Node node-b status is now: NodeNotReady"),
        CloudFaults.NodeLost);

    [Fact]
    public Task A_name_that_does_not_exist_behind_pods_that_are_well() => RootAsync(
        WithTwoWell(CloudCase.Cluster("Errors", "HighErrorRate", "5xx rate of basket is 30 %")).Deployment("basket", 2, 2)
            .Monitor("basket error rate", "Alert")
            .Log("basket", "error", "Error: getaddrinfo ENOTFOUND prices.shop.svc.cluster.local")
            .Log("basket", "error", "Error: getaddrinfo ENOTFOUND prices.shop.svc.cluster.local", 2),
        "dns.name_unknown");

    [Fact]
    public Task A_dependency_that_refuses() => RootAsync(
        WithTwoWell(CloudCase.Cluster("Errors", "HighErrorRate", "5xx rate of basket is 30 %")).Deployment("basket", 2, 2)
            .Monitor("basket error rate", "Alert")
            .Log("basket", "error", "connect ECONNREFUSED 10.1.2.3:5432")
            .Log("basket", "error", "connect ECONNREFUSED 10.1.2.3:5432", 2),
        "dependency.unreachable");

    [Fact]
    public Task One_restart_an_hour_ago_is_over() => HealthyAsync(
        WithTwoWell(Restarting()).Deployment("basket", 3, 3).Pod("basket-5d4c8f7b9-ccccc", "running", true, 1, 70)
            .KubeEvent("Pod/basket-5d4c8f7b9-ccccc", "BackOff", "Back-off restarting failed container main", 70));

    [Fact]
    public Task The_old_pod_of_a_rollout_is_no_incident() => HealthyAsync(
        WithTwoWell(Restarting()).Deployment("basket", 2, 2).Pod("basket-77f7c6d9b-old01", "waiting", false, 3, why: "CrashLoopBackOff", leaving: true));

    [Fact]
    public Task A_job_that_has_ended_is_no_incident() => HealthyAsync(
        WithTwoWell(Restarting()).Deployment("basket", 2, 2).Pod("nightly-29012", "terminated", false, phase: "Succeeded", why: "Completed", exit: 0));

    [Fact]
    public Task Errors_of_an_hour_ago_are_over_when_the_monitors_say_so() => HealthyAsync(
        WithTwoWell(CloudCase.Cluster("Errors", "HighErrorRate", "5xx rate of basket is 30 %")).Deployment("basket", 2, 2)
            .Monitor("basket error rate", "OK")
            .Log("basket", "error", "Error: getaddrinfo EAI_AGAIN prices.shop.svc.cluster.local", 62)
            .Log("basket", "info", "POST /basket 200 12ms"));

    [Fact]
    public Task An_image_that_was_pulled_in_the_end_is_no_incident() => HealthyAsync(
        WithTwoWell(CloudCase.Cluster("Image", "KubernetesPodImagePullBackOff", "A pod of basket is in ImagePullBackOff")).Deployment("basket", 3, 3)
            .Pod("basket-5d4c8f7b9-ccccc", "running", true, 0, 12)
            .KubeEvent("Pod/basket-5d4c8f7b9-ccccc", "Failed", "Failed to pull image \"basket:2\": rpc error: code = Unknown desc = toomanyrequests: rate limit", 14, 3));

    [Fact]
    public async Task Pods_that_are_well_do_not_answer_an_alert_on_requests()
    {
        using var made = CloudCase.Cluster("Errors", "HighErrorRate", "5xx rate of basket is 30 %").Deployment("basket", 1, 1).Pod("basket-5d4c8f7b9-aaaaa", "running");
        var file = await made.InvestigateAsync();
        Assert.Equal(Verdict.Inconclusive, file.Diagnosis!.Verdict);
    }
}
