"""What is said to a mail server, and what its answers mean.

Up to the final dot, whatever goes wrong means that the letter did not arrive. After
it, only an answer can say.
"""

import re
import select
import smtplib
import socket
from base64 import b64encode
from ssl import SSLError

from reports.delivery.channels import DeliveryError, Envelope
from reports.delivery.channels.answers import Encrypted, Heard, Plain
from reports.delivery.channels.relay import Patience, Relay


#: What smtplib and sockets raise when the other side is gone or talks nonsense.
LOST = (OSError, smtplib.SMTPException)
#: Answers by which a server has had enough of us, not of one letter.
CLOSING, TOO_MANY = 421, 432
#: The letter is too large: said to MAIL, but about this letter.
TOO_LARGE = 552
GO_ON = 354


def connect(relay: Relay, patience: Patience) -> smtplib.SMTP:
    """A connection that is encrypted and logged in, or a DeliveryError."""
    try:
        server = dial(relay, patience)
    except LOST as error:
        raise DeliveryError(
            f"{relay.place} cannot be reached safely ({words(error)}); "
            "check [smtp] host, port, security and ca_file",
            everyone=True,
        ) from error
    if server.sock is not None:  # the final dot does not wait for an answer to the body
        server.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    try:
        secure(server, relay)
        log_in(server, relay)
    except BaseException:
        server.close()
        raise
    return server


def dial(relay: Relay, patience: Patience) -> smtplib.SMTP:
    """A connection over which nothing has been said yet."""
    if relay.security == "tls":
        return Encrypted(
            relay.host,
            relay.port,
            local_hostname=relay.our_name,
            timeout=patience.command,
            context=relay.context(),
        )
    return Plain(
        relay.host,
        relay.port,
        local_hostname=relay.our_name,
        timeout=patience.command,
    )


def secure(server: smtplib.SMTP, relay: Relay) -> None:
    """Greet, and encrypt before anything else is said."""
    try:
        server.ehlo_or_helo_if_needed()
        if relay.security == "starttls":
            server.starttls(context=relay.context())
            server.ehlo()
    except smtplib.SMTPNotSupportedError as error:
        raise DeliveryError(
            f"{relay.place} does not offer STARTTLS, so nothing is sent; "
            'use a port that does, or [smtp] security = "tls"',
            everyone=True,
        ) from error
    except SSLError as error:
        raise DeliveryError(
            f"{relay.place} does not prove who it is ({words(error)}), so nothing is "
            "sent; name its certificate authority in [smtp] ca_file",
            everyone=True,
        ) from error
    except LOST as error:
        raise DeliveryError(
            f"{relay.place} does not greet us as a mail server does ({words(error)})",
            everyone=True,
        ) from error


def log_in(server: smtplib.SMTP, relay: Relay) -> None:
    """Log in when there is somebody to log in as."""
    if relay.username is None or relay.password is None:
        return
    if not (relay.username + relay.password).isascii():
        raise DeliveryError(
            f"{relay.place}: [smtp] username or DEALPACKET_SMTP_PASSWORD has letters "
            "that an SMTP login cannot carry; use plain ones",
            everyone=True,
        )
    try:
        server.login(relay.username, relay.password)
    except LOST as error:
        said = without(words(error), relay.username, relay.password)
        raise DeliveryError(
            f"{relay.place} does not let {relay.username} in ({said}); "
            "check [smtp] username and DEALPACKET_SMTP_PASSWORD",
            everyone=True,
        ) from None  # its text may repeat the password


def without(text: str, username: str, password: str) -> str:
    """A server's words, which may repeat a password, without it."""
    plain = f"\0{username}\0{password}"
    coded = (b64encode(one.encode()).decode() for one in (plain, password))
    for secret in (password, *coded):
        text = text.replace(secret, "***")
    return text


