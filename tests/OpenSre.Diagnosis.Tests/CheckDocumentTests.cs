using OpenSre.Diagnostics;

namespace OpenSre.Tests.Diagnosis;

public sealed class CheckDocumentTests
{
    [Fact]
    public void The_document_of_the_checks_is_true()
    {
        var path = RepositoryRoot.File("docs", "checks.md");
        if (Environment.GetEnvironmentVariable("OPENSRE_WRITE_DOCS") is not null)
        {
            File.WriteAllText(path, CheckCatalogue.Markdown());
        }

        Assert.Equal(CheckCatalogue.Markdown(), File.ReadAllText(path));
    }
}
