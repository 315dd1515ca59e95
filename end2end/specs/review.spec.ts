// Pictures are judged and taken along with nothing but links and forms; axe finds nothing on the way.
import { readFileSync } from "node:fs";
import { axe, expect, fits, house, test, visit } from "../house";

test("the desk: pass, reject with a reason, undo, and the gallery knows", async ({ page, expected }) => {
  await visit(page, "/media/desk");
  await expect(page).toHaveURL(/\/media\/desk\?at=[0-9a-f]{32}/);
  const first = page.url();
  const reject = page.locator(".verdict").getByRole("button", { name: "退回" });
  await reject.click();
  expect(page.url(), "without a reason the browser keeps the form").toBe(first);
  await page.getByRole("radio", { name: "看不清" }).check();
  await page.getByPlaceholder(/附言/).fill("端到端");
  await axe(page);
  await fits(page);
  await reject.click();
  await expect(page).not.toHaveURL(first);
  await expect(page.getByText(/已退回 .*：看不清/)).toBeVisible();
  await page.getByRole("button", { name: "撤销" }).click();
  await expect(page).toHaveURL(first);
  await page.locator(".verdict").getByRole("button", { name: "通过" }).click();
  await expect(page).not.toHaveURL(first);
  await visit(page, "/media?review=passed");
  await expect(page.locator(".tile .mark").first()).toBeVisible();
  await axe(page);
});

test("two people are never given the same picture", async ({ page, browser, expected }) => {
  const { base } = house();
  await visit(page, "/users");
  const name = "林一帆";
  const form = page.locator("form").filter({ has: page.locator("#password") });
  await form.locator("#name").fill(name);
  await form.locator("#password").fill("correct horse 审图");
  await form.locator("[name=role][value=reviewer]").check({ force: true });
  await form.getByRole("button").click();
  await expect(page.getByRole("link", { name }).first()).toBeVisible();

  const other = await (await browser.newContext({ storageState: undefined, locale: "zh-CN" })).newPage();
  await other.goto(`${base}/login`);
  await other.getByLabel("账号").fill(name);
  await other.getByLabel("密码", { exact: true }).fill("correct horse 审图");
  await other.getByRole("button", { name: "登录" }).click();
  await other.waitForURL((url) => url.pathname !== "/login");
  await visit(page, "/media/desk");
  await other.goto(`${base}/media/desk`);
  expect(other.url()).not.toBe(page.url());
  await other.goto(page.url());
  await expect(other.getByText("周敏 正在看这张")).toBeVisible();
  await expect(other.locator("#verdict")).toHaveCount(0);
  await other.context().close();
});

test("selected pictures come as a ZIP with a list", async ({ page, expected }) => {
  await visit(page, "/media?state=stored");
  const bar = page.locator(".selbar");
  await expect(bar).toBeHidden();
  for (const at of [0, 2, 3]) await page.locator(".tile .pick input").nth(at).check({ force: true });
  await expect(bar).toBeVisible();
  await axe(page);
  const download = page.waitForEvent("download");
  await bar.getByRole("button", { name: "下载 ZIP" }).click();
  const zip = readFileSync(await (await download).path());
  // The end record of a ZIP holds the number of entries.
  expect(zip.readUInt16LE(zip.lastIndexOf("PK\x05\x06", undefined, "latin1") + 10)).toBe(4);
  await bar.getByRole("button", { name: "取消" }).click();
  await expect(bar).toBeHidden();
});

test("a frame drawn with the mouse selects what it touches and opens nothing", async ({ page, expected }) => {
  // One day of those that were there before: nothing comes to it meanwhile, neither new nor older ones.
  const day_before = new Date(Date.now() - 64 * 3_600_000).toISOString().slice(0, 10);
  await visit(page, `/media?state=stored&size=s&from=${day_before}&to=${day_before}`);
  const tiles = page.locator(".tile:has(.pick)");
  const picked = page.locator(".tile .pick input:checked");
  const [first, second, third] = await Promise.all([0, 1, 2].map(async (at) => (await tiles.nth(at).boundingBox())!));
  const draw = async (from: { x: number; y: number }, to: { x: number; y: number }) => {
    await page.mouse.move(from.x, from.y);
    await page.mouse.down();
    await page.mouse.move(to.x, to.y, { steps: 5 });
  };
  await draw({ x: first!.x + 8, y: first!.y + 60 }, { x: second!.x + 8, y: second!.y + 80 });
  await expect(page.locator(".drawn")).toBeVisible();
  await expect(picked).toHaveCount(2);
  await page.mouse.up();
  await expect(page.locator(".drawn")).toHaveCount(0);
  await expect(page.locator("dialog[open]")).toHaveCount(0);
  expect(new URL(page.url()).pathname, "no tile was opened").toBe("/media");
  await draw({ x: third!.x + 20, y: third!.y + 60 }, { x: third!.x + 40, y: third!.y + 80 });
  await page.mouse.up();
  await expect(picked, "what was selected stays").toHaveCount(3);
  await page.locator(".tile > a:has(img)").first().click();
  await expect(page.locator("dialog.lightbox"), "a click is a click").toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.locator("dialog[open]")).toHaveCount(0);
  await expect(picked, "what was closed was the picture").toHaveCount(3);
  await page.keyboard.press("Escape");
  await expect(picked).toHaveCount(0);
  const day = page.locator(".day").first();
  await day.getByRole("button", { name: "全选当天" }).click();
  await expect(picked).toHaveCount(await day.locator(".pick input").count());
  await day.getByRole("button", { name: "全选当天" }).click();
  await expect(picked).toHaveCount(0);
});

test("a selection goes along and is judged in one go", async ({ page, expected }) => {
  await visit(page, "/media?state=stored");
  const boxes = page.locator(".tile .pick input");
  await boxes.nth(0).check({ force: true });
  await boxes.nth(2).click({ force: true, modifiers: ["Shift"] });
  await page.getByRole("navigation", { name: "显示大小" }).getByRole("link", { name: "大" }).click();
  await expect(page).toHaveURL(/size=l.*sel=/);
  await expect(page.locator(".tile .pick input:checked")).toHaveCount(3);
  await fits(page);
  await page.locator(".selbar").getByRole("button", { name: "审图" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("一起审 3 张");
  await axe(page);
  await fits(page);
  await page.locator("#verdict").getByRole("button", { name: "通过" }).click();
  await expect(page.getByText(/已通过 \d 张/)).toBeVisible();
  await visit(page, "/media?state=stored");
  await page.locator(".page-head details summary").click();
  await axe(page);
  await page.getByRole("link", { name: "审这些图片" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(/一起审 \d+ 张/);
});

test("disagreements have their page", async ({ page, expected }) => {
  await visit(page, "/media/opinions");
  await axe(page);
  await fits(page);
  await page.getByRole("link", { name: "已定" }).click();
  await expect(page).toHaveURL(/state=decided/);
});
