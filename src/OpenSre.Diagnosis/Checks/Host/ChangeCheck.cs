using OpenSre.Core;

namespace OpenSre.Diagnostics;

public sealed class ChangeCheck : ICheck
{
    public CheckInfo Info { get; } = new(
        "change.host",
        ["host.changes", "service.inspect"],
        "A configuration file of a service changed within the six hours before the incident (supports a wrong configuration, by itself no cause); a reboot; package changes, which weigh nothing by themselves.",
        ["config.invalid", "config.permission"],
        "the service started after the change and runs");

    public void Examine(CheckContext context)
    {
        foreach (var output in context.Outputs("service.inspect"))
        {
            var service = Entities.Service(output.Arguments["name"]);
            foreach (var file in context.Records(output).Where(r => r.Kind == "referenced"))
            {
                if (file["kind"] == "missing")
                {
                    context.Found(file, service, "file.missing", $"{file["path"]}, which {service.Name} names, does not exist", "config.invalid", 1);
                }
                else if (file["kind"] == "file" && file.Number("modified_s_ago") is { } ago && BeforeIncident(context, ago) && !IsData(file["path"]))
                {
                    context.Found(output, service, "change.config", file.Line, $"{Path(file)} of {service.Name} changed {Words.Ago(ago)}", Currency.Now, [new Bearing("config.invalid", service, 1), new Bearing("config.permission", service, 0.5)], 1, context.Ago(ago));
                }
            }
        }

        foreach (var config in context.Records("host.changes", "config"))
        {
            if (config.Number("ago_s") is { } ago && BeforeIncident(context, ago))
            {
                var owner = config["path"].Split('/', StringSplitOptions.RemoveEmptyEntries).Select(p => p.Split('.')[0]).FirstOrDefault(p => ServiceState.Of(context, Entities.Service(p)) is not null);
                var entity = owner is null ? context.Host : Entities.Service(owner);
                context.Found(config.Output, entity, "change.config", config.Line, $"{config["path"]} changed {Words.Ago(ago)}", Currency.Past, owner is null ? [] : [new Bearing("config.invalid", entity, 0.8)], 1, context.Ago(ago));
            }
        }

        foreach (var package in context.Records("host.changes", "package").Where(p => p.Number("ago_s") < 86400).Take(12))
        {
            context.Found(package.Output, context.Host, "change.package", package.Line, $"{package["action"]} of {package["name"]} {Words.Ago(package.Number("ago_s") ?? 0)}", Currency.Past, [], 1, context.Ago(package.Number("ago_s") ?? 0));
        }

        foreach (var boot in context.Records("host.changes", "boot").Where(b => b.Number("ago_s") < 1800))
        {
            context.Found(boot.Output, context.Host, "change.boot", boot.Line, $"the machine started {Words.Ago(boot.Number("ago_s") ?? 0)}", Currency.Past, [], 1, context.Ago(boot.Number("ago_s") ?? 0));
        }
    }

    private static string Path(Record file) => file["path"].Split(' ')[0];

    private static bool BeforeIncident(CheckContext context, double ago)
    {
        var at = context.Now - TimeSpan.FromSeconds(ago);
        return at <= context.Incident.Window.End && at >= context.Incident.Window.Start - TimeSpan.FromHours(6);
    }

    private static bool IsData(string path) => path.Contains(".log", StringComparison.Ordinal) || path.StartsWith("/var/", StringComparison.Ordinal) || path.StartsWith("/tmp/", StringComparison.Ordinal);
}
