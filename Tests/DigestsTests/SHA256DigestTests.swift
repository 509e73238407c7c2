import Digests
import Foundation
import TestSupport
import Testing

@Suite struct SHA256DigestTests {
    /// FIPS 180-4's own examples.
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
    ])
    func texts(text: String, digest: String) {
        #expect(SHA256Digest.hex(of: text) == digest)
        let pieces = SHA256Digest()
        for byte in text.utf8 { pieces.update([byte]) }
        #expect(pieces.finish() == digest)
    }

    /// RFC 4231, cases 2 and 6: a short key and one longer than a block.
    @Test func keyedDigests() {
        #expect(
            SHA256Digest.hmacHex(key: Array("Jefe".utf8), message: "what do ya want for nothing?")
                == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
        #expect(
            SHA256Digest.hmacHex(
                key: [UInt8](repeating: 0xaa, count: 131),
                message: "Test Using Larger Than Block-Size Key - Hash Key First")
                == "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54")
    }

    /// A file of more than one piece has the digest of its content, and one that is not there has none.
    @Test func files() throws {
        let folder = try TemporaryFolder()
        let text = String(repeating: "0123456789abcdef", count: 150_000)
        try Data(text.utf8).write(to: folder.file("a"))
        #expect(try SHA256Digest.hex(ofFile: folder.file("a")) == SHA256Digest.hex(of: text))
        try Data().write(to: folder.file("empty"))
        #expect(try SHA256Digest.hex(ofFile: folder.file("empty")) == SHA256Digest.hex(of: ""))
        #expect(throws: (any Error).self) { try SHA256Digest.hex(ofFile: folder.file("none")) }
        #expect(throws: (any Error).self) { try SHA256Digest.hex(ofFile: folder.url) }
    }
}
