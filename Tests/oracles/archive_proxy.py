"""Stands between a test and an archive: relays until the archive has sent so many bytes, then breaks the connection.

archive_proxy.py TARGET_PORT BYTES: prints its own port. Ends when its standard input does.
"""
import socket
import struct
import sys
import threading

target, limit = int(sys.argv[1]), int(sys.argv[2])
server = socket.create_server(("127.0.0.1", 0))
print(server.getsockname()[1], flush=True)


def relay(source, sink, limit):
    sent = 0
    try:
        while limit is None or sent < limit:
            data = source.recv(65536)
            if not data:
                break
            sink.sendall(data if limit is None else data[: limit - sent])
            sent += len(data)
    except OSError:
        pass
    for end in (source, sink):
        try:
            # A reset, as of a peer that died.
            end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            end.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


def serve():
    while True:
        client, _ = server.accept()
        archive = socket.create_connection(("127.0.0.1", target))
        threading.Thread(target=relay, args=(client, archive, None), daemon=True).start()
        threading.Thread(target=relay, args=(archive, client, limit), daemon=True).start()


threading.Thread(target=serve, daemon=True).start()
sys.stdin.read()
