using OpenSre.Models;

namespace OpenSre.Tests.Models;

/// <summary>The Agent Client Protocol, against a stand-in that speaks its messages.</summary>
public sealed class AcpAgentTests
{
    private const string StandIn = """
        #!/bin/sh
        while IFS= read -r line; do
          case $line in
            *'"method":"initialize"'*) echo '{"jsonrpc":"2.0","id":1,"result":{"protocolVersion":1,"agentCapabilities":{}}}' ;;
            *'"method":"session/new"'*) echo '{"jsonrpc":"2.0","id":2,"result":{"sessionId":"s1"}}' ;;
            *'"method":"session/prompt"'*)
              echo '{"jsonrpc":"2.0","method":"session/update","params":{"sessionId":"s1","update":{"sessionUpdate":"agent_thought_chunk","content":{"type":"text","text":"Hm."}}}}'
              echo '{"jsonrpc":"2.0","id":"p1","method":"session/request_permission","params":{"sessionId":"s1","toolCall":{"toolCallId":"t1","title":"touch /x","kind":"execute"},"options":[{"optionId":"yes","name":"Allow","kind":"allow_once"},{"optionId":"no","name":"Reject","kind":"reject_once"}]}}' ;;
            *'"id":"p1"'*)
              case $line in *'"optionId":"yes"'*) word=allowed ;; *) word=rejected ;; esac
              echo '{"jsonrpc":"2.0","id":"f1","method":"fs/read_text_file","params":{"path":"/etc/shadow"}}'
              echo '{"jsonrpc":"2.0","method":"session/update","params":{"sessionId":"s1","update":{"sessionUpdate":"agent_message_chunk","content":{"type":"text","text":"It was '$word'"}}}}' ;;
            *'"id":"f1"'*)
              case $line in *'"error"'*) word=refused ;; *) word=read ;; esac
              echo '{"jsonrpc":"2.0","method":"session/update","params":{"sessionId":"s1","update":{"sessionUpdate":"agent_message_chunk","content":{"type":"text","text":", the file '$word'."}}}}'
              echo '{"jsonrpc":"2.0","id":3,"result":{"stopReason":"end_turn"}}' ;;
          esac
        done
        """;

    [Theory]
    [InlineData(true, true, "It was allowed, the file refused.", 1)]
    [InlineData(true, false, "It was rejected, the file refused.", 1)]
    [InlineData(false, true, "It was rejected, the file refused.", 0)]
    public async Task It_answers_asks_a_person_and_gets_no_file(bool ownTools, bool approve, string answer, int asked)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the stand-in is a shell script");
        var folder = Directory.CreateTempSubdirectory("opensre-acp-");
        try
        {
            var program = Path.Combine(folder.FullName, "agent");
            await File.WriteAllTextAsync(program, StandIn, TestContext.Current.CancellationToken);
            var questions = 0;
            var agent = new AcpAgent("stand-in", ["/bin/sh", program], ownTools);
            var updates = await agent.RunAsync(Conversing.Task() with
            {
                Permit = (permission, _) =>
                {
                    Assert.Equal("touch /x", permission.Command);
                    questions++;
                    return Task.FromResult(approve);
                },
            });
            Assert.Equal((AgentEnd.Completed, answer), (updates.End().End, updates.End().Text));
            Assert.Equal(asked, questions);
            Assert.Contains(updates, u => u is AgentThought { Text: "Hm." });
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
