// The whole road of collecting: pictures from the simulator's phone, one rejected by key, asked for again, sent anew, the board complete.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Page } from "@playwright/test";
import { axe, expect, fits, house, test, visit } from "../house";
import { root } from "../where.mjs";

const WORDS = {
  zh: {
    choose: "选一张图片", upload: "上传", hand: "提交", use: "选用", preview: "预览", save: "保存", saved: "重传消息已保存", blurred: "看不清", ask: "请重新上传",
    waits: "等重传", replaced: "已重传", fresh: "看新交的图片", old: "看原来退回的图片", list: "保存名单", complete: "交齐", missing: "缺", remind: "提醒缺的 1 人",
  },
  en: {
    choose: "Choose a picture", upload: "Upload", hand: "Hand in", use: "Use it", preview: "Preview", save: "Save", saved: "The message is saved", blurred: "Not clear enough",
    ask: "Ask again", waits: "Waiting for a new one", replaced: "Replaced", fresh: "See the new picture", old: "See the rejected picture before it", list: "Save the list",
    complete: "Complete", missing: "Missing", remind: "Remind the 1 missing",
  },
};

async function upload(page: Page, w: (typeof WORDS)["zh"], user: string, title: string, scene: string) {
  await page.goto(`${house().base}/sandbox/phone`);
  await page.getByLabel(w.choose).setInputFiles(join(root, "src", "sandbox", "scenes", scene));
  await page.getByRole("button", { name: w.upload, exact: true }).click();
  await page.locator("#user_id").fill(user);
  await page.locator("#answer_title").fill(title);
  await page.locator("#question_id").fill("3");
  await page.getByRole("button", { name: w.hand, exact: true }).click();
}

for (const lang of ["zh", "en"] as const) {
  test(`uploaded, rejected, asked for again, sent anew: the board is complete, ${lang}`, async ({ page, context, expected }) => {
    test.setTimeout(120_000);
    const { base, sandbox } = house();
    const w = WORDS[lang];
    const title = `进度 ${lang}`;
    const board = `/media/board?title=${encodeURIComponent(title)}`;
    await context.addCookies([{ name: "lang", value: lang, url: base }]);
    const people = await (await page.request.get(`${sandbox}/sandbox/followers`)).json();
    const ready = people.filter((one: { subscribed: boolean; receipt: string }) => one.subscribed && one.receipt === "success");
    const [first, second] = lang === "zh" ? ready.slice(0, 2) : ready.slice(2, 4);

    // How to ask: a template, its values, the link.
    await visit(page, "/media/asking");
    await page.locator("#template").selectOption({ label: "作业点评通知" });
    await page.getByRole("button", { name: w.use }).click();
    await page.locator("[id='data.thing1']").fill("{{title}}");
    await page.locator("[id='data.name2']").fill("周老师");
    await page.locator("[id='data.time3']").fill("2026年12月01日");
    await page.locator("[id='data.thing4']").fill("{{理由}}，请重新上传");
    await page.locator("#link").fill(`${base}/h5/upload?u={user}&t={title}&q={question}`);
    await page.getByRole("button", { name: w.preview }).click();
    await expect(page.locator(".wx-card")).toContainText("看不清，请重新上传");
    await axe(page);
    await page.getByRole("button", { name: w.save }).click();
    await expect(page.getByText(w.saved)).toBeVisible();

    // Two people are expected; one sends at once.
    await visit(page, `/media/board/list?title=${encodeURIComponent(title)}`);
    await page.locator("#list").fill(`${first.openid},,甲\n${second.openid},,乙\n`);
    await axe(page);
    await page.getByRole("button", { name: w.list }).click();
    await expect(page).toHaveURL(/\/media\/board\?title=/);
    await upload(page, w, first.openid, title, "bird.jpg");
    await expect(async () => {
      await visit(page, board);
      await expect(page.locator(".board td img")).toHaveCount(1, { timeout: 500 });
    }).toPass({ timeout: 20_000 });
    await expect(page.locator(".c-miss")).toHaveText([w.missing]);
    await axe(page);
    await page.getByRole("button", { name: w.remind }).click();
    await expect(page).toHaveURL(/\/send\?draft=/);
    await expect(page.locator("#question")).toHaveValue("3");
    await expect(page.locator("[data-tally=good]").first()).toHaveText("1");

    // Rejected by key, then asked for again by key.
    await visit(page, `/media/desk?title=${encodeURIComponent(title)}`);
    await page.getByRole("radio", { name: w.blurred }).check();
    await page.keyboard.press("2");
    const ask = page.getByRole("link", { name: w.ask });
    await expect(ask).toBeVisible();
    await axe(page);
    await page.keyboard.press("r");
    await expect(page).toHaveURL(/\/media\/[0-9a-f]{32}\/ask/);
    await axe(page);
    const old = new URL(page.url()).pathname.replace("/ask", "");
    await page.getByRole("button", { name: w.ask }).click();
    await visit(page, old);
    await expect(page.locator("section[aria-labelledby=again]")).toContainText(w.waits);
    await axe(page);

    // It arrives on the phone and leads to that very question.
    const arrived = async () => (await page.request.get(`${sandbox}/sandbox/messages?openid=${first.openid}`)).json();
    const link = `${base}/h5/upload?u=${first.openid}&t=${encodeURIComponent(title)}&q=3`;
    await expect.poll(async () => (await arrived()).map((one: { url: string }) => one.url), { timeout: 20_000 }).toContain(link);

    // Both send; the rejected record turns by itself.
    await upload(page, w, first.openid, title, "lake.jpg");
    await upload(page, w, second.openid, title, "reeds.jpg");
    await visit(page, old);
    await expect(page.locator("section[aria-labelledby=again]")).toContainText(w.replaced);
    await page.getByRole("link", { name: w.fresh }).click();
    await page.getByRole("link", { name: w.old }).click();
    await expect(page).toHaveURL(new RegExp(`${old}$`));
    await expect(async () => {
      await visit(page, board);
      await expect(page.locator(".board td img")).toHaveCount(2, { timeout: 500 });
    }).toPass({ timeout: 20_000 });
    await expect(page.locator(".c-miss, .c-bad, .c-way")).toHaveCount(0);
    await expect(page.locator(".stat", { hasText: w.complete }).locator("dd")).toHaveText(/2\s*\/ 2/);

    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: "ZIP" }).click();
    const zip = readFileSync(await (await download).path());
    // Three pictures, the rejected one among them, and the list; the end record of a ZIP holds the number of entries.
    expect(zip.readUInt16LE(zip.lastIndexOf("PK\x05\x06", undefined, "latin1") + 10)).toBe(4);

    for (const path of [board, `/media/board/list?title=${encodeURIComponent(title)}`, "/media/asking", old]) {
      await page.setViewportSize({ width: 390, height: 844 });
      await visit(page, path);
      await fits(page);
      await axe(page);
    }
  });
}
