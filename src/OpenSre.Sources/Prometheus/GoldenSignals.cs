using System.Text.RegularExpressions;

namespace OpenSre.Sources;

/// <summary>What a question to Prometheus is about; two of them make a ratio.</summary>
internal enum Signal
{
    /// <summary>Requests a second.</summary>
    Requests,

    /// <summary>Requests a second that were answered with a server's error.</summary>
    Errors,

    /// <summary>Seconds spent on requests, a second.</summary>
    Seconds,

    /// <summary>CPU cores in use.</summary>
    Cpu,

    /// <summary>Bytes of memory in use.</summary>
    Memory,

    /// <summary>What is counted of failures beside requests, a second.</summary>
    Failures,

    /// <summary>How full something is.</summary>
    Saturation,
}

/// <summary>One question: an expression whose result has a series for each service.</summary>
/// <param name="Metric">The metric it reads.</param>
/// <param name="Labels">The labels that may name the service, best first.</param>
/// <param name="Scale">What makes seconds of the value.</param>
internal sealed record SignalQuery(Signal Signal, string Metric, string Expression, IReadOnlyList<string> Labels, double Scale = 1);

/// <summary>
/// Finds the golden signals among the metrics there are, by the names that exporters and client libraries give them
/// (OpenTelemetry, Micrometer, the clients of Prometheus, gRPC, ingress controllers, Istio, cAdvisor).
/// </summary>
internal static partial class GoldenSignals
{
    private const int Families = 4;
    private const int Others = 6;
    private const string Rate = "[" + PrometheusProbe.RateInterval + "]";

    /// <summary>Labels that name a service, best first. A job is how something is scraped, and an instance where.</summary>
    private static readonly string[] ServiceLabels = ["service_name", "service", "app_kubernetes_io_name", "app", "application", "kubernetes_name", "deployment", "container", "job", "instance"];

    private static readonly string[] ContainerLabels = ["container_label_com_docker_compose_service", "container", "name"];
    private static readonly string[] MeshLabels = ["destination_workload", "destination_service_name", "job"];
    private static readonly string[] IngressLabels = ["exported_service", "service", "job"];
    private static readonly string[] StatusLabels = ["code", "status", "status_code", "http_status_code", "http_response_status_code", "response_code"];

    /// <param name="names">The metrics there are.</param>
    /// <param name="by">The label the alert names its service by; it goes before all others.</param>
    public static IReadOnlyList<SignalQuery> Queries(IReadOnlyCollection<string> names, string? by)
    {
        var known = names.ToHashSet(StringComparer.Ordinal);
        List<SignalQuery> queries = [];
        foreach (var counter in names.Where(n => Requests().IsMatch(n) && !Machinery().IsMatch(n)).OrderBy(n => n.Contains("server", StringComparison.Ordinal) ? 0 : 1).ThenBy(n => n.EndsWith("_count", StringComparison.Ordinal) ? 0 : 1).ThenBy(n => n, StringComparer.Ordinal).Take(Families))
        {
            var labels = Labels(counter, by);
            queries.Add(new(Signal.Requests, counter, $"sum by ({string.Join(',', labels)}) (rate({counter}{Rate}))", labels));
            queries.Add(new(Signal.Errors, counter, $"sum by ({string.Join(',', labels)}) ({Failed(counter)})", labels));
            var sum = counter.EndsWith("_count", StringComparison.Ordinal) ? counter[..^6] + "_sum" : "";
            if (known.Contains(sum))
            {
                queries.Add(new(Signal.Seconds, counter, $"sum by ({string.Join(',', labels)}) (rate({sum}{Rate}))", labels, Milliseconds().IsMatch(sum) ? 0.001 : 1));
            }
        }

        Add(Signal.Cpu, "container_cpu_usage_seconds_total", "rate(container_cpu_usage_seconds_total{container!=\"POD\",image!=\"\"}" + Rate + ")");
        Add(Signal.Cpu, "process_cpu_seconds_total", "rate(process_cpu_seconds_total" + Rate + ")");
        Add(Signal.Memory, "container_memory_working_set_bytes", "container_memory_working_set_bytes{container!=\"POD\",image!=\"\"}");
        Add(Signal.Memory, "process_resident_memory_bytes", "process_resident_memory_bytes");
        foreach (var counter in names.Where(n => Failures().IsMatch(n) && !Machinery().IsMatch(n)).Order(StringComparer.Ordinal).Take(Others))
        {
            Add(Signal.Failures, counter, $"rate({counter}{Rate})");
        }

        foreach (var gauge in names.Where(n => Fullness().IsMatch(n) && !Counters().IsMatch(n) && !Machinery().IsMatch(n)).Order(StringComparer.Ordinal).Take(Others))
        {
            Add(Signal.Saturation, gauge, gauge);
        }

        return queries;

        void Add(Signal signal, string metric, string expression)
        {
            if (known.Contains(metric))
            {
                var labels = Labels(metric, by);
                queries.Add(new(signal, metric, $"sum by ({string.Join(',', labels)}) ({expression})", labels));
            }
        }
    }

    /// <summary>Failed requests by whichever label tells the status; a series that has two such labels counts once.</summary>
    private static string Failed(string counter)
    {
        var byStatus = StatusLabels.Select(l => $"rate({counter}{{{l}=~\"5..|[Ee]rror|ERROR|failed|failure\"}}{Rate})");
        return string.Join(" or ", byStatus.Append($"rate({counter}{{grpc_code=~\"Unknown|DeadlineExceeded|ResourceExhausted|Unimplemented|Internal|Unavailable|DataLoss\"}}{Rate})"));
    }

    private static string[] Labels(string metric, string? by)
    {
        var usual = metric.StartsWith("container_", StringComparison.Ordinal) ? ContainerLabels
            : metric.StartsWith("istio_", StringComparison.Ordinal) ? MeshLabels
            : metric.Contains("ingress", StringComparison.Ordinal) ? IngressLabels
            : ServiceLabels;
        return by is null ? usual : [by, .. usual.Where(l => l != by)];
    }

    private const RegexOptions Options = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture;

    [GeneratedRegex(@"requests?_total$|(request|requests|response|server|handling|call)s?_(duration|latency|time|seconds|milliseconds|handling)(_\w*)?_count$|^grpc_server_handled_total$|^istio_requests_total$|^nginx_ingress_controller_requests$", Options)]
    private static partial Regex Requests();

    /// <summary>The other side of calls, and what the monitoring itself does.</summary>
    [GeneratedRegex(@"client|^(prometheus|promhttp|alertmanager|net_conntrack|scrape|go|grafana|loki|apiserver|kubelet|rest|workqueue|etcd|coredns_build)_", Options)]
    private static partial Regex Machinery();

    [GeneratedRegex(@"_(errors?|failures?|failed|exceptions?|rejected|timeouts?|restarts?)(_total)$", Options)]
    private static partial Regex Failures();

    [GeneratedRegex(@"in_use|in_?flight|queue|backlog|(^|_)lag(_|$)|pending|waiting|connections_active|active_connections|utilization|saturation", Options)]
    private static partial Regex Fullness();

    [GeneratedRegex(@"_(total|bucket|count|sum|created|max|limit|capacity|info)$|^(node|kube)_", Options)]
    private static partial Regex Counters();

    [GeneratedRegex(@"_(ms|millis|milliseconds)(_|$)", Options)]
    private static partial Regex Milliseconds();
}
