"""A small IMAP server on loopback, over TLS, that lists what it was asked."""

import re
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


HOST = "127.0.0.1"
USER, PASSWORD = "archive@acme.example", "canary-1map"


@dataclass
class Archive:
    """Folders of Message-IDs, as IMAP spells them, and how the server behaves."""

    folders: dict[str, set[str]] = field(default_factory=dict)
    mute: str = ""  #: the command that is never answered
    drip: str = ""  #: the command that is answered for ever, and never to its end
    greeting: str = "* OK ready"
    asked: list[str] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def converse(self, connection: ssl.SSLSocket) -> None:
        """Answer the commands of one connection until it ends."""
        said(connection, self.greeting)
        folder: set[str] = set()
        with connection.makefile("rb") as lines:
            for line in lines:
                tag, _, command = line.decode().strip().partition(" ")
                self.asked.append(command)
                verb = command.partition(" ")[0]
                if verb == self.mute:
                    self.over.wait(timeout=20)
                    return
                while verb == self.drip and not self.over.wait(timeout=0.05):
                    connection.sendall(b"*")
                folder = self.answer(connection, tag, command, folder)
                if verb == "LOGOUT":
                    return

    def answer(
        self, connection: ssl.SSLSocket, tag: str, command: str, folder: set[str]
    ) -> set[str]:
        """Answer one command; the folder that is open afterwards."""
        verb, _, rest = command.partition(" ")
        if verb == "CAPABILITY":
            said(connection, "* CAPABILITY IMAP4rev1")
        elif verb == "LOGIN" and rest != f'"{USER}" "{PASSWORD}"':
            said(connection, f"{tag} NO wrong: {rest}")
            return folder
        elif verb == "EXAMINE":
            name = rest.strip('"')
            if name not in self.folders:
                said(connection, f"{tag} NO no such folder")
                return folder
            folder = self.folders[name]
            said(connection, f"* {len(folder)} EXISTS")
        elif verb == "UID":
            wanted = re.search(r'SEARCH HEADER Message-ID "([^"]+)"', rest)
            there = wanted is not None and wanted[1] in folder
            said(connection, "* SEARCH 7" if there else "* SEARCH")
        said(connection, f"{tag} OK done")
        return folder


def said(connection: ssl.SSLSocket, line: str) -> None:
    connection.sendall(line.encode() + b"\r\n")


@contextmanager
def archiving(archive: Archive, context: ssl.SSLContext) -> Iterator[int]:
    """Serve an archive; the port that it listens on."""
    with socket.create_server((HOST, 0)) as listener:

        def serve() -> None:
            while True:
                try:
                    plain, _ = listener.accept()
                except OSError:
                    return
                try:
                    with context.wrap_socket(plain, server_side=True) as connection:
                        archive.converse(connection)
                except OSError:
                    plain.close()

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            archive.over.set()
            listener.shutdown(socket.SHUT_RDWR)
            thread.join(timeout=5)
