using System.Text.RegularExpressions;

namespace OpenSre.Diagnostics;

/// <summary>Why an image cannot be pulled, in the words of the registry.</summary>
public sealed partial class ImageCheck : ICheck
{
    public CheckInfo Info { get; } = new(
        "k8s.image",
        [KubeTools.Describe],
        "The failed pulls of a pod that waits for its image: the registry's name does not resolve, it refuses, or it has no such image.",
        ["k8s.image_registry_dns", "k8s.image_pull_secret", "k8s.image_reference"],
        "the pod is ready now");

    public void Examine(CheckContext context)
    {
        var view = ClusterView.Of(context);
        foreach (var (output, name, pod) in view.Descriptions("pods"))
        {
            var waiting = pod.All().FirstOrDefault(s => s.Key == "Reason" && s.Value is "ErrImagePull" or "ImagePullBackOff" or "InvalidImageName" or "ErrImageNeverPull");
            if (waiting is null)
            {
                continue;
            }

            var app = ClusterView.App(view.AppOf(name));
            if (waiting.Value == "InvalidImageName")
            {
                context.Tell(output, app, "k8s.image", waiting.Line, $"the image of {app.Name} has a name that is none", "k8s.image_reference", 4);
            }

            foreach (var failure in pod.Events.Where(e => e.Reason == "Failed" && e.Message.Contains("pull", StringComparison.OrdinalIgnoreCase) && e.Message.Length > 60).OrderBy(e => e.LastSeconds).Take(1))
            {
                var (fault, why, weight) = Read(failure.Message);
                context.Tell(output, app, "k8s.image", failure.Line, $"the image of {app.Name} cannot be pulled: {why}", fault, weight);
            }
        }
    }

    private static (string Fault, string Why, double Weight) Read(string message) =>
        NoName().IsMatch(message) ? ("k8s.image_registry_dns", "the registry's name does not resolve", 4)
        : Missing().IsMatch(message) && !Denied().IsMatch(message) ? ("k8s.image_reference", "the registry has no such image", 4)
        : Ambiguous().IsMatch(message) ? ("k8s.image_reference", "the registry has no such image, or hides it", 3)
        : Refused().IsMatch(message) ? ("k8s.image_pull_secret", "the registry refuses access", 4)
        : ("k8s.image_reference", "the pull fails", 1.5);

    [GeneratedRegex(@"no such host|server misbehaving|lookup \S+( on \S+)?: (i/o timeout|no )|Temporary failure in name resolution", RegexOptions.ExplicitCapture)]
    private static partial Regex NoName();

    [GeneratedRegex(@": not found|manifest unknown|NotFound|name unknown|no match for platform|tag .* not found")]
    private static partial Regex Missing();

    [GeneratedRegex(@"\b40[13]\b|unauthorized|authentication required|forbidden|denied|no basic auth", RegexOptions.IgnoreCase)]
    private static partial Regex Denied();

    [GeneratedRegex(@"repository does not exist or may require|insufficient_scope")]
    private static partial Regex Ambiguous();

    [GeneratedRegex(@"\b40[13]\b|unauthorized|authentication required|forbidden|denied|no basic auth|authorize", RegexOptions.IgnoreCase)]
    private static partial Regex Refused();
}
