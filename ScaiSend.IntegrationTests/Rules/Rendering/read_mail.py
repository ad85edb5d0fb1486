"""Reads a mail from standard input with Python's own parser and prints what a reader would see, as JSON."""

import email
import email.policy
import json
import sys


def addresses(message, field):
    header = message[field]
    return [] if header is None else [[a.display_name, a.addr_spec] for a in header.addresses]


def part(entity):
    content = entity.get_content()
    if isinstance(content, bytes):
        content = content.hex()
    return {"type": entity.get_content_type(), "name": entity.get_filename(), "cid": entity["Content-ID"], "content": content}


message = email.message_from_bytes(sys.stdin.buffer.read(), policy=email.policy.default)
json.dump(
    {
        "subject": message["Subject"],
        "from": addresses(message, "From"),
        "to": addresses(message, "To"),
        "cc": addresses(message, "Cc"),
        "date": message["Date"].datetime.isoformat(),
        "custom": message["X-Custom"],
        "types": [entity.get_content_type() for entity in message.walk()],
        "parts": [part(entity) for entity in message.walk() if not entity.is_multipart()],
        "defects": [str(d) for entity in message.walk() for d in entity.defects]
        + [f"{name}: {d}" for name, value in message.items() for d in getattr(value, "defects", [])],
    },
    sys.stdout,
)
