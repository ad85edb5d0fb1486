namespace ScaiSend.Platform.Tenancy;

/// <summary>RFC 4648 §6 in lower case, for whole groups of five bytes only: then each text stands for other bytes. Reads both cases.</summary>
internal static class Base32
{
    private const string Signs = "abcdefghijklmnopqrstuvwxyz234567";

    public static int LengthOf(int bytes) => bytes / 5 * 8;

    public static string Write(ReadOnlySpan<byte> bytes)
    {
        Span<char> text = stackalloc char[LengthOf(bytes.Length)];
        for (int i = 0, at = 0; at < text.Length; i += 5)
        {
            var group = ((ulong)bytes[i] << 32) | ((ulong)bytes[i + 1] << 24) | ((ulong)bytes[i + 2] << 16);
            group |= ((ulong)bytes[i + 3] << 8) | bytes[i + 4];
            for (var shift = 35; shift >= 0; shift -= 5)
                text[at++] = Signs[(int)(group >> shift) & 31];
        }
        return new string(text);
    }

    /// <param name="bytes">Of the length that the text stands for.</param>
    public static bool TryRead(ReadOnlySpan<char> text, Span<byte> bytes)
    {
        for (int at = 0, i = 0; at < text.Length; i += 5)
        {
            ulong group = 0;
            for (var end = at + 8; at < end; at++)
            {
                if (ValueOf(text[at]) is not { } value)
                    return false;
                group = (group << 5) | value;
            }
            for (var n = 0; n < 5; n++)
                bytes[i + n] = (byte)(group >> (32 - 8 * n));
        }
        return true;
    }

    private static uint? ValueOf(char sign) =>
        sign switch
        {
            >= 'a' and <= 'z' => (uint)(sign - 'a'),
            >= 'A' and <= 'Z' => (uint)(sign - 'A'),
            >= '2' and <= '7' => (uint)(sign - '2' + 26),
            _ => null,
        };
}
