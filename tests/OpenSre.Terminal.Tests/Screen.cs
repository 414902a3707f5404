using System.Text;

namespace OpenSre.Tests.Terminal;

/// <summary>What a terminal of unlimited height shows: knows the few sequences the session writes, refuses all others.</summary>
internal static class Screen
{
    public static List<string> Of(string output, int width = 100)
    {
        List<StringBuilder> rows = [new()];
        var (row, column) = (0, 0);
        for (var i = 0; i < output.Length; i++)
        {
            switch (output[i])
            {
                case '\n':
                    row++;
                    column = 0;
                    while (rows.Count <= row)
                    {
                        rows.Add(new());
                    }

                    break;
                case '\r':
                    column = 0;
                    break;
                case '\e':
                    var end = i + 1;
                    while (!char.IsAsciiLetter(output[end]))
                    {
                        end++;
                    }

                    var argument = output[(i + 2)..end];
                    var number = argument.Length == 0 ? 1 : int.TryParse(argument, out var n) ? n : 0;
                    switch (output[end])
                    {
                        case 'm' or 'h' or 'l':
                            break;
                        case 'D':
                            column = Math.Max(0, column - number);
                            break;
                        case 'C':
                            column = Math.Min(width - 1, column + number);
                            break;
                        case 'A':
                            row = Math.Max(0, row - number);
                            break;
                        case 'K':
                            rows[row].Length = Math.Min(rows[row].Length, column);
                            break;
                        case 'J':
                            rows[row].Length = Math.Min(rows[row].Length, column);
                            rows.RemoveRange(row + 1, rows.Count - row - 1);
                            break;
                        default:
                            throw new InvalidOperationException($"Unexpected sequence: ESC {output[(i + 1)..(end + 1)]}");
                    }

                    i = end;
                    break;
                default:
                    if (column == width)
                    {
                        row++;
                        column = 0;
                        if (rows.Count <= row)
                        {
                            rows.Add(new());
                        }
                    }

                    while (rows[row].Length < column)
                    {
                        rows[row].Append(' ');
                    }

                    if (column < rows[row].Length)
                    {
                        rows[row][column] = output[i];
                    }
                    else
                    {
                        rows[row].Append(output[i]);
                    }

                    column++;
                    break;
            }
        }

        var lines = rows.ConvertAll(r => r.ToString());
        while (lines.Count > 0 && lines[^1].Length == 0)
        {
            lines.RemoveAt(lines.Count - 1);
        }

        return lines;
    }
}
