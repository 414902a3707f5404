using OpenSre.Core;

namespace OpenSre.Sources;

/// <summary>Evidence about containers and their engine. Nothing here changes anything.</summary>
public static class DockerTools
{
    public static IEnumerable<IEvidenceTool> All(ICommandRunner runner, DockerOptions options, TimeProvider? time = null)
    {
        var clock = time ?? TimeProvider.System;
        return
        [
            new ContainersTool(runner, options, clock),
            new InspectTool(runner, options, clock),
            new LogsTool(runner, options, clock),
            new ImagesTool(runner, options, clock),
            new EventsTool(runner, options, clock),
            new EngineTool(runner, options, clock),
        ];
    }
}
