// The demo page on the simulator's phone, as iPhone and as Android, and the doctor's list of what pages report.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { type Browser } from "@playwright/test";
import { axe, expect, fits, house, STATE, test as base, visit } from "../house";
import { root } from "../where.mjs";

const sdk = `(function () { var module = {};\n${readFileSync(createRequire(import.meta.url).resolve("weixin-js-sdk"), "utf8")}\nwindow.wx = module.exports; })();`;

const test = base.extend({
  page: async ({ page }, use) => {
    await page.route("https://res.wx.qq.com/open/js/jweixin-1.6.0.js", (route) => route.fulfill({ contentType: "text/javascript", body: sdk }));
    await use(page);
  },
  storageState: { cookies: [], origins: [] },
});

/** A page of an administrator, beside the phone. */
async function desk(browser: Browser) {
  const context = await browser.newContext({ baseURL: house().base, storageState: STATE });
  return { page: await context.newPage(), close: () => context.close() };
}

for (const [phone, name] of [["iphone", "iPhone"], ["android", "安卓"]] as const) {
  test(`the demo page signs, follows its router and uploads, as ${phone}`, async ({ page, browser }) => {
    await page.goto("/sandbox/phone");
    const opened = page.context().waitForEvent("page");
    const link = page.getByRole("link", { name, exact: true });
    await expect(link).toHaveAttribute("href", `/sandbox/h5/${phone}`);
    await link.click();
    await (await opened).close();

    await page.goto(`/sandbox/h5/${phone}`);
    const { base } = house();
    const log = page.getByRole("log");
    await expect(log).toContainText("微信接受了签名");
    await expect(page.locator("#signed")).toHaveText(`${base}/sandbox/h5/${phone}`);
    await axe(page);
    await fits(page);
    await page.getByRole("link", { name: "第二页" }).click();
    await expect(log.getByRole("listitem")).toHaveCount(3);
    await expect(page).toHaveURL(`/sandbox/h5/${phone}/two?id=7`);
    for (const [place, view] of [["three", "第三页"], ["", "第一页"], ["two", "第二页"]] as const) {
      const before = await log.getByRole("listitem").count();
      await page.getByRole("link", { name: view }).click();
      await expect(log.getByRole("listitem")).toHaveCount(before + 2);
      await expect(log.getByRole("listitem").last()).toHaveText(phone === "iphone" ? "iPhone 仍按进入时的地址核对，不用重签" : "微信接受了签名");
      await expect(page).toHaveURL(new RegExp(`/sandbox/h5/${phone}(/${place}|)(\\?|#|$)`));
    }
    // An iPhone goes on comparing the address it landed at; Android wants the present one.
    await expect(page.locator("#signed")).toHaveText(phone === "iphone" ? `${base}/sandbox/h5/iphone` : `${base}/sandbox/h5/android/two?id=7`);
    const chooser = page.waitForEvent("filechooser");
    await page.getByRole("button", { name: "选一张图片上传" }).click();
    await (await chooser).setFiles(join(root, "src", "sandbox", "scenes", "bird.jpg"));
    await expect(log).toContainText("图片已登记");
    // Seen among the pictures within two seconds, its thumbnail included.
    const filed = Date.now();
    const id = /图片已登记 (\w+)/.exec((await log.textContent()) ?? "")?.[1];
    const { page: pictures, close } = await desk(browser);
    const shown = async () => (await (await pictures.request.get("/media")).text()).includes(`/media/${id}`) && (await pictures.request.get(`/media/${id}/thumb`)).ok();
    await expect.poll(shown, { intervals: [50], timeout: 2_000 - (Date.now() - filed) }).toBe(true);
    await close();
    await expect(page.getByRole("img", { name: "图片" })).toBeVisible();
    await page.reload();
    await expect(log).toContainText("微信接受了签名");
  });
}

