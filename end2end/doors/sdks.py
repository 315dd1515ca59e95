"""wechatpy (PyPI) and co-wechat-api (npm) as other systems use them: through /wx/{app_id}, and reading the token from Redis."""

import html
import io
import os
import re
import subprocess
import sys
import tempfile
import time

import redis
import requests
import wechatpy
from wechatpy.session import SessionStorage

from desk import APP_ID, Desk, PASSWORD, ROOT, free_port

JPEG = b"\xff\xd8\xff\xe0 a picture, nearly \xff\xd9"


def checked(name, truth):
    print(("ok   " if truth else "FAIL ") + name, flush=True)
    if not truth:
        raise SystemExit(1)


def through_call_through(desk, key):
    """wechatpy as it comes: its base address is another, and the API key is its token, because it fetches tokens from a fixed address."""
    client = wechatpy.WeChatClient(APP_ID, "", access_token=key)
    client.API_BASE_URL = f"{desk.base}/wx/{APP_ID}/cgi-bin/"
    calls(client)

    class Fetching(wechatpy.WeChatClient):
        API_BASE_URL = f"{desk.base}/wx/{APP_ID}/cgi-bin/"

        def fetch_access_token(self):
            params = {"grant_type": "client_credential", "appid": self.appid, "secret": self.secret}
            return self._fetch_access_token(url=self.API_BASE_URL + "token", params=params)

    client = Fetching(APP_ID, key)
    openid = calls(client)
    # A stand-in that is no good any more: the library fetches another by itself.
    client.session.set(f"{APP_ID}_access_token", "wxr_gone", 7000)
    checked("wechatpy: a token that went bad in between", client.user.get(openid)["openid"] == openid)


def calls(client):
    followers = client.user.get_followers()
    checked("wechatpy: followers", followers["total"] > 0)
    openid = followers["data"]["openid"][0]
    checked("wechatpy: one person", client.user.get(openid)["openid"] == openid)
    checked("wechatpy: tags", isinstance(client.tag.get(), (list, dict)))
    templates = client.template.get_all_private_template()
    checked("wechatpy: templates", len(templates["template_list"]) > 0)
    media = client.media.upload("image", ("a.jpg", io.BytesIO(JPEG), "image/jpeg"))
    checked("wechatpy: upload and download", client.media.download(media["media_id"]).content == JPEG)
    checked("wechatpy: ticket", client.jsapi.get_ticket()["errcode"] == 0)
    return openid


def node(*words):
    folder = ROOT / "target" / "npm"
    command = ["node", str(ROOT / "end2end" / "doors" / "sdks.cjs"), APP_ID, *words]
    done = subprocess.run(command, env=os.environ | {"NODE_PATH": str(folder / "node_modules")}, check=False)
    if done.returncode:
        raise SystemExit("FAIL co-wechat-api")


def sign_in(desk):
    desk.command("user", "add", "admin", "--role", "admin", text=PASSWORD)
    desk.seen()
    browser = requests.Session()
    answer = browser.post(f"{desk.base}/login", data={"name": "admin", "password": PASSWORD}, allow_redirects=False)
    assert answer.status_code == 303, answer.text
    return browser


class Mirrored(SessionStorage):
    """wechatpy's own way to another store: what stands in Redis is taken as it is, and nothing is written."""

    def __init__(self, store):
        self.store = store

    def get(self, key, default=None):
        value = self.store.get("access_token") if key.endswith("_access_token") else None
        return value.decode() if value else default

    def set(self, key, value, ttl=None):
        raise SystemExit(f"FAIL wechatpy wants to write {key}")

    def delete(self, key):
        raise SystemExit(f"FAIL wechatpy wants to delete {key}")


def from_the_pages(desk, browser):
    """The code that pages show does what it says, as it stands."""
    key = desk.key("pages", "token:read", "media:read")
    for path, wanted in [("/tokens", "access_token"), ("/media", "next_cursor"), ("/jssdk", "signature")]:
        page = browser.get(desk.base + path).text
        for name, command in [("curl", ["bash", "-c"]), ("Python", [sys.executable, "-c"]), ("Node.js", ["node", "--input-type=module", "-e"])]:
            shown = re.search(f'aria-label="{re.escape(name)} 代码"[^>]*>(.*?)</pre>', page, re.S)
            code = html.unescape(re.sub(r"<!.*?>", "", shown.group(1)))
            if path == "/jssdk":
                code = code.replace("h5.example.com", "localhost")
            done = subprocess.run(
                [*command, code], env=os.environ | {"WXDESK_KEY": key}, capture_output=True, text=True, check=False
            )
            checked(f"page {path}: {name}", done.returncode == 0 and (wanted in done.stdout or print(done.stdout, done.stderr)))


def through_redis(desk, browser, port):
    """Programs that read the token from Redis and call WeChat themselves: they fetch none of their own."""
    form = {"on": "1", "token_key": "access_token", "ticket_key": "jsapi_ticket"}
    saved = browser.post(f"{desk.base}/tokens/mirror", data=form, allow_redirects=False)
    checked("mirror: switched on", saved.status_code == 303)
    store = redis.Redis(port=port)
    late = time.monotonic() + 20
    while not (store.get("access_token") and store.get("jsapi_ticket")) and time.monotonic() < late:
        time.sleep(0.05)
    for key in ("access_token", "jsapi_ticket"):
        checked(f"mirror: {key} with its real life", store.get(key) and 0 < store.pttl(key) <= 7_200_000)

    class Client(wechatpy.WeChatClient):
        API_BASE_URL = f"{desk.sandbox}/cgi-bin/"

    client = Client(APP_ID, "no secret", session=Mirrored(store))
    checked("wechatpy over the mirror: followers", client.user.get_followers()["total"] > 0)
    node(f"{desk.sandbox}/cgi-bin/", "no secret", str(port))
    checked("co-wechat-api over the mirror", True)


def main():
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        server = subprocess.Popen(
            ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder], stdout=subprocess.PIPE, text=True
        )
        try:
            assert any(re.search("Ready to accept", line) for line in server.stdout)
            with Desk(WXDESK_REDIS_URL=f"redis://127.0.0.1:{port}/0") as desk:
                key = desk.key("sdk", "wx:call")
                through_call_through(desk, key)
                browser = sign_in(desk)
                node(f"{desk.base}/wx/{APP_ID}/cgi-bin/", key)
                through_redis(desk, browser, port)
                from_the_pages(desk, browser)
        finally:
            server.kill()
            server.wait()


if __name__ == "__main__":
    main()
