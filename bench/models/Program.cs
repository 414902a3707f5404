using OpenSre.Bench.Models;

// Each figure in a process of its own, so that none warms or fills another.
switch (args)
{
    case ["first-token"]:
        return await FirstToken.RunAsync(rehearsed: true);
    case ["first-token", "cold"]:
        return await FirstToken.RunAsync(rehearsed: false);
    case ["thousand"]:
        return await Thousand.RunAsync();
    default:
        Console.Error.WriteLine("usage: Models first-token [cold] | thousand");
        return 2;
}
