using OpenSre.Core;

namespace OpenSre.Diagnostics;

/// <summary>Why a claim finds no volume: what it wants beside what the volumes have.</summary>
public sealed class StorageCheck : ICheck
{
    public CheckInfo Info { get; } = new(
        "k8s.storage",
        [KubeTools.AppYaml, KubeTools.Resources],
        "A claim of an unready workload compared with every volume: class, access mode, size, selector, and whether the volume is taken.",
        ["k8s.pv_occupied", "k8s.pvc_access_mode", "k8s.pvc_capacity", "k8s.pvc_selector", "k8s.pvc_storage_class", "k8s.quota_storage", KubernetesFaults.Quota],
        "the claim is bound now");

    public void Examine(CheckContext context)
    {
        var view = ClusterView.Of(context);
        foreach (var (output, name, documents) in view.Manifests())
        {
            if (view.IsUnready(name) == false)
            {
                continue;
            }

            foreach (var claim in documents.Where(d => d["kind"].Text == "PersistentVolumeClaim"))
            {
                var bound = view.Rows("persistentvolumeclaims").Any(c => c.Name == claim["metadata"]["name"].Text && c["STATUS"] == "Bound");
                if (!bound)
                {
                    Compare(context, view, output, ClusterView.App(name), claim);
                    Quota(context, view, ClusterView.App(name), claim);
                }
            }
        }
    }

    private static void Compare(CheckContext context, ClusterView view, StoredOutput output, Entity app, KubeYaml claim)
    {
        var volumes = view.Rows("persistentvolumes").ToList();
        if (volumes.Count == 0)
        {
            return;
        }

        var name = claim["metadata"]["name"].Text;
        var spec = claim["spec"];
        var wantedClass = spec["storageClassName"];
        var wantedSize = KubeAge.Amount(spec["resources"]["requests"]["storage"].Text) ?? 0;
        var modes = spec["accessModes"].Items.Select(i => Short(i.Text)).ToList();
        void Say(KubeYaml line, string why, string fault, double weight) =>
            context.Tell(output, app, "k8s.storage", line.Line.Length > 0 ? line.Line : claim["kind"].Line, $"the claim {name} {why}", fault, weight);

        // The volume that was meant: the free one, else the one that fits best.
        var fitting = volumes.Where(v => v["CLAIM"].EndsWith("/" + name, StringComparison.Ordinal)).ToList();
        var free = volumes.Where(v => v["CLAIM"].Length == 0).ToList();
        if (fitting.Count > 0)
        {
            return;
        }

        var candidates = free.Count > 0 ? free : volumes;
        var classFits = candidates.Where(v => v["STORAGECLASS"] == wantedClass.Text).ToList();
        if (classFits.Count == 0)
        {
            Say(wantedClass, $"wants the storage class \"{wantedClass.Text}\", which no volume has", "k8s.pvc_storage_class", 4);
            return;
        }

        var modeFits = classFits.Where(v => modes.TrueForAll(m => v["ACCESS MODES"].Split(',').Contains(m))).ToList();
        if (modeFits.Count == 0)
        {
            Say(spec["accessModes"].Items.Count > 0 ? spec["accessModes"].Items[0] : claim["kind"], $"wants {string.Join(',', modes)}, which no volume offers", "k8s.pvc_access_mode", 4);
            return;
        }

        var sizeFits = modeFits.Where(v => (KubeAge.Amount(v["CAPACITY"]) ?? 0) >= wantedSize).ToList();
        if (sizeFits.Count == 0)
        {
            Say(spec["resources"]["requests"]["storage"], "wants more than any volume has", "k8s.pvc_capacity", 4);
            return;
        }

        if (free.Count == 0)
        {
            var taken = sizeFits[0];
            context.Tell(taken.Output, app, "k8s.storage", taken.Line, $"the volume {taken.Name} that would fit {name} is bound to {taken["CLAIM"]}", "k8s.pv_occupied", 4);
        }
        else if (spec["selector"].Exists)
        {
            Say(spec["selector"], "fits a free volume in all but its selector", "k8s.pvc_selector", 4);
        }
    }

    private static void Quota(CheckContext context, ClusterView view, Entity app, KubeYaml claim)
    {
        var wanted = KubeAge.Amount(claim["spec"]["resources"]["requests"]["storage"].Text) ?? 0;
        foreach (var (seen, resource, used, hard) in QuotaCheck.Quotas(view).Where(q => q.Resource.EndsWith("storage", StringComparison.Ordinal)))
        {
            if (used + wanted > hard)
            {
                context.Relate(app, view.NamespaceEntity, RelationKind.Uses);
                context.Tell(seen.Output, view.NamespaceEntity, "k8s.quota", seen.Line, $"the claim of {app.Name} would exceed the quota of {resource}", Currency.Now, (KubernetesFaults.Quota, 3.5), ("k8s.quota_storage", 4));
            }
        }
    }

    private static string Short(string mode) => mode switch
    {
        "ReadWriteOnce" => "RWO",
        "ReadOnlyMany" => "ROX",
        "ReadWriteMany" => "RWX",
        "ReadWriteOncePod" => "RWOP",
        _ => mode,
    };
}
