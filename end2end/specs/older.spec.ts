// Older pictures come by themselves near the foot of the gallery: by day, selected and leafed through like the others, there again on the way
// back. After three pages, where that fails, and without scripts there is the link.
import { readFileSync } from "node:fs";
import { type Page } from "@playwright/test";
import { STATE, axe, expect, fits, house, test, visit } from "../house";
import { entries } from "../pictures";

const DAY = 86_400_000;
const day = (ago: number) => new Date(Date.now() + DAY / 3 - ago * DAY).toISOString().slice(0, 10);
// Days before today: what other specs send does not come in between.
const WEEK = `/media?state=stored&from=${day(8)}&to=${day(1)}`;
const WORDS = {
  zh: { grown: /^又显示 \d+ 张更早的图片，现在共 (\d+) 张$/, older: "更早的图片", day: "全选当天", zip: "下载 ZIP", large: "大", elsewhere: "别的页 1 张" },
  en: { grown: /^\d+ older pictures added, (\d+) in all$/, older: "Older pictures", day: "Select the day", zip: "Download ZIP", large: "Large", elsewhere: "1 on other pages" },
};

const tiles = (page: Page) => page.locator(".tile");
const foot = (page: Page) => page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
/** Where no row lies half below something that stays. */
const top = (page: Page) => page.evaluate(() => scrollTo(0, 0));
const ids = (page: Page) => page.locator(".tile > a").evaluateAll((links) => links.map((link) => new URL((link as HTMLAnchorElement).href).pathname));

/** What the list holds, page by page as it is without scripts. */
async function listed(page: Page, path: string): Promise<string[][]> {
  const html = await (await page.request.get(house().base + path)).text();
  const here = [...html.matchAll(/<li class="tile[^"]*"><a href="(\/media\/[0-9a-f]{32})/g)].map((found) => found[1]!);
  const next = html.match(/<a rel="next" href="([^"]+)"/)?.[1]?.replaceAll("&amp;", "&");
  return next ? [here, ...(await listed(page, next))] : [here];
}

/** Scrolls until so many pages are there. */
async function grown(page: Page, count: number) {
  await expect(async () => {
    await foot(page);
    expect(await tiles(page).count()).toBeGreaterThanOrEqual(count);
  }).toPass({ timeout: 20_000 });
}

for (const lang of ["zh", "en"] as const) {
  test(`older pictures come near the foot, each day once, ${lang}`, async ({ page, context, expected }) => {
    const w = WORDS[lang];
    await context.addCookies([{ name: "lang", value: lang, url: house().base }]);
    const whole = await listed(page, WEEK);
    const count = whole.flat().length;
    expect(whole.length, "more pages than come by themselves at once").toBeGreaterThan(2);
    await visit(page, WEEK);
    await grown(page, whole.slice(0, 4).flat().length);
    expect(await ids(page)).toEqual(whole.slice(0, 4).flat());
    const names = await page.locator(".day h2").allTextContents();
    expect(new Set(names).size, `each day has one heading: ${names}`).toBe(names.length);
    await expect(page.locator("[data-grown]")).toHaveText(w.grown);
    if (whole.length <= 4) await expect(page.getByRole("link", { name: w.older })).toHaveCount(0);
    await top(page);
    await axe(page);
    await fits(page);

    // Leafing brings what is left, and one comes back to where one was.
    const seen = whole.slice(0, 4).flat().length - 1;
    await tiles(page).nth(seen).locator("> a").click();
    await expect(page.locator("dialog.lightbox [data-part=at]")).toContainText(String(Math.min(count, whole.slice(0, 5).flat().length)));
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("Escape");
    await expect(tiles(page).nth(seen - 1).locator("> a")).toBeFocused();
    expect(await ids(page)).toEqual(whole.slice(0, 5).flat());
  });

  test(`what is selected is selected wherever it came from, and weighed, ${lang}`, async ({ page, context, expected }) => {
    const w = WORDS[lang];
    await context.addCookies([{ name: "lang", value: lang, url: house().base }]);
    await visit(page, WEEK);
    const size = page.locator(".selbar [data-size]");
    const boxes = page.locator(".pick input");
    await boxes.nth(0).check({ force: true });
    await expect(size).toHaveText(/^ · [\d.]+ [KM]B$/);
    const light = await size.textContent();
    await grown(page, 120);
    await boxes.nth(70).check({ force: true });
    expect(await size.textContent()).not.toBe(light);
    const chosen = await boxes.nth(70).getAttribute("value");
    await top(page);
    await axe(page);

    // Carried on to a page that does not show it yet, then met again.
    await boxes.nth(0).uncheck({ force: true });
    const weight = await size.textContent();
    await page.locator("nav.segmented").getByRole("link", { name: w.large }).click();
    await expect(page).toHaveURL(/size=l.*sel=/);
    await expect(page.locator(".selbar")).toContainText(w.elsewhere);
    await expect(size).toHaveText(weight!);
    await grown(page, 120);
    await expect(page.locator(`.pick input[value="${chosen}"]`)).toBeChecked();
    await expect(page.locator(".selbar")).not.toContainText(w.elsewhere);
    await expect(size, "not counted twice").toHaveText(weight!);
    await boxes.nth(1).check({ force: true });
    const download = page.waitForEvent("download");
    await page.locator(".selbar").getByRole("button", { name: w.zip }).click();
    expect(entries(readFileSync(await (await download).path())).length, "two and the list").toBe(3);

    // A day over two pages is one day.
    await page.evaluate(() => document.querySelectorAll<HTMLInputElement>(".pick input:checked").forEach((box) => box.click()));
    await expect(page.locator(".selbar")).toBeHidden();
    const long = page.locator(".day").filter({ has: page.locator(`input[value="${await boxes.nth(60).getAttribute("value")}"]`) });
    await long.getByRole("button", { name: w.day }).click();
    await expect(page.locator(".pick input:checked")).toHaveCount(await long.locator(".pick input").count());
  });
}

