namespace ScaiSend.Processing.Rendering;

/// <summary>The escape that Q encoding (RFC 2047 §4.2) and quoted-printable (RFC 2045 §6.7) share: = and two capital hexadecimal digits.</summary>
internal static class Hex
{
    public static void Write(Span<byte> room, byte octet)
    {
        room[0] = (byte)'=';
        room[1] = Digit(octet >> 4);
        room[2] = Digit(octet & 15);
    }

    private static byte Digit(int value) => "0123456789ABCDEF"u8[value];
}
