// The whole work with pictures: twelve come, all are judged, three are asked for again and replaced, the board is complete, and the ZIP holds
// every picture where the board says. At a desk by keys alone, on a phone by the buttons under the thumb. WXDESK_WALK=20x10 does the same with
// twenty people and ten questions.
import { readFileSync } from "node:fs";
import { type Page } from "@playwright/test";
import { axe, expect, fits, house, speak, test, visit } from "../house";
import { entries, followers, scene, send, stored } from "../pictures";

const WORDS = {
  zh: { use: "选用", save: "保存", saved: "重传消息已保存", list: "保存名单", blurred: "看不清", ask: "请重新上传", replaced: "已重传", complete: "交齐" },
  en: { use: "Use it", save: "Save", saved: "The message is saved", list: "Save the list", blurred: "Not clear enough", ask: "Ask again", replaced: "Replaced", complete: "Complete" },
};
type Words = (typeof WORDS)["zh"];
const [PEOPLE, ASKED] = (process.env.WXDESK_WALK ?? "4x3").split("x").map(Number) as [number, number];
const ALL = PEOPLE * ASKED;
const QUESTIONS = Array.from({ length: ASKED }, (_, at) => String(at + 1));
const SCENES = ["bird", "lake", "reeds"];
const DESK = { width: 1440, height: 900 };
const PHONE = { width: 390, height: 844 };

/** Whoever judges: what they see fits, and how they say pass, reject, ask again, and yes. */
interface Hand {
  window: typeof DESK;
  pass(page: Page): Promise<void>;
  reject(page: Page, w: Words): Promise<void>;
  again(page: Page): Promise<void>;
  confirm(page: Page, w: Words): Promise<void>;
}

const keys: Hand = {
  window: DESK,
  pass: (page) => page.keyboard.press("1"),
  async reject(page, w) {
    await page.getByRole("radio", { name: w.blurred }).focus();
    await page.keyboard.press("Space");
    await page.keyboard.press("2");
  },
  again: (page) => page.keyboard.press("r"),
  async confirm(page, w) {
    await page.getByRole("button", { name: w.ask }).focus();
    await page.keyboard.press("Enter");
  },
};

const thumb: Hand = {
  window: PHONE,
  pass: (page) => page.locator(".sendbar button[value=pass]").tap(),
  async reject(page, w) {
    await page.locator(".choice", { hasText: w.blurred }).tap();
    await page.locator(".sendbar button[value=reject]").tap();
  },
  again: (page) => page.locator("a[accesskey=r]").tap(),
  confirm: (page, w) => page.getByRole("button", { name: w.ask }).tap(),
};

/** How to ask again: a template, its values, the link. */
async function manner(page: Page, w: Words) {
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
  await page.setViewportSize(DESK);
  await speak(page, "zh");
});

/** Nothing is wrong with what is seen. */
async function look(page: Page) {
  await fits(page);
  await axe(page);
}

function walk(hand: Hand, lang: "zh" | "en", scheme: "light" | "dark", from: number) {
  test(`${ALL} pictures, from the phone to the ZIP, ${lang}, ${scheme}`, async ({ page, expected }) => {
    test.setTimeout(180_000 + ALL * 5_000);
    const w = WORDS[lang];
    const title = `全程 ${lang} ${scheme}`;
    const [desk, board] = ["desk", "board"].map((name) => `/media/${name}?title=${encodeURIComponent(title)}`) as [string, string];
    await page.setViewportSize(DESK);
    await speak(page, lang);
    await page.setViewportSize(hand.window);
    await page.emulateMedia({ colorScheme: scheme });
    await manner(page, w);
    const people = (await followers(page)).slice(from, from + PEOPLE).map((one) => one.openid);
    expect(people).toHaveLength(PEOPLE);
    await visit(page, `/media/board/list?title=${encodeURIComponent(title)}`);
    await page.locator("#list").fill(people.map((openid) => `${openid},,\n`).join(""));
    await page.getByRole("button", { name: w.list }).click();

    for (const [at, openid] of people.entries()) for (const [nth, question] of QUESTIONS.entries()) await send(page, openid, title, question, scene(SCENES[(at + nth) % 3]!));
    await stored(page, title, ALL);

    // Three are rejected and asked for again, the others pass; no mouse.
    const rejected: { user: string; question: string; path: string }[] = [];
    await visit(page, desk);
    await look(page);
    for (let judged = 0; judged < ALL; judged++) {
      const here = page.url();
      const user = (await page.locator(".who b").textContent())!;
      const question = (await page.locator(".ask h2").textContent())!;
      if (rejected.length === 3 || rejected.some((one) => one.user === user)) {
        await hand.pass(page);
        await expect(page).not.toHaveURL(here);
      } else {
        await hand.reject(page, w);
        await expect(page).not.toHaveURL(here);
        await hand.again(page);
        await expect(page).toHaveURL(/\/media\/[0-9a-f]{32}\/ask/);
        rejected.push({ user, question, path: new URL(page.url()).pathname.replace("/ask", "") });
        await hand.confirm(page, w);
        await expect(page).not.toHaveURL(/\/ask/);
        if (judged < ALL - 1) await visit(page, desk);
      }
      if (judged < ALL - 1) await page.waitForFunction(() => document.documentElement.dataset.hydrated === "true");
    }
    expect(rejected).toHaveLength(3);
    await visit(page, board);
    await expect(page.locator(".c-bad")).toHaveCount(3);
    await look(page);

    // The new ones come, the records turn by themselves, and pass.
    for (const one of rejected) await send(page, one.user, title, one.question, scene("river"));
    await stored(page, title, ALL + 3);
    for (const one of rejected) {
      await visit(page, one.path);
      await expect(page.locator("section[aria-labelledby=again]")).toContainText(w.replaced);
    }
    await visit(page, desk);
    for (let left = 3; left > 0; left--) {
      const here = page.url();
      await hand.pass(page);
      await expect(page).not.toHaveURL(here);
      await page.waitForFunction(() => document.documentElement.dataset.hydrated === "true");
    }
    await visit(page, board);
    await expect(page.locator(".stat", { hasText: w.complete }).locator("dd")).toHaveText(new RegExp(`^${PEOPLE}\\s*/ ${PEOPLE}$`));
    await expect(page.locator(".c-ok")).toHaveCount(ALL);
    await look(page);

    // Every picture lies where the board says: a folder of each person, title and question, and the rejected ones beside the new.
    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: "ZIP" }).click();
    const names = entries(readFileSync(await (await download).path()));
    const pictures = names.filter((name) => name.endsWith(".jpg"));
    expect(names).toHaveLength(ALL + 4);
    expect(pictures).toHaveLength(ALL + 3);
    for (const user of people) {
      for (const question of QUESTIONS) {
        const twice = rejected.some((one) => one.user === user && one.question === question);
        const there = pictures.filter((name) => name.split("/").slice(0, 3).join("/") === `${user}/${title}/${question}`);
        expect(there, `${user} ${question}`).toHaveLength(twice ? 2 : 1);
      }
    }

    await page.setViewportSize(PHONE);
    for (const path of [board, desk, `/media?title=${encodeURIComponent(title)}`]) {
      await visit(page, path);
      await look(page);
    }
  });
}

walk(keys, "zh", "dark", 4);
walk(keys, "en", "light", 8);

test.describe("on a phone", () => {
  test.use({ viewport: PHONE, deviceScaleFactor: 2, hasTouch: true, isMobile: true });
  walk(thumb, "zh", "light", 4);
  walk(thumb, "en", "dark", 8);
});