test("on the way back as much is shown as before, and the same part of it", async ({ page, expected }) => {
  await visit(page, WEEK);
  await grown(page, 120);
  await tiles(page).nth(100).scrollIntoViewIfNeeded();
  // One of the first page and one that came by itself.
  const chosen = await Promise.all([3, 90].map((at) => page.locator(".pick input").nth(at).getAttribute("value")));
  for (const at of [3, 90]) await page.locator(".pick input").nth(at).check({ force: true });
  await tiles(page).nth(100).scrollIntoViewIfNeeded();
  const [count, at] = [await tiles(page).count(), await page.evaluate(() => scrollY)];
  await page.evaluate(() => document.querySelector<HTMLAnchorElement>(".tabs a[href$='/media/board']")!.click());
  await expect(page).toHaveURL(/\/media\/board/);
  await page.goBack();
  await expect.poll(() => tiles(page).count()).toBeGreaterThanOrEqual(count);
  await expect.poll(async () => Math.abs((await page.evaluate(() => scrollY)) - at)).toBeLessThan(4);
  const still = await page.locator(".pick input:checked").evaluateAll((boxes) => boxes.map((box) => (box as HTMLInputElement).value));
  expect(still, "and what was selected").toEqual(chosen);
});

test("the link stays after three pages, where nothing comes, and without scripts", async ({ page, browser, expected }) => {
  const all = await listed(page, "/media?state=stored&size=s");
  expect(all.length).toBeGreaterThan(4);
  await visit(page, "/media?state=stored&size=s");
  await grown(page, 240);
  await foot(page);
  const link = page.getByRole("link", { name: "更早的图片" });
  await expect(link).toBeVisible();
  expect(await tiles(page).count(), "the foot can be reached").toBe(all.slice(0, 4).flat().length);
  await link.click();
  await expect(page).toHaveURL(/before=/);
  expect((await ids(page))[0]).toBe(all[4]![0]);

  expected.allow(500);
  await page.route(/[?&]before=/, (route) => (route.request().resourceType() === "fetch" ? route.fulfill({ status: 500, body: "" }) : route.continue()));
  await visit(page, "/media?state=stored");
  await foot(page);
  await link.click();
  await expect(page).toHaveURL(/before=/);
  await expect(tiles(page).first()).toBeVisible();

  const plain = await (await browser.newContext({ storageState: STATE, baseURL: house().base, locale: "zh-CN", javaScriptEnabled: false })).newPage();
  await plain.goto("/media?state=stored");
  await plain.getByRole("link", { name: "更早的图片" }).click();
  expect((await ids(plain))[0]).toBe(all[1]![0]);
  await plain.context().close();
});

test("the focus is not lost with the link that goes", async ({ page, expected }) => {
  const two = (await Promise.all([1, 2, 3, 4, 5].map(async (ago) => ({ path: `/media?state=stored&size=l&from=${day(ago + 1)}&to=${day(ago)}`, pages: await listed(page, `/media?state=stored&size=l&from=${day(ago + 1)}&to=${day(ago)}`) })))).find(({ pages }) => pages.length === 2)!;
  await visit(page, two.path);
  await page.getByRole("link", { name: "更早的图片" }).focus();
  await expect(page.getByRole("link", { name: "更早的图片" })).toHaveCount(0);
  await expect(tiles(page).nth(60).locator("> a")).toBeFocused();
  // Back to the newest from in between, and newer ones than the page shows, one by one.
  const middle = `${two.path}&before=${two.pages[0]![59]!.slice(-32)}`;
  await visit(page, middle);
  await page.waitForFunction(() => document.documentElement.dataset.large === "true");
  await tiles(page).first().locator("> a").click();
  for (const path of two.pages[0]!.slice(-3).reverse()) {
    await page.keyboard.press("ArrowLeft");
    await expect(page).toHaveURL(new RegExp(path));
  }
  await axe(page);
  await page.keyboard.press("ArrowRight");
  await expect(page).toHaveURL(new RegExp(two.pages[0]![58]!));
  await expect(page.locator(".lightbox-film [aria-current]")).toHaveCount(1);
  await page.keyboard.press("Escape");
  await expect(page.locator("dialog[open]")).toHaveCount(0);
});