test("a failure on the phone shows up in the doctor by itself, and opens there", async ({ page, browser }) => {
  const { page: doctor, close } = await desk(browser);
  await visit(doctor, "/jssdk");
  await doctor.getByLabel("手机上的页面地址").fill("https://typed.example.com/stays");
  await page.goto("/sandbox/h5/android");
  await page.getByRole("button", { name: "换地址，不重签" }).click();
  await expect(page.getByRole("log")).toContainText("没有成功 config");
  const list = doctor.locator("#failures");
  const row = list.getByRole("row").filter({ hasText: "/sandbox/h5/android/unsigned" });
  await expect(row).toBeVisible({ timeout: 15_000 });
  await expect(row).toContainText("安卓 8.0.50");
  await expect(row).toContainText("换路由没有重签");
  await expect(list).toContainText(/今天 \d+ 次，占签名的 \d+\.\d%/);
  await expect(doctor.getByLabel("手机上的页面地址")).toHaveValue("https://typed.example.com/stays");
  await row.getByRole("link").click();
  await expect(doctor.getByRole("heading", { name: "手机上报的是这一条" })).toBeVisible();
  await expect(doctor.getByLabel("手机上的页面地址")).toHaveValue(/\/sandbox\/h5\/android\/unsigned\?at=/);
  await expect(doctor.getByText(/从第 \d+ 个字符起不同/)).toBeVisible();
  await expect(doctor.getByRole("img", { name: "这个页面的二维码" })).toBeVisible();
  await axe(doctor);
  await fits(doctor);
  await close();
});

test("an open tag shows once the signature is taken, and only if wx.config named it", async ({ page }) => {
  await page.route(/^https:\/\/res2?\.wx\.qq\.com\//, (route) => route.abort());
  await page.goto("/sandbox/h5/android");
  const log = page.getByRole("log");
  await expect(log).toContainText("微信接受了签名");
  await page.getByRole("button", { name: "打开小程序" }).click();
  await expect(log).toContainText("在手机上会打开小程序");
  const told = await page.evaluate(() => new Promise((done) => {
    const tag = document.createElement("wx-open-audio");
    tag.addEventListener("error", (event) => done((event as CustomEvent).detail.errMsg));
    document.body.append(tag);
  }));
  expect(told).toContain("not in openTagList");
  await axe(page);
});

test("an iPhone does not mind, because it compares where it landed", async ({ page }) => {
  await page.goto("/sandbox/h5/iphone");
  const accepted = page.getByRole("listitem").filter({ hasText: "微信接受了签名" });
  await expect(accepted).toHaveCount(1);
  await page.getByRole("button", { name: "换地址，不重签" }).click();
  await expect(accepted).toHaveCount(2, { timeout: 5_000 });
  await expect(page.getByRole("log")).not.toContainText("没有成功");
});

test("without the internet the simulator's own JS-SDK stands in, and the page says so", async ({ page }) => {
  await page.route(/^https:\/\/res2?\.wx\.qq\.com\//, (route) => route.abort());
  await page.goto("/sandbox/h5/android");
  const log = page.getByRole("log");
  await expect(log.getByRole("listitem").first()).toHaveText("连不上 res.wx.qq.com，改用模拟的 JS-SDK");
  await expect(log.getByRole("listitem").last()).toHaveText("微信接受了签名");
  await page.getByRole("link", { name: "第二页" }).click();
  await expect(log.getByRole("listitem")).toHaveCount(4);
  await expect(log.getByRole("listitem").last()).toHaveText("微信接受了签名");
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "选一张图片上传" }).click();
  await (await chooser).setFiles(join(root, "src", "sandbox", "scenes", "bird.jpg"));
  await expect(log).toContainText("图片已登记");
  await expect(page.getByRole("img", { name: "图片" })).toBeVisible();
  const known = await page.evaluate(() => new Promise((done) => (window as any).wx.checkJsApi({ jsApiList: ["chooseImage", "nothing"], success: (answer: any) => done(answer.checkResult) })));
  expect(known).toEqual({ chooseImage: true, nothing: false });
  await page.getByRole("button", { name: "换地址，不重签" }).click();
  await expect(log).toContainText("没有成功 config:invalid signature");
});
