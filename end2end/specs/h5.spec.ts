// The helper for H5 pages in a real browser, as iPhone and as Android, on a page of another origin with a strict policy.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { type APIRequestContext, type Page, type Route } from "@playwright/test";
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

type Beacon = { code: string; message: string; ios: boolean; way: string };

const test = base.extend<{ signed: string[]; beacons: Beacon[] }>({
  // What the page tells the doctor; whether wxdesk takes it is asked by the integration tests.
  beacons: async ({ page }, use) => {
    const told: Beacon[] = [];
    page.on("request", (request) => {
      if (new URL(request.url()).pathname === "/api/v1/jssdk/errors") told.push({ ...JSON.parse(request.postData() ?? "{}"), way: request.resourceType() });
    });
    await use(told);
  },
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
<script src="${ours}/h5/wxdesk.js" data-app="wxsandbox0000001" data-tickets="/h5/act/my/ticket" crossorigin></script><body></body></html>`,
      }));
    await use(asked);
  },
  storageState: { cookies: [], origins: [] },
});

const ready = (page: Page, options: object | null = { jsApiList: ["chooseImage", "uploadImage"] }) =>
  page.evaluate((wanted) => (window as any).wxdesk.ready(wanted).then(() => "ready", (error: any) => `${error.code}: ${error.message}`), options);
const go = (page: Page, to: string) => page.evaluate((path) => history.pushState(null, "", path), to);

/** A key that may file pictures, once the running server has seen it. */
async function ticketFor(request: APIRequestContext, name: string, data: object) {
  const folder = join(house().folder, "data-sandbox");
  const key = execFileSync(binary(), ["key", "create", name, "--scope", "media:write,media:read", "--data", folder], { encoding: "utf8" }).trim();
  const headers = { authorization: `Bearer ${key}` };
  let ticket = "";
  await expect(async () => {
    const given = await request.post(`${places().ours}/api/v1/media/tickets`, { headers, data });
    expect(given.status()).toBe(201);
    ticket = (await given.json()).ticket;
  }).toPass({ timeout: 5_000 });
  return { ticket, headers };
}

const later = (ms: number) => async (route: Route) => {
  await new Promise((done) => setTimeout(done, ms));
  await route.continue();
};
const bird = join(root, "src", "sandbox", "scenes", "bird.jpg");

for (const [phone, userAgent] of Object.entries(PHONES)) {
  test.describe(phone, () => {
    test.use({ userAgent });

    for (const [moves, gap, signing, checking] of [[2, 100, 300, 50], [6, 15, 300, 50], [4, 150, 80, 200], [3, 90, 60, 700]] as const) {
      test(`${moves} moves ${gap} ms apart end at the last page, and nobody is told of a failure`, async ({ page, signed, beacons }) => {
        const { page: origin, ours } = places();
        await page.goto(`${origin}/h5/act/5`);
        expect(await ready(page)).toBe("ready");
        await page.route(`${ours}/api/v1/jssdk/signature**`, later(signing));
        await page.route(`${origin}/sandbox/phone/check-signature**`, later(checking));
        for (let at = 1; at <= moves; at++) {
          await go(page, `/h5/act/5/${at}`);
          await page.waitForTimeout(gap);
        }
        expect(await ready(page, null)).toBe("ready");
        expect(signed.at(-1)).toBe(phone === "iPhone" ? `${origin}/h5/act/5` : `${origin}/h5/act/5/${moves}`);
        expect(signed.length).toBeLessThanOrEqual(moves + 2);
        // Whatever was still under way has come in by then.
        await page.waitForTimeout(checking + 200);
        expect(beacons).toEqual([]);
        expect(await ready(page, null), "and it stays so").toBe("ready");
        const allowed = await page.evaluate(() => new Promise((done) => (window as any).wx.getLocation({ success: () => done("ok"), fail: (answer: any) => done(answer.errMsg) })));
        expect(allowed, "what was not asked for is not given").toBe("getLocation:permission denied");
      });
    }

    test("one call uploads a picture, without ready before it and by a ticket of the page's own server", async ({ page, signed, beacons, request }) => {
      const { page: origin, ours } = places();
      const { ticket, headers } = await ticketFor(request, `own-${phone}`, { user_id: 42, answer_title: "第一周" });
      const asked: unknown[] = [];
      for (const [body, title] of [[JSON.stringify({ ticket }), "第一周"], [`${ticket}\n`, "第一周"]] as const) {
        await page.goto(`${origin}/h5/act/6`);
        await page.route(`${origin}/h5/act/my/ticket`, async (route) => {
          expect(route.request().headers()["content-type"]).toBe("application/json");
          asked.push(route.request().postDataJSON());
          await route.fulfill({ body });
        });
        const chooser = page.waitForEvent("filechooser");
        const uploaded = page.evaluate((answer_title) => (window as any).wxdesk.uploadImage({ user_id: 42, answer_title, question_id: 3 }), title);
        await (await chooser).setFiles(bird);
        const { id } = await uploaded;
        const picture = await (await request.get(`${ours}/api/v1/media/${id}`, { headers })).json();
        expect([picture.user_id, picture.answer_title, picture.question_id]).toEqual(["42", "第一周", "3"]);
      }
      expect(asked[0]).toEqual({ user_id: 42, answer_title: "第一周", question_id: 3 });
      expect([signed.length, beacons]).toEqual([2, []]);
    });

    test("a call that was not asked for is told, and a page without a ticket hears so", async ({ page, signed, beacons }) => {
      const { page: origin } = places();
      await page.goto(`${origin}/h5/act/7`);
      expect(await ready(page, { jsApiList: ["getLocation"] })).toBe("ready");
      const upload = () => page.evaluate(() => (window as any).wxdesk.uploadImage({ user_id: 42 }).then(() => "done", (error: any) => `${error.code}: ${error.message}`));
      expect(await upload()).toBe("failed: chooseImage:permission denied");
      // A beacon leaves on its own; the page does not wait for it.
      await expect.poll(() => beacons.map((beacon) => [beacon.code, beacon.message])).toEqual([["failed", "chooseImage:permission denied"]]);
      expect(await ready(page)).toBe("ready");
      await page.route(`${origin}/h5/act/my/ticket`, (route) => route.fulfill({ status: 500, body: "Oops" }));
      const chooser = page.waitForEvent("filechooser");
      const refused = upload();
      await (await chooser).setFiles(bird);
      expect(await refused).toBe("http: HTTP 500");
      expect([signed.length, beacons.length]).toEqual([2, 1]);
    });

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

      const { ticket, headers } = await ticketFor(request, `h5-${phone}`, { user_id: phone });
      const chooser = page.waitForEvent("filechooser");
      const uploaded = page.evaluate((given) => (window as any).wxdesk.uploadImage({ ticket: () => given, answer_title: "H5", question_id: 3 }), ticket);
      await (await chooser).setFiles(bird);
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

test("an old browser tells as well, and an iPad that calls itself a Mac says what it is", async ({ page, signed, beacons, expected }) => {
  const { page: origin, ours } = places();
  expected.allow(403);
  await page.addInitScript(() => Object.assign(window, { __wxjs_is_wkwebview: true }));
  await page.route(`${ours}/api/v1/jssdk/signature**`, async (route) => {
    const url = new URL(route.request().url());
    url.searchParams.set("url", "https://elsewhere.example/");
    await route.fulfill({ response: await route.fetch({ url: url.href }) });
  });
  await page.route("https://res.wx.qq.com/**", (route) => route.fulfill({ contentType: "text/javascript", body: "window.wx = { config: function () {} };" }));
  await page.goto(`${origin}/h5/act/8`);
  await page.evaluate(() => Object.assign(window, { fetch: undefined }));
  expect(await ready(page)).toMatch(/^url_not_allowed: /);
  await expect.poll(() => beacons.map((beacon) => [beacon.code, beacon.ios, beacon.way])).toEqual([["url_not_allowed", true, "ping"]]);
  expect(signed.length).toBe(1);
});