def begin(server: smtplib.SMTP, envelope: Envelope) -> int:
    """Say who the letter is from; return the answer's number if it is 421 or fine."""
    code, reply = server.mail(envelope.sender)
    if accepted(code) or code == CLOSING:
        return code
    if code == TOO_LARGE:
        raise refused(envelope, code, reply)
    raise DeliveryError(
        f"the server takes no letter from {envelope.sender}: {answer(code, reply)}",
        everyone=code == TOO_MANY or not temporary(code),
    )


def offer(server: smtplib.SMTP, raw: bytes, envelope: Envelope) -> None:
    """Say who the letter is for, and hand over everything but the final dot."""
    limit = server.esmtp_features.get("size", "")
    if limit.isdecimal() and 0 < int(limit) < len(raw):
        raise DeliveryError(
            f"{envelope.recipient}: the letter has {len(raw)} bytes, "
            f"the server takes {limit}",
            permanent=True,
        )
    code, reply = server.rcpt(envelope.recipient)
    if not accepted(code):
        raise refused(envelope, code, reply)
    code, reply = server.docmd("DATA")
    if code != GO_ON:
        raise refused(envelope, code, reply)
    server.send(dotted(raw))


def attentive(server: smtplib.SMTP) -> None:
    """Make sure that the server waits for the final dot, and for nothing else.

    One that has hung up or has something to say has given the letter up.
    """
    ears = select.poll()
    if server.sock is not None:
        ears.register(server.sock, select.POLLIN)
    unheard = isinstance(server.file, Heard) and server.file.kept()
    if server.sock is None or unheard or ears.poll(0):
        raise smtplib.SMTPServerDisconnected("it did not wait for the end")


def finish(server: smtplib.SMTP, envelope: Envelope, patience: Patience) -> str:
    """Send the final dot and return the answer, for which the server has long."""
    try:
        wait(server, patience.after_dot)
        server.send(b".\r\n")
        code, reply = server.getreply()
        wait(server, patience.command)
    except LOST as error:
        raise in_doubt(envelope, words(error)) from error
    if accepted(code):
        return answer(code, reply)
    if temporary(code) or code // 100 == 5:  # noqa: PLR2004  # SMTP's own numbers
        raise refused(envelope, code, reply)
    raise in_doubt(envelope, answer(code, reply))


def wait(server: smtplib.SMTP, seconds: float) -> None:
    """Change how long the next answer may take."""
    if server.sock is not None:
        server.sock.settimeout(seconds)


def dotted(raw: bytes) -> bytes:
    """A letter as SMTP carries it: lines that begin with a dot get another."""
    whole = raw if raw.endswith(b"\r\n") else raw + b"\r\n"
    return re.sub(rb"(?m)^\.", b"..", whole)


def accepted(code: int) -> bool:
    """Whether an answer means yes."""
    return code // 100 == 2  # noqa: PLR2004  # SMTP's own numbers


def temporary(code: int) -> bool:
    """Whether an answer means not now."""
    return code // 100 == 4  # noqa: PLR2004  # SMTP's own numbers


def refused(envelope: Envelope, code: int, reply: bytes) -> DeliveryError:
    """The error for an answer that is not yes."""
    when = "not now" if temporary(code) else "refused"
    return DeliveryError(
        f"{envelope.recipient}: {when}: {answer(code, reply)}",
        permanent=not temporary(code),
        everyone=code in {CLOSING, TOO_MANY},
    )


def in_doubt(envelope: Envelope, because: str) -> DeliveryError:
    """The error for a letter that the server may have."""
    return DeliveryError(
        f"{envelope.recipient}: the server had the whole letter and did not say what "
        f"became of it ({because})",
        in_doubt=True,
    )


def answer(code: int, reply: bytes) -> str:
    """A server's answer on one line."""
    return f"{code} {printable(reply.decode('utf-8', 'replace'))}".strip()


def words(error: Exception) -> str:
    """What an error says, on one line."""
    if isinstance(error, smtplib.SMTPResponseException):
        reply = error.smtp_error
        return answer(
            error.smtp_code, reply if isinstance(reply, bytes) else reply.encode()
        )
    return printable(str(error)) or type(error).__name__


def printable(text: str) -> str:
    """Text that can stand in a log line."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:200]
