// A picture large over the gallery: by keys, buttons, wheel and fingers, and back to where one was; on its own page it zooms and turns too.
import { type Page } from "@playwright/test";
import { STATE, axe, expect, fits, house, test, visit } from "../house";
import { scene, send, stored } from "../pictures";

// Whoever begins anew after a failure must not meet what was sent before.
const TITLE = `看大图 ${Date.now() % 100_000}`;
const LIST = `/media?title=${encodeURIComponent(TITLE)}`;
const WORDS = {
  zh: { close: "关闭", next: "下一张", larger: "放大", fit: "适合窗口", details: "详情", pick: "选择这张", right: "向右旋转", at: "本页第 2 张，共 4 张", fresh: "有 1 张新图片" },
  en: { close: "Close", next: "Next picture", larger: "Zoom in", fit: "Fit the window", details: "Details", pick: "Select this picture", right: "Rotate right", at: "2 of 4 on this page", fresh: "1 new picture" },
};

const dialog = (page: Page) => page.locator("dialog.lightbox");
const tile = (page: Page, at: number) => page.locator(".tile > a:has(img)").nth(at);
const image = (page: Page) => page.locator(".lightbox .zoom img");
const width = async (page: Page, selector = ".lightbox .zoom-sheet") => (await page.locator(selector).boundingBox())!.width;
/** Opens the list, its scripts awake. */
async function list(page: Page, path = LIST) {
  await visit(page, path);
  await page.waitForFunction(() => document.documentElement.dataset.large === "true");
}

test.beforeAll(async ({ browser }) => {
  const page = await (await browser.newContext({ storageState: STATE, baseURL: house().base })).newPage();
  for (const [at, name] of ["bird", "lake", "reeds", "bird"].entries()) await send(page, `小满${at}`, TITLE, `q${at}`, scene(name));
  await stored(page, TITLE, 4);
  await page.context().close();
});

