using OpenSre.Core;

namespace OpenSre.Sources;

/// <summary>Evidence about what can be reached from here: ports, certificates, names, web addresses.</summary>
public static class NetworkTools
{
    public static IEnumerable<IEvidenceTool> All(ICommandRunner runner) =>
        [new TcpTool(runner), new TlsTool(runner), new DnsTool(runner), new HttpTool(runner)];
}
