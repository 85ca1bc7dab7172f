"""A real HTTP server on this machine that serves files, and misbehaves where it is told to."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Server:
    """Serves `files` by the last part of the path; `behaviour` of a first part of the path misbehaves."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self.files = files
        self.requests: list[str] = []
        self.released = threading.Event()  # ends whatever hangs
        self.hanging = threading.Event()  # set once a request hangs
        self.behaviours: dict[str, Callable[[BaseHTTPRequestHandler, bytes], None]] = {
            "cut": self._cut,
            "hang": self._hang,
            "silent": self._silent,
            "wrong": lambda handler, data: self._send(handler, bytes([data[0] ^ 1]) + data[1:]),
            "endless": self._endless,
            "missing": lambda handler, _: handler.send_error(404),
            "broken": lambda handler, _: handler.send_error(503),
            "moved": lambda handler, _: self._move(handler, "/good/"),
            "away": lambda handler, _: self._move(handler, "file:///etc/"),
            "trickle": self._trickle,
            "trickling-headers": self._trickle_headers,
            "boastful": lambda handler, data: self._send(handler, data, announced=10**12),
            "longer": lambda handler, data: self._send(handler, data + b"more", announced=len(data)),
            "circle": lambda handler, _: self._move(handler, "/circle/"),
            "encoded": lambda handler, data: self._send(handler, data, ("Content-Encoding", "gzip")),
            "unsized": lambda handler, data: self._send(handler, data, sized=False),
            "disconnect": lambda handler, _: handler.connection.shutdown(socket.SHUT_RDWR),
            "half": self._half_the_files,
        }
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.requests.append(self.path)
                kind, name = self.path.rstrip("/").split("/")[-2:]
                data = outer.files.get(name)
                if data is None:
                    self.send_error(404)
                elif kind in outer.behaviours:
                    outer.behaviours[kind](self, data)
                else:
                    outer._send(self, data)

            def log_message(self, *_: object) -> None:
                pass

        class Quiet(ThreadingHTTPServer):
            daemon_threads = False  # so that closing waits for them: no thread is left over

            def handle_error(self, *_: object) -> None:
                pass  # the other side hung up, as it should

        self._server = Quiet(("127.0.0.1", 0), Handler)
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()

    def url(self, kind: str = "good") -> str:
        return f"http://127.0.0.1:{self.port}/{kind}/"

    def close(self) -> None:
        self.released.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @staticmethod
    def _send(
        handler,
        data: bytes,
        *headers: tuple[str, str],
        sized: bool = True,
        upto: int | None = None,
        announced: int | None = None,
    ) -> None:
        handler.send_response(200)
        if sized:
            handler.send_header("Content-Length", str(len(data) if announced is None else announced))
        for header in headers:
            handler.send_header(*header)
        handler.end_headers()
        handler.wfile.write(data[:upto])

    def _trickle(self, handler, data: bytes) -> None:
        self._send(handler, data, upto=10)
        self._drip(handler, data[10:])

    def _trickle_headers(self, handler, _data: bytes) -> None:
        handler.wfile.write(b"HTTP/1.0 200 OK\r\nX-Long: ")
        self._drip(handler, bytes(1000))

    def _drip(self, handler, data: bytes) -> None:
        """Send a byte now and then, which no limit to a server's silence notices."""
        for byte in data:
            handler.wfile.write(bytes([byte]))
            handler.wfile.flush()
            self.hanging.set()
            if self.released.wait(0.02):
                return

    def _cut(self, handler, data: bytes) -> None:
        self._send(handler, data, upto=len(data) // 2)

    def _hang(self, handler, data: bytes) -> None:
        self._send(handler, data, upto=len(data) // 2)
        handler.wfile.flush()
        self.hanging.set()
        self.released.wait(120)

    def _silent(self, _handler, _data: bytes) -> None:
        self.hanging.set()
        self.released.wait(120)

    def _endless(self, handler, _data: bytes) -> None:
        handler.send_response(200)
        handler.end_headers()
        while not self.released.is_set():
            handler.wfile.write(bytes(1 << 16))

    def _half_the_files(self, handler, data: bytes) -> None:
        if "train" in handler.path:
            self._send(handler, data)
        else:
            handler.send_error(404)

    @staticmethod
    def _move(handler, to: str) -> None:
        handler.send_response(302)
        handler.send_header("Location", to + handler.path.rsplit("/", 1)[1])
        handler.send_header("Content-Length", "0")
        handler.end_headers()


@contextmanager
def serving(files: dict[str, bytes]) -> Iterator[Server]:
    server = Server(files)
    try:
        yield server
    finally:
        server.close()


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