for (const lang of ["zh", "en"] as const) {
  for (const scheme of ["light", "dark"] as const) {
    test(`over the list and back, ${lang}, ${scheme}`, async ({ page, context, expected }) => {
      const w = WORDS[lang];
      await context.addCookies([{ name: "lang", value: lang, url: house().base }]);
      await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
      await list(page);
      const [first, second] = [await tile(page, 0).getAttribute("href"), await tile(page, 1).getAttribute("href")];
      await tile(page, 0).click();
      await expect(dialog(page)).toBeVisible();
      expect(page.url()).toBe(house().base + first);
      await expect.poll(() => image(page).getAttribute("src")).toContain("/file");
      await axe(page);
      await fits(page);

      await page.keyboard.press("ArrowRight");
      await expect(dialog(page)).toContainText(w.at);
      expect(page.url()).toBe(house().base + second);
      const film = dialog(page).locator(".lightbox-film a");
      await expect(film).toHaveCount(4);
      await expect(film.nth(1)).toHaveAttribute("aria-current", "true");
      await film.nth(3).click();
      await expect(film.nth(3)).toHaveAttribute("aria-current", "true");
      expect(page.url()).toBe(house().base + (await film.nth(3).getAttribute("href"))!.replace(house().base, ""));
      await film.nth(1).click();
      expect(page.url()).toBe(house().base + second);
      await dialog(page).getByRole("button", { name: w.details }).first().click();
      await expect(dialog(page).locator("dl")).toContainText("SHA-256");
      await axe(page);
      await page.keyboard.press("i");
      await expect(dialog(page).locator("dl")).toBeHidden();

      // Zoom by key, wheel and click; drag; turn.
      const whole = await width(page);
      await page.keyboard.press("+");
      await expect.poll(() => width(page)).toBeGreaterThan(whole * 1.3);
      await axe(page);
      const box = (await page.locator(".lightbox .zoom").boundingBox())!;
      await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
      await page.mouse.wheel(0, -600);
      await expect.poll(() => width(page)).toBeGreaterThan(whole * 2);
      const left = () => page.locator(".lightbox .zoom").evaluate((one) => one.scrollLeft);
      const before = await left();
      await page.mouse.down();
      await page.mouse.move(box.x + box.width / 2 - 120, box.y + box.height / 2, { steps: 4 });
      await page.mouse.up();
      expect(await left()).toBeGreaterThan(before + 60);
      await page.keyboard.press("0");
      await expect.poll(() => width(page)).toBe(whole);
      await image(page).click();
      await expect.poll(() => width(page)).toBeGreaterThan(whole * 1.3);
      await dialog(page).getByRole("button", { name: w.fit }).click();
      await page.keyboard.press("r");
      await expect(image(page)).toHaveCSS("rotate", "90deg");
      await page.keyboard.press("Shift+R");
      await expect(image(page)).toHaveCSS("rotate", "0deg");

      // Selected here is selected in the list.
      await page.keyboard.press("x");
      await expect(dialog(page).getByRole("button", { name: w.pick })).toHaveAttribute("aria-pressed", "true");
      const download = page.waitForEvent("download");
      await page.keyboard.press("d");
      expect((await download).suggestedFilename()).toMatch(/\.jpg$/);

      // The focus stays inside, and goes back to the tile that was seen last.
      for (let at = 0; at < 16; at++) {
        await page.keyboard.press("Tab");
        expect(await page.evaluate(() => !document.activeElement || document.activeElement === document.body || !!document.activeElement.closest("dialog"))).toBe(true);
      }
      await page.keyboard.press("Escape");
      await expect(dialog(page)).toBeHidden();
      expect(page.url()).toBe(house().base + LIST);
      await expect(tile(page, 1)).toBeFocused();
      await expect(page.locator(".tile .pick input:checked")).toHaveCount(1);
      await page.goForward();
      await expect(dialog(page)).toBeVisible();
      await page.goBack();
      await expect(dialog(page)).toBeHidden();

      // Loaded anew it is the picture's page, and the way back still leads to the list.
      await tile(page, 2).click();
      await page.reload();
      await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
      await expect(page.locator(".viewer-tools")).toBeVisible();
      await page.goBack();
      await expect(page.locator(".tile").first()).toBeVisible();
    });
  }
}

test("keys that were switched off stay off, arrows and Esc work", async ({ page, context, expected }) => {
  await context.addCookies([{ name: "keys", value: "off", url: house().base }]);
  await list(page);
  await tile(page, 0).click();
  const whole = await width(page);
  for (const key of ["+", "r", "x", "i"]) await page.keyboard.press(key);
  expect(await width(page)).toBe(whole);
  await expect(image(page)).toHaveCSS("rotate", "0deg");
  await expect(dialog(page).locator("[data-part=details]")).toBeHidden();
  await page.keyboard.press("ArrowRight");
  await expect(dialog(page)).toContainText(WORDS.zh.at);
  await page.keyboard.press("Escape");
  await expect(page.locator(".tile .pick input:checked")).toHaveCount(0);
});

test("the picture's own page zooms and turns", async ({ page, expected }) => {
  await list(page, LIST);
  await list(page, (await tile(page, 0).getAttribute("href"))!);
  const sheet = ".viewer-stage .zoom-sheet";
  const whole = await width(page, sheet);
  await axe(page);
  await page.keyboard.press("+");
  await expect.poll(() => width(page, sheet)).toBeGreaterThan(whole * 1.3);
  await axe(page);
  await page.keyboard.press("0");
  await page.getByRole("button", { name: "向右旋转" }).click();
  await expect(page.locator(`${sheet} img`)).toHaveCSS("rotate", "90deg");
  await fits(page);
});

