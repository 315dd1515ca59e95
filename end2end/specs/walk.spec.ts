// The whole work with pictures: twelve come, all are judged by key, three are asked for again and replaced, the board is complete, and the
// ZIP holds every picture where the board says.
import { readFileSync } from "node:fs";
import { type Page } from "@playwright/test";
import { axe, expect, fits, house, speak, test, visit } from "../house";
import { entries, followers, scene, send, stored } from "../pictures";

const WORDS = {
  zh: { use: "选用", save: "保存", saved: "重传消息已保存", list: "保存名单", blurred: "看不清", ask: "请重新上传", complete: "交齐" },
  en: { use: "Use it", save: "Save", saved: "The message is saved", list: "Save the list", blurred: "Not clear enough", ask: "Ask again", complete: "Complete" },
};
const QUESTIONS = ["1", "2", "3"];
const SCENES = ["bird", "lake", "reeds"];

/** How to ask again: a template, its values, the link. */
async function manner(page: Page, w: (typeof WORDS)["zh"]) {
  await visit(page, "/media/asking");
  await page.locator("#template").selectOption({ label: "作业点评通知" });
  await page.getByRole("button", { name: w.use }).click();
  for (const [field, value] of [["thing1", "{{title}}"], ["name2", "周老师"], ["time3", "2026年12月01日"], ["thing4", "{{理由}}，请重新上传"]])
    await page.locator(`[id='data.${field}']`).fill(value!);
  await page.locator("#link").fill(`${house().base}/h5/upload?u={user}&t={title}&q={question}`);
  await page.getByRole("button", { name: w.save }).click();
  await expect(page.getByText(w.saved)).toBeVisible();
}

// What other specs find is the language they began with.
test.afterEach(async ({ page }) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  await speak(page, "zh");
});

for (const [lang, scheme, from] of [["zh", "dark", 4], ["en", "light", 8]] as const) {
  test(`twelve pictures, from the phone to the ZIP, ${lang}, ${scheme}`, async ({ page, expected }) => {
    test.setTimeout(240_000);
    const w = WORDS[lang];
    const title = `全程 ${lang}`;
    const [desk, board] = ["desk", "board"].map((name) => `/media/${name}?title=${encodeURIComponent(title)}`) as [string, string];
    await speak(page, lang);
    await page.emulateMedia({ colorScheme: scheme });
    await manner(page, w);
    const people = (await followers(page)).slice(from, from + 4).map((one) => one.openid);
    expect(people).toHaveLength(4);
    await visit(page, `/media/board/list?title=${encodeURIComponent(title)}`);
    await page.locator("#list").fill(people.map((openid) => `${openid},,\n`).join(""));
    await page.getByRole("button", { name: w.list }).click();

    for (const [at, openid] of people.entries()) for (const [nth, question] of QUESTIONS.entries()) await send(page, openid, title, question, scene(SCENES[(at + nth) % 3]!));
    await stored(page, title, 12);

    // Three are rejected and asked for again, nine pass; no mouse.
    const rejected: { user: string; question: string; path: string }[] = [];
    await visit(page, desk);
    await axe(page);
    for (let judged = 0; judged < 12; judged++) {
      const here = page.url();
      const user = (await page.locator(".who b").textContent())!;
      const question = (await page.locator(".ask h2").textContent())!;
      if (rejected.length === 3 || rejected.some((one) => one.user === user)) {
        await page.keyboard.press("1");
        await expect(page).not.toHaveURL(here);
      } else {
        await page.getByRole("radio", { name: w.blurred }).focus();
        await page.keyboard.press("Space");
        await page.keyboard.press("2");
        await expect(page).not.toHaveURL(here);
        await page.keyboard.press("r");
        await expect(page).toHaveURL(/\/media\/[0-9a-f]{32}\/ask/);
        rejected.push({ user, question, path: new URL(page.url()).pathname.replace("/ask", "") });
        await page.getByRole("button", { name: w.ask }).focus();
        await page.keyboard.press("Enter");
        await expect(page).not.toHaveURL(/\/ask/);
        if (judged < 11) await visit(page, desk);
      }
      if (judged < 11) await page.waitForFunction(() => document.documentElement.dataset.hydrated === "true");
    }
    expect(rejected).toHaveLength(3);
    await visit(page, board);
    await expect(page.locator(".c-bad")).toHaveCount(3);
    await axe(page);

    // The new ones come, the records turn by themselves, and pass.
    for (const one of rejected) await send(page, one.user, title, one.question, scene("river"));
    await stored(page, title, 15);
    for (const one of rejected) {
      await visit(page, one.path);
      await expect(page.locator("section[aria-labelledby=again]")).toContainText(lang === "zh" ? "已重传" : "Replaced");
    }
    await visit(page, desk);
    for (let left = 3; left > 0; left--) {
      const here = page.url();
      await page.keyboard.press("1");
      await expect(page).not.toHaveURL(here);
      await page.waitForFunction(() => document.documentElement.dataset.hydrated === "true");
    }
    await visit(page, board);
    await expect(page.locator(".stat", { hasText: w.complete }).locator("dd")).toHaveText(/4\s*\/ 4/);
    await expect(page.locator(".c-ok")).toHaveCount(12);
    await axe(page);

    // Every picture lies where the board says: a folder of each person, title and question, and the rejected ones beside the new.
    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: "ZIP" }).click();
    const names = entries(readFileSync(await (await download).path()));
    const pictures = names.filter((name) => name.endsWith(".jpg"));
    expect(names).toHaveLength(16);
    expect(pictures).toHaveLength(15);
    for (const user of people) {
      for (const question of QUESTIONS) {
        const twice = rejected.some((one) => one.user === user && one.question === question);
        const there = pictures.filter((name) => name.split("/").slice(0, 3).join("/") === `${user}/${title}/${question}`);
        expect(there, `${user} ${question}`).toHaveLength(twice ? 2 : 1);
      }
    }

    await page.setViewportSize({ width: 390, height: 844 });
    for (const path of [board, desk, `/media?title=${encodeURIComponent(title)}`]) {
      await visit(page, path);
      await fits(page);
      await axe(page);
    }
  });
}
