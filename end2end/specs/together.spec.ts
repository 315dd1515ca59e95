// Everything that the filter shows as one selection: reviewed, undone, deleted and restored together, with and without scripts.
import { STATE, axe, expect, fits, house, speak, test, visit } from "../house";
import { scene, send, stored } from "../pictures";

const WORDS = {
  zh: { menu: "对筛选结果…", all: "全部选中", picked: "全部 3 张", review: "审图", pass: "通过", undo: "撤销", remove: "删除", said: "已一起通过 3 张图片", gone: "已一起删除 3 张图片" },
  en: { menu: "With all shown…", all: "Select them all", picked: "All 3 shown", review: "Review", pass: "Pass", undo: "Undo", remove: "Delete", said: "Passed 3 pictures together", gone: "Deleted 3 pictures together" },
};

test.afterEach(({ page }) => speak(page, "zh"));

for (const [lang, scripts] of [["zh", true], ["en", true], ["zh", false]] as const) {
  test(`all shown are one selection, ${lang}${scripts ? "" : ", without scripts"}`, async ({ page: first, browser }) => {
    const w = WORDS[lang];
    const title = `一起 ${lang} ${scripts}`;
    for (const at of [1, 2, 3]) await send(first, `人${at}`, title, `q${at}`, Buffer.concat([scene("bird"), Buffer.from(title + at)]));
    await stored(first, title, 3);
    const context = await browser.newContext({ storageState: STATE, baseURL: house().base, locale: lang === "zh" ? "zh-CN" : "en-US", javaScriptEnabled: scripts });
    await speak(first, lang);
    const page = await context.newPage();
    const path = `/media?title=${encodeURIComponent(title)}`;
    const open = () => (scripts ? visit(page, path) : page.goto(path));
    await open();
    await page.locator("summary", { hasText: w.menu }).click();
    await page.getByRole("link", { name: w.all }).click();
    await expect(page).toHaveURL(/sel=all-\d{13}/);
    await expect(page.locator(".selbar")).toContainText(w.picked);
    await expect(page.locator(".pick")).toHaveCount(0);
    if (scripts) await axe(page);
    await page.locator(".selbar").getByRole("button", { name: w.review, exact: true }).click();
    await expect(page).toHaveURL(/\/media\/judge\?.*sel=all-/);
    await page.locator("#verdict button[value=pass]").click();
    await expect(page.locator("form.recent")).toContainText(w.said);
    await expect(page.locator(".tile .mark")).toHaveCount(3);
    await page.locator("form.recent").getByRole("button", { name: w.undo }).click();
    await expect(page.locator(".tile .mark")).toHaveCount(0);
    await expect(page.locator(".tile")).toHaveCount(3);

    await page.locator("summary", { hasText: w.menu }).click();
    await page.getByRole("link", { name: w.all }).click();
    await page.locator(".selbar").getByRole("button", { name: w.remove, exact: true }).click();
    await page.locator("main form button[type=submit]").click();
    await expect(page.locator(".tile")).toHaveCount(0);
    await expect(page.locator("form.recent")).toContainText(w.gone);
    await page.setViewportSize({ width: 390, height: 800 });
    await fits(page);
    await page.locator("form.recent").getByRole("button", { name: w.undo }).click();
    await expect(page.locator(".tile")).toHaveCount(3);
    await context.close();
  });
}
