// Asking again rests for ten seconds and is taken back, on the picture's page and at the desk; and who had which original, by person.
// Late in the order: it sets the language of the person, which goes before the cookie that earlier specs speak by.
import { readFileSync } from "node:fs";
import { axe, expect, fits, house, speak, test, visit } from "../house";
import { followers, scene, send, stored } from "../pictures";

const WORDS = {
  zh: { use: "选用", save: "保存", saved: "重传消息已保存", ask: "请重新上传", undo: "撤销请求", undone: "已撤销，没有请对方重传", waits: "等重传", rests: "还没有发出，请求 10 秒后发", who: "谁看过哪些原图", show: "查看", csv: "导出 CSV", download: "下载原图" },
  en: { use: "Use it", save: "Save", saved: "The message is saved", ask: "Ask again", undo: "Undo asking", undone: "Undone; nobody was asked", waits: "Waiting for a new one", rests: "Not sent yet; goes out 10 seconds after asking", who: "Who had which originals", show: "Show", csv: "Export CSV", download: "Download original" },
};

test.afterEach(async ({ page }) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  await speak(page, "zh");
});

for (const lang of ["zh", "en"] as const) {
  test(`an ask is taken back before it goes out, ${lang}`, async ({ page, expected }) => {
    test.setTimeout(90_000);
    const { base, sandbox } = house();
    const w = WORDS[lang];
    const title = `撤回 ${lang}`;
    const person = (await followers(page)).at(lang === "zh" ? 10 : 11)!.openid;
    await speak(page, lang);
    await visit(page, "/media/asking");
    await page.locator("#template").selectOption({ label: "作业点评通知" });
    await page.getByRole("button", { name: w.use }).click();
    for (const [field, value] of [["thing1", "{{title}}"], ["name2", "周老师"], ["time3", "2026年12月01日"], ["thing4", "{{理由}}，请重新上传"]])
      await page.locator(`[id='data.${field}']`).fill(value!);
    await page.locator("#link").fill(`${base}/h5/upload?u={user}&t={title}&q={question}`);
    await page.getByRole("button", { name: w.save, exact: true }).click();
    await expect(page.getByText(w.saved)).toBeVisible();
    await send(page, person, title, "1", Buffer.concat([scene("bird"), Buffer.from(title)]));
    await stored(page, title, 1);
    const list = `/media?title=${encodeURIComponent(title)}`;
    await visit(page, list);
    const picture = (await page.locator(".tile a").first().getAttribute("href"))!.split("?")[0]!;

    await visit(page, picture);
    await page.locator("#verdict input[name=reason]").first().check({ force: true });
    await page.locator("#verdict button[value=reject]").click();
    await page.locator("section[aria-labelledby=again] a.btn").click();
    await page.getByRole("button", { name: w.ask }).dblclick();
    const section = page.locator("section[aria-labelledby=again]");
    await expect(section).toContainText(w.waits);
    await expect(section).toContainText(w.rests);
    await axe(page);
    // The way back leads to the undo, not to a second message.
    await page.goBack();
    await page.reload();
    await expect(page.getByRole("button", { name: w.undo })).toBeVisible();
    await expect(page.getByRole("button", { name: w.ask })).toHaveCount(0);
    await axe(page);
    await visit(page, `/media/desk?at=${picture.split("/").at(-1)}`);
    await expect(page.getByRole("button", { name: w.undo })).toHaveCount(1);
    await page.setViewportSize({ width: 390, height: 844 });
    await fits(page);
    await page.getByRole("button", { name: w.undo }).click();
    await expect(page.getByText(w.undone)).toBeVisible();
    await visit(page, picture);
    await fits(page);
    await expect(section).not.toContainText(w.waits);
    await visit(page, list);
    await expect(page.locator(".tile .mark-waits")).toHaveCount(0);
    const arrived: { url: string }[] = await (await page.request.get(`${sandbox}/sandbox/messages?openid=${person}`)).json();
    expect(arrived.filter((one) => one.url?.includes(encodeURIComponent(title)))).toEqual([]);

    // What was looked at stands by person and by sender, and comes as a file.
    await visit(page, `/media/views?user=${person}`);
    await axe(page);
    await fits(page);
    await page.setViewportSize({ width: 1440, height: 900 });
    await expect(page.locator("tbody tr").first()).toContainText("周敏");
    await page.locator("tbody tr").first().getByRole("link", { name: "周敏" }).click();
    await expect(page).toHaveURL(/who=user/);
    await expect(page.getByRole("heading", { name: w.who })).toBeVisible();
    const download = page.waitForEvent("download");
    await page.getByRole("link", { name: w.csv }).click();
    expect(readFileSync(await (await download).path(), "utf8")).toContain("user:周敏,");
  });
}
