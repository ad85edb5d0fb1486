#!/usr/bin/python3
"""Verifies the DKIM signatures of messages with dkimpy, an implementation that is not ours.

usage: verify_dkim.py RECORDS FILE...
RECORDS: a file with one public key a line: the name of its TXT record, a space, the record.
Prints one line a file: its name, a tab, and "good" when it has signatures and all of them verify, else what is wrong.
Exits with 0 when all are good.
"""

import sys

import dkim


def read_records(path):
    with open(path, encoding="ascii") as lines:
        pairs = (line.rstrip("\n").split(" ", 1) for line in lines if line.strip())
        return {name.encode().rstrip(b".") + b".": record.encode() for name, record in pairs}


def fault_of(message, records):
    count = sum(1 for name, _ in dkim.rfc822_parse(message)[0] if name.lower() == b"dkim-signature")
    if count == 0:
        return "no signature"
    for index in range(count):
        try:
            verifier = dkim.DKIM(message, minkey=1024)
            if not verifier.verify(idx=index, dnsfunc=lambda name, timeout=5: records.get(name)):
                return f"signature {index + 1} of {count} does not verify"
        except dkim.DKIMException as fault:
            return f"signature {index + 1} of {count}: {fault}"
    return None


def main(records_path, *paths):
    records = read_records(records_path)
    is_good = True
    for path in paths:
        with open(path, "rb") as file:
            fault = fault_of(file.read(), records)
        print(f"{path}\t{fault or 'good'}")
        is_good = is_good and fault is None
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
