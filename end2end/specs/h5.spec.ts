// The helper for H5 pages in a real browser, as iPhone and as Android, on a page of another origin with a strict policy.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { type Page } from "@playwright/test";
import { expect, house, test as base } from "../house";
import { binary, root } from "../where.mjs";

const sdk = `(function () { var module = {};\n${readFileSync(createRequire(import.meta.url).resolve("weixin-js-sdk"), "utf8")}\nwindow.wx = module.exports; })();`;
const APP = "MicroMessenger/8.0.50(0x18003239) NetType/WIFI Language/zh_CN";
const PHONES = {
  Android: `Mozilla/5.0 (Linux; Android 14; V2302A) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/116.0.0.0 Mobile Safari/537.36 ${APP}`,
  iPhone: `Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 ${APP}`,
};

/** The page is on localhost, the helper on 127.0.0.1: two origins of one server, both listed. */
const places = () => ({ ours: house().base, page: house().base.replace("127.0.0.1", "localhost") });

const test = base.extend<{ signed: string[] }>({
  signed: async ({ page }, use) => {
    const { ours, page: origin } = places();
    const asked: string[] = [];
    page.on("request", (request) => {
      const url = new URL(request.url());
      if (url.pathname === "/api/v1/jssdk/signature") asked.push(url.searchParams.get("url") ?? "");
    });
    await page.route("https://res.wx.qq.com/open/js/jweixin-1.6.0.js", (route) => route.fulfill({ contentType: "text/javascript", body: sdk }));
    await page.route(`${origin}/h5/act/**`, (route) =>
      route.fulfill({
        contentType: "text/html; charset=utf-8",
        headers: { "content-security-policy": `default-src 'none'; script-src 'self' ${ours} https://res.wx.qq.com; connect-src 'self' ${ours}` },
        body: `<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>H5</title><script src="/sandbox/phone/bridge.js"></script>
<script src="${ours}/h5/wxdesk.js" data-app="wxsandbox0000001" crossorigin></script><body></body></html>`,
      }));
    await use(asked);
  },
  storageState: { cookies: [], origins: [] },
});

const ready = (page: Page, options: object | null = { jsApiList: ["chooseImage", "uploadImage"] }) =>
  page.evaluate((wanted) => (window as any).wxdesk.ready(wanted).then(() => "ready", (error: any) => `${error.code}: ${error.message}`), options);
const go = (page: Page, to: string) => page.evaluate((path) => history.pushState(null, "", path), to);

for (const [phone, userAgent] of Object.entries(PHONES)) {
  test.describe(phone, () => {
    test.use({ userAgent });

    test("signs, follows a router, uploads a picture", async ({ page, signed, request }) => {
      const { page: origin, ours } = places();
      const landing = `${origin}/h5/act/1?from=singlemessage&name=${encodeURIComponent("小满")}`;
      await page.goto(`${landing}#/top`);
      expect(await ready(page)).toBe("ready");
      expect(await ready(page)).toBe("ready");
      for (const path of ["/h5/act/1/a", "/h5/act/1/b?x=1", "/h5/act/1/c#d"]) {
        await go(page, path);
        expect(await ready(page, null)).toBe("ready");
      }
      await page.evaluate(() => history.replaceState(null, "", "#other"));
      expect(await ready(page, null)).toBe("ready");
      const routes = ["/h5/act/1/a", "/h5/act/1/b?x=1", "/h5/act/1/c"].map((path) => `${origin}${path}`);
      expect(signed).toEqual(phone === "iPhone" ? [landing] : [landing, ...routes]);

      const data = join(house().folder, "data-sandbox");
      const key = execFileSync(binary(), ["key", "create", `h5-${phone}`, "--scope", "media:write,media:read", "--data", data], { encoding: "utf8" }).trim();
      const headers = { authorization: `Bearer ${key}` };
      // A running server sees a new key within two seconds.
      let ticket = "";
      await expect(async () => {
        const given = await request.post(`${ours}/api/v1/media/tickets`, { headers, data: { user_id: phone } });
        expect(given.status()).toBe(201);
        ticket = (await given.json()).ticket;
      }).toPass({ timeout: 5_000 });
      const chooser = page.waitForEvent("filechooser");
      const uploaded = page.evaluate((given) => (window as any).wxdesk.uploadImage({ ticket: () => given, answer_title: "H5", question_id: 3 }), ticket);
      await (await chooser).setFiles(join(root, "src", "sandbox", "scenes", "bird.jpg"));
      const { id } = await uploaded;
      await expect.poll(async () => (await (await request.get(`${ours}/api/v1/media/${id}`, { headers })).json()).state, { timeout: 2_000 }).toBe("stored");
    });

    test("tries once more with a fresh signature, and then says what the app said", async ({ page, signed }) => {
      const { page: origin, ours } = places();
      let spoil = 1;
      await page.route(`${ours}/api/v1/jssdk/signature**`, async (route) => {
        const answer = await route.fetch();
        const config = await answer.json();
        if (spoil-- > 0) config.signature = "0".repeat(40);
        await route.fulfill({ response: answer, json: config });
      });
      await page.goto(`${origin}/h5/act/2`);
      expect(await ready(page)).toBe("ready");
      expect(signed.length).toBe(2);
      spoil = 2;
      expect(await ready(page, { jsApiList: ["getLocation"] })).toMatch(/^refused: config:/);
      expect(signed.length).toBe(4);
      expect(await ready(page, null), "the next one starts afresh").toBe("ready");
    });
  });
}

test("a server that has too much to do is asked once more, a moment later", async ({ page, signed, expected }) => {
  const { page: origin, ours } = places();
  expected.allow(503);
  let busy = 1;
  await page.route(`${ours}/api/v1/jssdk/signature**`, async (route) => {
    if (busy-- <= 0) return route.continue();
    const headers = { "access-control-allow-origin": origin, "retry-after": "1" };
    await route.fulfill({ status: 503, headers, contentType: "application/problem+json", body: JSON.stringify({ code: "overloaded", detail: "Too much" }) });
  });
  await page.goto(`${origin}/h5/act/4`);
  expect(await ready(page)).toBe("ready");
  expect(signed.length).toBe(2);
});

test("a page that is not listed hears why", async ({ page, signed, expected }) => {
  const { page: origin, ours } = places();
  expected.allow(403);
  await page.route(`${ours}/api/v1/jssdk/signature**`, async (route) => {
    const url = new URL(route.request().url());
    url.searchParams.set("url", "https://elsewhere.example/");
    await route.fulfill({ response: await route.fetch({ url: url.href }) });
  });
  await page.goto(`${origin}/h5/act/3`);
  expect(await ready(page)).toMatch(/^url_not_allowed: /);
  expect(signed.length).toBe(1);
});
