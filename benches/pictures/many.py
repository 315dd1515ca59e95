"""Very many pictures against the real server: python many.py WXDESK zips | rule | kills.

`zips`: 25,000 real small JPEGs, no two alike, taken over by `wxdesk import` and asked for as one ZIP, which comes in parts. All parts are fetched,
one in two pieces, one begun before a person is erased and fetched on after; each is opened by `zipfile`, and every name, person, question and
hash is held against its manifest, the files that were imported and the board.

`rule`: 100,000 pictures chosen as a rule are judged, the act undone, deleted and restored, and their senders made recipients, while signatures
are asked for 50 times a second and another connection tries every millisecond whether the database can be written.

`kills`: the same four acts, each with SIGKILL half way: the next start goes on by itself, and all of it was done, nothing twice.

Needs Pillow. Prints figures, and stops at the first thing that is not as it should be.
"""

import csv
import hashlib
import html
import http.client
import io
import os
import pathlib
import random
import re
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import zipfile

from PIL import Image

PASSWORD = "correct horse battery"
TITLE = "bench"
APP = "wxsandbox0000001"


def free():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Server:
    """A server on its own data folder, beside its simulator."""

    def __init__(self, binary, folder):
        self.binary, self.data = binary, str(pathlib.Path(folder) / "data")
        port = free()
        self.platform = subprocess.Popen([binary, "sandbox", "--listen", f"127.0.0.1:{port}"], stdout=subprocess.PIPE, text=True)
        secret = next(line.split(": ", 1)[1].strip() for line in self.platform.stdout if line.startswith("AppSecret: "))
        base, domain = ["--api-base", f"http://127.0.0.1:{port}"], ["--js-domain", "h5.example.com"]
        self.run(["account", "add", "--app-id", APP, "--name", "bench", *base, *domain], secret)
        self.run(["user", "add", "bench", "--role", "admin"], PASSWORD)
        self.process = None

    def run(self, words, given=""):
        return subprocess.run([self.binary, *words, "--data", self.data], input=given, text=True, check=True, capture_output=True).stdout

    def start(self):
        self.port = free()
        listen = ["--listen", f"127.0.0.1:{self.port}", "--ops-listen", f"127.0.0.1:{free()}"]
        words = [self.binary, "serve", "--log", "warn", "--signature-rate", "0", "--data", self.data, *listen]
        self.process = subprocess.Popen(words, stdout=subprocess.DEVNULL)
        for _ in range(200):
            with socket.socket() as one:
                if one.connect_ex(("127.0.0.1", self.port)) == 0:
                    break
            time.sleep(0.1)
        time.sleep(4)
        answer = self.ask("POST", "/login", {"name": "bench", "password": PASSWORD}, cookie="")
        self.cookie = answer.getheader("set-cookie").split(";")[0]

    def ask(self, method, path, form=None, headers=None, cookie=None):
        """The answer, its body still to be read."""
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=600)
        given = {"Origin": f"http://127.0.0.1:{self.port}", "Cookie": self.cookie if cookie is None else cookie, **(headers or {})}
        body = None
        if form is not None:
            body, given["Content-Type"] = urllib.parse.urlencode(form, True), "application/x-www-form-urlencoded"
        link.request(method, path, body, given)
        return link.getresponse()

    def page(self, path):
        answer = self.ask("GET", path)
        assert answer.status == 200, (path, answer.status)
        return answer.read().decode()

    def resident(self, what="VmRSS"):
        """In kB; `RssAnon` leaves out what is mapped of files, such as the program itself."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(rf"{what}:\s+(\d+)", status)[1])

    def stop(self):
        if self.process:
            self.process.terminate()
            self.process.wait()
        self.process = None

    def close(self):
        self.stop()
        self.platform.terminate()
        self.platform.wait()


class Resident:
    """The most memory of a server while something is done, above what it had."""

    def __init__(self, server):
        self.server, self.over = server, threading.Event()
        self.before = self.peak = server.resident()
        self.own = server.resident("RssAnon")
        self.thread = threading.Thread(target=self.look)
        self.thread.start()

    def look(self):
        while not self.over.wait(0.05) and self.server.process:
            self.peak = max(self.peak, self.server.resident())

    def now(self):
        """How much more there is now, in words."""
        own = (self.server.resident("RssAnon") - self.own) / 1000
        return f"{(self.server.resident() - self.before) / 1000:.1f} MB more resident, {own:.1f} of it not mapped files"

    def end(self):
        self.over.set()
        self.thread.join()
        return (self.peak - self.before) / 1000


def said(what, *values):
    print(f"| {what} | {'; '.join(values)} |", flush=True)


# ---- zips

PICTURES, PEOPLE, QUESTIONS = 25_000, 5_000, 5


def tree(folder):
    """Small pictures, no two alike: what each person sent for each question, by the hash of its bytes."""
    made = {}
    for at in range(PICTURES):
        user, question = f"小满{at % PEOPLE}", f"q{at // PEOPLE}"
        out = io.BytesIO()
        Image.frombytes("RGB", (16, 12), random.Random(at).randbytes(16 * 12 * 3)).save(out, "JPEG", quality=80)
        place = pathlib.Path(folder) / user / TITLE / question
        place.mkdir(parents=True)
        (place / "a.jpg").write_bytes(out.getvalue())
        made[(user, question)] = hashlib.sha256(out.getvalue()).hexdigest()
    assert len(set(made.values())) == PICTURES == PEOPLE * QUESTIONS
    return made


def fetched(server, path, headers=None, most=None):
    """What an answer gives; broken off after `most` bytes."""
    answer = server.ask("GET", path, headers=headers)
    body = answer.read(most) if most else answer.read()
    if most:
        answer.close()
    return answer.status, answer.getheader("etag"), int(answer.getheader("content-length")), body


def opened(body, made, seen):
    """What is inside a part: each entry against the manifest and against what was imported."""
    with zipfile.ZipFile(io.BytesIO(body)) as file:
        assert file.testzip() is None
        names = file.namelist()
        assert len(set(names)) == len(names) and names[-1] == "manifest.csv"
        rows = list(csv.DictReader(io.StringIO(file.read("manifest.csv").decode("utf-8-sig"))))
        assert [row["path"] for row in rows] == names[:-1]
        for row in rows:
            key = (row["user_id"], row["question_id"])
            assert row["answer_title"] == TITLE and key not in seen, row
            assert hashlib.sha256(file.read(row["path"])).hexdigest() == row["sha256"] == made[key], row
            assert row["user_id"] in row["path"], row
            seen.add(key)
    return len(rows)


def zips(server, folder):
    began = time.time()
    made = tree(pathlib.Path(folder) / "tree")
    said(f"{PICTURES:,} JPEGs made", f"{time.time() - began:.1f} s")
    began = time.time()
    told = server.run(["import", "--account", APP, str(pathlib.Path(folder) / "tree")])
    said(f"taken over by wxdesk import ({told.strip().splitlines()[-1]})", f"{time.time() - began:.1f} s")
    server.start()
    server.page("/media")
    memory, began = Resident(server), time.time()
    answer = server.ask("POST", f"/media?title={TITLE}", {"zip": "shown"})
    assert answer.status == 303 and answer.getheader("location").startswith("/media/zips"), (answer.status, answer.getheader("location"))
    said("asked for, written down in parts", f"{time.time() - began:.2f} s", memory.now())
    parts = list(dict.fromkeys(re.findall(r'href="(/media/zip/[0-9a-f]{32})"', server.page("/media/zips"))))
    assert len(parts) == 2, parts
    seen, counts = set(), []
    began = time.time()
    status, etag, length, body = fetched(server, parts[0])
    assert (status, len(body)) == (200, length)
    said(f"part 1, {length / 1e6:.1f} MB, read for the first time", f"{time.time() - began:.2f} s", memory.now())
    counts.append(opened(body, made, seen))
    began, first = time.time(), body
    assert fetched(server, parts[0]) == (200, etag, length, first)
    said("the same again, its checksums known", f"{time.time() - began:.2f} s", memory.now())
    # The second breaks off and goes on.
    began = time.time()
    status, etag, length, half = fetched(server, parts[1], most=1_500_000)
    status, again, rest, more = fetched(server, parts[1], {"Range": f"bytes={len(half)}-", "If-Range": etag})
    assert (status, again, len(half) + rest) == (206, etag, length), (status, rest)
    said(f"part 2, {length / 1e6:.1f} MB, in two pieces", f"{time.time() - began:.2f} s", memory.now())
    counts.append(opened(half + more, made, seen))
    assert sum(counts) == PICTURES and seen == set(made), counts
    # The board says the same of everybody.
    board = csv.DictReader(io.StringIO(server.ask("GET", f"/media/board/export.csv?title={TITLE}").read().decode("utf-8-sig")))
    people = {row["user_id"]: int(row["here"]) for row in board}
    assert people == {f"小满{at}": QUESTIONS for at in range(PEOPLE)}
    said("entries of the parts, each name and hash as imported, as the manifest and as the board have it", " + ".join(map(str, counts)))
    # One part that was begun, and a person who is erased before it goes on.
    status, etag, length, half = fetched(server, parts[0], most=1_500_000)
    with zipfile.ZipFile(io.BytesIO(first)) as file:
        row = next(csv.DictReader(io.StringIO(file.read("manifest.csv").decode("utf-8-sig"))))
    gone = row["user_id"]
    person = urllib.parse.quote(gone)
    answer = server.ask("POST", f"/people/{person}/data", {"intent": "erase", "confirm": gone})
    assert answer.status == 303, (answer.status, answer.read().decode())
    began = time.time()
    status, again, whole, more = fetched(server, parts[0], {"Range": f"bytes={len(half)}-", "If-Range": etag})
    assert (status, len(more)) == (200, whole) and again != etag and whole < length, (status, again, etag)
    seen = set()
    left = opened(more, made, seen)
    assert all(user != gone for user, _ in seen) and gone.encode() + b"/" not in more
    erased = counts[0] - left
    assert 1 <= erased <= QUESTIONS
    said(f"a person erased meanwhile ({erased} pictures of the part): the rest is the whole without them", f"{time.time() - began:.2f} s", memory.now())
    status, _, length, more = fetched(server, parts[1])
    others = opened(more, made, seen)
    assert len(seen) == PICTURES - QUESTIONS == left + others
    said("memory above idle meanwhile (bar 20 MB)", f"{memory.end():.1f} MB")


# ---- rule

ROWS = 100_000


def filled(server):
    """Rows of a thousand contents; none of them has bytes, and none is looked at."""
    with sqlite3.connect(f"{server.data}/wxdesk.db") as base:
        now = int(time.time() * 1000)
        base.execute("with recursive n (at) as (select 1 union all select at + 1 from n where at < 1000)"
            " insert into contents (sha256, bytes, content_type, width, height, thumb, created_at)"
            " select cast(printf('%032d', at) as blob), 40000, 'image/jpeg', 1080, 810, 1, 0 from n")
        base.execute("with recursive n (at) as (select 1 union all select at + 1 from n where at < ?1)"
            " insert into media (id, app_id, media_id, user_id, answer_title, question_id, state, kind, sha256, attempts, next_attempt_at, actor,"
            " created_at, stored_at, expires_at)"
            " select printf('%012x%020x', ?2 - 100 * at, at), ?3, 'm' || at, printf('o%027d', at % 20000), 't' || (at % 4), 'q' || (at % 5), 'stored',"
            " 'image', cast(printf('%032d', 1 + at % 1000) as blob), 1, 0, 'key:bench', ?2 - 100 * at, ?2 - 100 * at, ?2 + 1000000 from n",
            (ROWS, now - 60_000, APP))
        base.execute("insert into media_rosters (app_id, answer_title, user_id, openid) select distinct app_id, answer_title, user_id, user_id from media")
    base.close()


class Beside:
    """Signatures 50 times a second, and how long the database is held by one transaction after the other."""

    def __init__(self, server):
        self.server, self.over, self.signed, self.held = server, threading.Event(), [], []
        self.threads = [threading.Thread(target=self.sign), threading.Thread(target=self.hold)]
        for one in self.threads:
            one.start()

    def sign(self):
        path = "/api/v1/jssdk/signature?url=https%3A%2F%2Fh5.example.com%2F"
        link = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=60)
        while not self.over.wait(0.02):
            began = time.perf_counter()
            link.request("GET", path)
            answer = link.getresponse()
            answer.read()
            assert answer.status == 200, answer.status
            self.signed.append((time.perf_counter() - began) * 1000)

    def hold(self):
        base = sqlite3.connect(f"{self.server.data}/wxdesk.db", timeout=0, isolation_level=None)
        since = None
        while not self.over.wait(0.001):
            try:
                base.execute("begin immediate")
                base.execute("rollback")
                if since is not None:
                    self.held.append((time.perf_counter() - since) * 1000)
                since = None
            except sqlite3.OperationalError:
                since = since or time.perf_counter()

    def end(self):
        self.over.set()
        for one in self.threads:
            one.join()
        p99 = sorted(self.signed)[len(self.signed) * 99 // 100]
        longest = sorted(self.held)[-1] if self.held else 0
        middle = sorted(self.held)[len(self.held) // 2] if self.held else 0
        return f"signatures: {len(self.signed)}, p99 {p99:.1f} ms, longest {max(self.signed):.1f} ms; database held {middle:.1f} ms, longest {longest:.1f} ms"


def count(server, sql):
    base = sqlite3.connect(f"{server.data}/wxdesk.db", timeout=30)
    found = base.execute(sql).fetchone()[0]
    base.close()
    return found


def offered(server):
    """The form that undoes what was done last."""
    form = re.search(r'<form[^>]*action="([^"]*)" class="recent[^>]*>(.*?)</form>', server.page("/media"), re.S)
    return form[1], {html.unescape(name): html.unescape(value) for name, value in re.findall(r'name="([^"]+)" value="([^"]*)"', form[2])}


def shown_at(server, query):
    """When the page of judging says its pictures were shown."""
    return re.search(r'name="seen" value="(\d+)"', server.page(f"/media/judge?{query}"))[1]


PASSED = "select count(*) from media where review = 'pass'"
BINNED = "select count(*) from media_bin"


def kills(server, _folder):
    filled(server)
    server.start()
    query = f"state=stored&sel=all-{int(time.time() * 1000)}"

    def cut(name, form, sql, wanted):
        path, fields = form
        before = count(server, sql)
        asked = threading.Thread(target=lambda: attempted(server, path, fields))
        asked.start()
        while abs(count(server, sql) - before) < ROWS // 20:
            time.sleep(0.05)
        server.process.kill()
        server.process.wait()
        asked.join()
        came = count(server, sql)
        assert came not in (before, wanted), "half way"
        server.start()
        began = time.time()
        while count(server, sql) != wanted or count(server, "select count(*) from media_acts"):
            assert time.time() - began < 600, (name, count(server, sql))
            time.sleep(0.2)
        said(name, f"SIGKILL at {came:,}; {wanted:,} {time.time() - began:.1f} s after the start")

    cut("verdict", (f"/media/judge?{query}", {"intent": "pass", "seen": shown_at(server, query), "count": ROWS}), PASSED, ROWS)
    assert count(server, "select count(*) from reviews") == ROWS, "none twice"
    assert count(server, f"select count(*) from audit where action = 'media.judged' and detail like '%\"pictures\":{ROWS}%'") == 1
    cut("undo", offered(server), PASSED, 0)
    cut("delete", (f"/media/picked/delete?{query}", {"count": ROWS}), BINNED, ROWS)
    assert count(server, "select count(distinct deleted_at) from media_bin") == 1, "at one moment"
    cut("restore", offered(server), BINNED, 0)
    assert count(server, "select count(*) from media") == ROWS


def attempted(server, path, fields):
    try:
        server.ask("POST", path, fields).read()
    except (OSError, http.client.HTTPException):
        pass


def rule(server, _folder):
    filled(server)
    server.start()
    moment = int(time.time() * 1000)
    query = f"state=stored&sel=all-{moment}"
    began = time.time()
    shown = server.page(f"/media?{query}")
    assert f"{ROWS:,}" in shown, "the gallery says how many are selected"
    said(f"gallery with {ROWS:,} selected as a rule", f"{time.time() - began:.2f} s")

    def act(name, path, form, good):
        memory, beside, began = Resident(server), Beside(server), time.time()
        answer = server.ask("POST", path, form)
        body, answered = answer.read().decode(), time.time() - began
        # What takes long is answered before it is over.
        while answer.status == 303 and not good() and time.time() - began < 600:
            time.sleep(0.2)
        took, beside_said = time.time() - began, beside.end()
        assert answer.status == 303, (name, answer.status, re.sub(r'\s+', ' ', re.sub(r'<[^>]+>', ' ', body))[:600])
        assert good(), name
        said(name, f"{took:.1f} s (answered after {answered:.1f} s)", beside_said, f"{memory.end():.1f} MB")

    def expect(sql, value):
        return lambda: count(server, sql) == value

    act("verdict", f"/media/judge?{query}", {"intent": "pass", "seen": shown_at(server, query), "count": ROWS}, expect(PASSED, ROWS))
    act("undo", *offered(server), expect(PASSED, 0))
    act("delete", f"/media/picked/delete?{query}", {"count": ROWS}, expect(BINNED, ROWS))
    act("restore", *offered(server), expect("select count(*) from media", ROWS))
    act("recipients of a message", f"/media/recipients?state=stored", {"kept": f"all-{moment}"}, lambda: True)


def main():
    binary, mode = sys.argv[1:3]
    modes = {"zips": zips, "rule": rule, "kills": kills}
    assert mode in modes, __doc__
    with tempfile.TemporaryDirectory() as folder:
        server = Server(os.path.abspath(binary), folder)
        try:
            modes[mode](server, folder)
        finally:
            server.close()


main()