test("on a phone: a finger leafs through, details come from below", async ({ browser, expected }) => {
  const context = await browser.newContext({ storageState: STATE, baseURL: house().base, locale: "zh-CN", viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true });
  const page = await context.newPage();
  await list(page);
  await tile(page, 0).tap();
  await expect(dialog(page)).toBeVisible();
  const touch = await context.newCDPSession(page);
  // The finger rests before it lifts: what it let fly would swallow the taps that follow.
  let at = Date.now() / 1000;
  const finger = (type: string, x?: number) =>
    touch.send("Input.dispatchTouchEvent", { type: type as "touchStart", timestamp: (at += 0.1), touchPoints: x === undefined ? [] : [{ x, y: 400 }] });
  await finger("touchStart", 300);
  for (const x of [260, 200, 140, 81, 80]) await finger("touchMove", x);
  await finger("touchEnd");
  await expect(dialog(page)).toContainText(WORDS.zh.at);
  const film = dialog(page).locator(".lightbox-film");
  await film.locator("a").nth(3).tap();
  await expect(film.locator("a").nth(3)).toHaveAttribute("aria-current", "true");
  await film.locator("a").nth(1).tap();
  await expect(dialog(page)).toContainText(WORDS.zh.at);
  await axe(page);
  await dialog(page).getByRole("button", { name: WORDS.zh.details }).first().tap();
  await expect(dialog(page).locator("dl")).toContainText("SHA-256");
  await expect(film).toBeHidden();
  const side = (await dialog(page).locator("[data-part=details]").boundingBox())!;
  expect(Math.round(side.y + side.height), "the sheet stands at the foot").toBe(844);
  await axe(page);
  await fits(page);
  await page.setViewportSize({ width: 320, height: 640 });
  await fits(page);
  await dialog(page).getByRole("button", { name: WORDS.zh.close }).tap();
  await expect(dialog(page)).toBeHidden();
  await context.close();
});

test("without scripts a tile leads to its page", async ({ browser }) => {
  const context = await browser.newContext({ storageState: STATE, baseURL: house().base, locale: "zh-CN", javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(LIST);
  await tile(page, 0).click();
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await expect(page.locator(".viewer-tools")).toBeHidden();
  await context.close();
});

for (const lang of ["zh", "en"] as const) {
  test(`new pictures appear by themselves, and are announced where they would be in the way, ${lang}`, async ({ page, context, expected }) => {
    await context.addCookies([{ name: "lang", value: lang, url: house().base }]);
    const title = `新到 ${lang}`;
    await visit(page, `/media?title=${encodeURIComponent(title)}`);
    await send(page, "小满", title, "q1", scene("bird"));
    await expect(page.locator(".tile img")).toHaveCount(1);
    await send(page, "小满", title, "q2", scene("bird"));
    await expect(page.locator(".tile .cap").first()).toContainText("q2");
    // Also what was on its way when it came.
    await expect(page.locator(".tile img")).toHaveCount(2);
    await page.locator(".tile > a").first().click();
    await expect(page.locator("dialog.lightbox")).toBeVisible();
    await send(page, "小满", title, "q3", scene("bird"));
    const link = page.locator("[data-fresh]").getByText(WORDS[lang].fresh);
    await expect(link).toBeAttached();
    await expect(page.locator(".tile")).toHaveCount(2);
    await page.keyboard.press("Escape");
    await expect(page.locator("dialog.lightbox")).toBeHidden();
    await expect(page.locator(".tile")).toHaveCount(3);
    await axe(page);
  });
}

test("voices and videos have tiles of their own", async ({ page, expected }) => {
  const title = "语音和视频";
  const amr = Buffer.concat([Buffer.from("#!AMR\n"), Buffer.alloc(32 * 50, "\x3c")]);
  await send(page, "小满", title, "q1", amr, "voice");
  await send(page, "小满", title, "q2", Buffer.from("\0\0\0\x18ftypmp42\0\0\0\0isommp42", "latin1"), "video");
  await stored(page, title, 2);
  await visit(page, `/media?title=${encodeURIComponent(title)}`);
  await expect(page.locator(".tile .said b")).toHaveText(["视频", "语音"]);
  await axe(page);
  await visit(page, `/media?title=${encodeURIComponent(title)}&kind=voice`);
  await page.locator(".tile a").click();
  await axe(page);
  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: "下载语音" }).click();
  expect((await download).suggestedFilename()).toMatch(/\.amr$/);
});
